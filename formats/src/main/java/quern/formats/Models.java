package quern.formats;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import quern.error.FormatException;
import quern.formats.io.ByteSource;
import quern.formats.io.FileBytes;
import quern.formats.onnx.OnnxReader;
import quern.formats.onnx.OnnxWriter;
import quern.formats.qrn.QrnReader;
import quern.formats.qrn.QrnWriter;
import quern.formats.tflite.TfliteReader;
import quern.graph.Graph;
import quern.tensor.Tensor;

/**
 * Reads and writes model files; the file name's extension says the format.
 *
 * <p>Read: {@code .qrn}, {@code .tflite} and {@code .onnx}; written: {@code .qrn} and {@code
 * .onnx}. What a reader returns is the meaning of the file, unsimplified, with the file's names for
 * values. Stateless.
 */
public final class Models {
    /** The version of ONNX's operators that is written if nothing is said. */
    public static final int OPSET = 17;

    /** The version of the ONNX format that is written if nothing is said. */
    public static final int IR = 8;

    private static final List<String> READ = List.of(".qrn", ".tflite", ".onnx");

    private static final String NO_SIGNATURES =
            "an .onnx file holds one graph and has no signatures";

    private Models() {}

    /**
     * Reads a model within the {@linkplain Limits#standard() standard limits}.
     *
     * @throws IOException if the file cannot be read
     * @throws FormatException (or a subtype) with the place if anything in it is wrong
     */
    public static Graph read(Path path) throws IOException {
        return read(path, Limits.standard());
    }

    /**
     * Reads a model within the given limits.
     *
     * @throws IOException if the file cannot be read
     * @throws FormatException (or a subtype) with the place if anything in it is wrong
     */
    public static Graph read(Path path, Limits limits) throws IOException {
        return read(path, limits, Optional.empty());
    }

    /**
     * Reads a model, or one of several in a file, within the given limits.
     *
     * @param signature the key of a TFLite signature; empty for the file's first graph
     * @throws IOException if the file cannot be read
     * @throws FormatException (or a subtype) with the place if anything in it is wrong or there is
     *     no such signature
     */
    public static Graph read(Path path, Limits limits, Optional<String> signature)
            throws IOException {
        requireReadable(path.toString());
        if (extension(path.toString()).equals(".onnx")) {
            if (signature.isPresent()) {
                throw new FormatException(path.toString(), NO_SIGNATURES);
            }
            return read(path, limits, Map.of());
        }
        byte[] bytes = FileBytes.read(path, limits.fileBytes());
        return read(bytes, path.toString(), limits, signature);
    }

    /**
     * Reads an ONNX model some of whose inputs are known already, such as axes or sizes: they are
     * constants of the graph then, and no inputs of it.
     *
     * @param fixed values of inputs by name
     * @throws IOException if the file cannot be read
     * @throws FormatException (or a subtype) with the place if anything in it is wrong, it is no
     *     ONNX file or has no such input
     */
    public static Graph read(Path path, Limits limits, Map<String, Tensor> fixed)
            throws IOException {
        if (!extension(path.toString()).equals(".onnx")) {
            throw new FormatException(path.toString(), "inputs can be fixed in .onnx files only");
        }
        try {
            ByteBuffer bytes = FileBytes.map(path, limits.fileBytes());
            return onnx(bytes, path.toString(), limits, folder(path), fixed);
        } catch (FormatException e) {
            throw e.within(path.toString());
        }
    }

    /**
     * Reads a model from memory.
     *
     * @param bytes the content of the file, not changed and not kept
     * @param fileName name of the file, for its extension, for error messages and, where the file
     *     does not say it, as the graph's name
     * @throws FormatException (or a subtype) with the place if anything in it is wrong
     */
    public static Graph read(byte[] bytes, String fileName, Limits limits) {
        return read(bytes, fileName, limits, Optional.empty());
    }

    private static Graph read(
            byte[] bytes, String fileName, Limits limits, Optional<String> signature) {
        requireReadable(fileName);
        try {
            Limits.require(bytes.length, limits.fileBytes(), "", "bytes of a file");
            if (extension(fileName).equals(".onnx")) {
                if (signature.isPresent()) {
                    throw new FormatException("", NO_SIGNATURES);
                }
                return onnx(ByteBuffer.wrap(bytes), fileName, limits, Optional.empty(), Map.of());
            }
            boolean isQuern = extension(fileName).equals(".qrn");
            if (isQuern && signature.isPresent()) {
                throw new FormatException("", "a .qrn file holds one graph and has no signatures");
            }
            Graph graph =
                    isQuern
                            ? QrnReader.read(new ByteSource(bytes), limits)
                            : TfliteReader.read(bytes, stem(fileName), limits, signature);
            new GraphLimits(limits).check(graph);
            return graph;
        } catch (FormatException e) {
            throw e.within(fileName);
        }
    }

    private static Graph onnx(
            ByteBuffer bytes,
            String fileName,
            Limits limits,
            Optional<Path> folder,
            Map<String, Tensor> fixed) {
        Graph graph = OnnxReader.read(bytes, stem(fileName), limits, folder, fixed);
        new GraphLimits(limits).check(graph);
        return graph;
    }

    private static Optional<Path> folder(Path path) {
        return Optional.ofNullable(path.toAbsolutePath().getParent());
    }

    /**
     * Writes a model. The file is written beside its place and moved there when it is complete; if
     * anything goes wrong nothing is left behind and an old file stays as it was.
     *
     * @throws IOException if the file cannot be written
     * @throws FormatException if the format cannot hold the graph or is not written
     */
    public static void write(Graph graph, Path path) throws IOException {
        if (extension(path.toString()).equals(".onnx")) {
            writeOnnx(graph, path, OPSET, IR);
            return;
        }
        if (!extension(path.toString()).equals(".qrn")) {
            throw new FormatException(
                    path.toString(), "models are written as .qrn and .onnx files only");
        }
        QrnWriter writer = new QrnWriter(graph);
        AtomicFile.write(path, writer::writeTo);
    }

    /**
     * Writes an ONNX model as {@link #write} does; quantized nodes become real ones between
     * DequantizeLinear and QuantizeLinear.
     *
     * @param opset version of ONNX's operators, 13 to 21
     * @param ir version of the file format, 7 to 10
     * @throws IOException if the file cannot be written
     * @throws quern.error.UnsupportedOpException naming operator and node if a node has no form in
     *     this operator set
     * @throws FormatException if there are no such versions or the model is too large for a file
     */
    public static void writeOnnx(Graph graph, Path path, int opset, int ir) throws IOException {
        OnnxWriter writer = new OnnxWriter(graph, opset, ir);
        AtomicFile.write(path, writer::writeTo);
    }

    private static void requireReadable(String fileName) {
        String extension = extension(fileName);
        if (!READ.contains(extension)) {
            throw new FormatException(
                    fileName,
                    "the name of a model file must end with "
                            + String.join(" or ", READ)
                            + ", which says its format");
        }
    }

    private static String extension(String fileName) {
        int dot = fileName.lastIndexOf('.');
        return dot < 0 ? "" : fileName.substring(dot).toLowerCase(Locale.ROOT);
    }

    private static String stem(String fileName) {
        int slash = Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\'));
        return fileName.substring(slash + 1, fileName.lastIndexOf('.'));
    }
}
