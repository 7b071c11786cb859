package quern.formats.qrn;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import quern.error.FormatException;
import quern.error.ShapeException;
import quern.formats.Limits;
import quern.formats.io.ByteSource;
import quern.formats.io.TensorBytes;
import quern.graph.Graph;
import quern.graph.GraphText;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Reads {@code .qrn} files. */
public final class QrnReader {
    /** Metadata key of the format version. */
    public static final String VERSION_KEY = "quern.version";

    /** Metadata key of the graph's text. */
    public static final String GRAPH_KEY = "quern.graph";

    /** The version that is written, and the only one that is read. */
    public static final String VERSION = "1";

    static final int LENGTH_BYTES = 8;

    /** Lines of the graph's text that each node may cost: its own and those of its constants. */
    private static final long LINES_PER_NODE = 16;

    private final ByteSource source;
    private final long dataAt;
    private final QrnHeader header;
    private final Limits limits;

    private QrnReader(ByteSource source, Limits limits) {
        this.source = source;
        this.limits = limits;
        long length = source.s64(0);
        if (length < 2 || length > source.size() - LENGTH_BYTES) {
            throw new FormatException(
                    "offset 0",
                    "a header of "
                            + Long.toUnsignedString(length)
                            + " bytes does not fit a file of "
                            + source.size());
        }
        Limits.require(length, limits.headerBytes(), "offset 0", "bytes of the header");
        this.dataAt = LENGTH_BYTES + length;
        this.header = QrnHeader.parse(source.utf8(LENGTH_BYTES, length));
    }

    /**
     * Reads a graph.
     *
     * @throws FormatException with the place if anything in the file is wrong
     */
    public static Graph read(ByteSource source, Limits limits) {
        return new QrnReader(source, limits).graph();
    }

    private Graph graph() {
        Map<String, String> metadata = new LinkedHashMap<>(header.metadata());
        String version = metadata.remove(VERSION_KEY);
        String text = metadata.remove(GRAPH_KEY);
        if (version == null || text == null) {
            throw new FormatException(
                    QrnHeader.METADATA,
                    "this safetensors file holds no model: "
                            + (version == null ? VERSION_KEY : GRAPH_KEY)
                            + " is missing");
        }
        if (!version.equals(VERSION)) {
            throw new FormatException(
                    QrnHeader.METADATA,
                    "the file has version \""
                            + version
                            + "\", but this version of Quern reads version "
                            + VERSION);
        }
        Limits.require(
                text.chars().filter(c -> c == '\n').count(),
                LINES_PER_NODE * limits.nodes(),
                GRAPH_KEY,
                "lines of text");
        Map<String, Tensor> tensors = tensors();
        try {
            return new GraphText(text, tensors).parse(metadata);
        } catch (FormatException e) {
            throw e.within(GRAPH_KEY);
        }
    }

    private Map<String, Tensor> tensors() {
        List<Map.Entry<String, QrnHeader.Entry>> inOrder =
                new ArrayList<>(header.entries().entrySet());
        inOrder.sort(
                Comparator.<Map.Entry<String, QrnHeader.Entry>>comparingLong(
                                e -> e.getValue().begin())
                        .thenComparingLong(e -> e.getValue().end()));
        long end = 0;
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (Map.Entry<String, QrnHeader.Entry> e : inOrder) {
            QrnHeader.Entry entry = e.getValue();
            try {
                if (entry.begin() != end) {
                    throw new FormatException(
                            "", "it begins at byte " + entry.begin() + " of the data, not " + end);
                }
                tensors.put(e.getKey(), tensor(entry));
            } catch (FormatException wrong) {
                throw wrong.within("tensor " + e.getKey());
            }
            end = entry.end();
        }
        if (end != source.size() - dataAt) {
            throw new FormatException(
                    "offset " + (dataAt + end),
                    "the tensors end here, but the file has " + source.size() + " bytes");
        }
        return tensors;
    }

    private Tensor tensor(QrnHeader.Entry entry) {
        TensorType type = TensorType.of(SafeType.parse(entry.dtype()), shape(entry.shape()));
        long size = TensorBytes.size(type);
        if (entry.end() < entry.begin() || entry.end() - entry.begin() != size) {
            throw new FormatException(
                    "",
                    type
                            + " takes "
                            + size
                            + " bytes, but its data_offsets are "
                            + entry.begin()
                            + " and "
                            + entry.end());
        }
        return TensorBytes.read(source, dataAt + entry.begin(), type);
    }

    private static Shape shape(List<Long> dims) {
        int[] ints = new int[dims.size()];
        for (int i = 0; i < ints.length; i++) {
            if (dims.get(i) > Integer.MAX_VALUE) {
                throw new ShapeException("dimension " + dims.get(i) + " is too large");
            }
            ints[i] = (int) (long) dims.get(i);
        }
        return Shape.of(ints);
    }
}
