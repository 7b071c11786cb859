package quern.formats.qrn;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import quern.error.FormatException;
import quern.formats.Limits;
import quern.formats.io.TensorBytes;
import quern.graph.Graph;
import quern.graph.GraphText;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Writes {@code .qrn} files: the same graph gives the same bytes on every JVM. */
public final class QrnWriter {
    private static final int ALIGNMENT = 8;

    private final byte[] header;
    private final List<Map.Entry<String, Tensor>> tensors;

    /**
     * Prepares the header.
     *
     * @throws FormatException if the graph cannot be read back from a file
     */
    public QrnWriter(Graph graph) {
        GraphText text = GraphText.of(graph);
        tensors = new ArrayList<>(text.tensors().entrySet());
        tensors.sort(
                Comparator.comparingInt(
                        (Map.Entry<String, Tensor> e) -> -SafeType.width(e.getValue().type())));
        StringBuilder json = new StringBuilder("{");
        metadata(json, graph, text);
        long size = entries(json);
        byte[] unpadded = json.append('}').toString().getBytes(StandardCharsets.UTF_8);
        int padding = -(QrnReader.LENGTH_BYTES + unpadded.length) & ALIGNMENT - 1;
        header = new byte[unpadded.length + padding];
        System.arraycopy(unpadded, 0, header, 0, unpadded.length);
        Arrays.fill(header, unpadded.length, header.length, (byte) ' ');
        Limits limits = Limits.standard();
        Limits.require(header.length, limits.headerBytes(), graph.name(), "bytes of the header");
        Limits.require(
                QrnReader.LENGTH_BYTES + header.length + size,
                limits.fileBytes(),
                graph.name(),
                "bytes of a file");
    }

    /** Writes the file; {@code out} should be buffered and stays open. */
    public void writeTo(OutputStream out) throws IOException {
        ByteBuffer length = ByteBuffer.allocate(QrnReader.LENGTH_BYTES);
        out.write(length.order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).array());
        out.write(header);
        for (Map.Entry<String, Tensor> e : tensors) {
            TensorBytes.write(e.getValue(), out);
        }
    }

    private static void metadata(StringBuilder json, Graph graph, GraphText text) {
        JsonText.string(json, QrnHeader.METADATA);
        json.append(":{");
        member(json, QrnReader.VERSION_KEY, QrnReader.VERSION);
        json.append(',');
        member(json, QrnReader.GRAPH_KEY, text.text());
        for (Map.Entry<String, String> e : graph.metadata().entrySet()) {
            if (List.of(QrnReader.VERSION_KEY, QrnReader.GRAPH_KEY).contains(e.getKey())) {
                throw new FormatException(
                        graph.name(), "the metadata key " + e.getKey() + " belongs to the format");
            }
            json.append(',');
            member(json, e.getKey(), e.getValue());
        }
        json.append('}');
    }

    private static void member(StringBuilder json, String key, String value) {
        JsonText.string(json, key);
        json.append(':');
        JsonText.string(json, value);
    }

    private long entries(StringBuilder json) {
        long at = 0;
        for (Map.Entry<String, Tensor> e : tensors) {
            TensorType type = e.getValue().type();
            long size = TensorBytes.size(type);
            String shape = type.dtype().isPacked() ? "[" + size + "]" : type.shape().toString();
            json.append(',');
            JsonText.string(json, e.getKey());
            json.append(":{\"dtype\":\"").append(SafeType.name(type.dtype()));
            json.append("\",\"shape\":").append(shape);
            json.append(",\"data_offsets\":[").append(at).append(',').append(at + size);
            json.append("]}");
            at += size;
        }
        return at;
    }
}
