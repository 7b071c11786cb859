package quern.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import quern.graph.Value;
import quern.tensor.Tensor;

/**
 * Tensors written as raw little-endian files {@code 000.bin}, {@code 001.bin}, ... with an {@code
 * outputs.json} that describes them.
 *
 * <p>Frames of one tensor follow one another in its file. Everything is written beside and moved
 * into place by {@link #finish}, the description last; only files of these names are replaced.
 */
public final class OutputFolder {
    private final Path folder;
    private final List<Value> values = new ArrayList<>();
    private final List<ByteArrayOutputStream> contents = new ArrayList<>();

    /**
     * @param values names and types of the tensors, in order
     */
    public OutputFolder(Path folder, List<Value> values) {
        this.folder = folder;
        this.values.addAll(values);
        values.forEach(v -> contents.add(new ByteArrayOutputStream()));
    }

    /** Adds one frame: a tensor for each value. */
    public void add(List<Tensor> frame) {
        for (int i = 0; i < frame.size(); i++) {
            contents.get(i).writeBytes(RawTensor.bytes(frame.get(i)));
        }
    }

    /** Writes all files. */
    public void finish() throws IOException {
        Files.createDirectories(folder);
        if (!Files.isWritable(folder)) {
            throw new AccessDeniedException(folder.toString());
        }
        Path beside = Files.createTempDirectory(folder, ".quern");
        try {
            ArrayNode list = new ObjectMapper().createArrayNode();
            List<String> files = new ArrayList<>();
            for (int i = 0; i < values.size(); i++) {
                String file = String.format("%03d.bin", i);
                Files.write(beside.resolve(file), contents.get(i).toByteArray());
                describe(list.addObject(), values.get(i), file);
                files.add(file);
            }
            Files.writeString(beside.resolve("outputs.json"), list.toPrettyString() + "\n");
            files.add("outputs.json");
            for (String file : files) {
                Files.move(
                        beside.resolve(file),
                        folder.resolve(file),
                        StandardCopyOption.REPLACE_EXISTING);
            }
        } finally {
            deleteAll(beside);
        }
    }

    private static void describe(ObjectNode node, Value value, String file) {
        node.put("name", value.name());
        node.put("dtype", value.type().dtype().numpyName());
        ArrayNode shape = node.putArray("shape");
        for (int d : value.type().shape().toArray()) {
            shape.add(d);
        }
        node.put("file", file);
    }

    private static void deleteAll(Path beside) throws IOException {
        try (var left = Files.list(beside)) {
            for (Path p : left.toList()) {
                Files.deleteIfExists(p);
            }
        }
        Files.deleteIfExists(beside);
    }
}
