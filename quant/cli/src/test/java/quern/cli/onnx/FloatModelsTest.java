package quern.cli.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import quern.formats.Models;
import quern.graph.Graph;
import quern.rewrite.Simplify;
import quern.runtime.Session;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Float ONNX models of ../shared: on random numbers against ONNX Runtime, and stored outputs. */
@EnabledIf("hasShared")
class FloatModelsTest {
    private static final Path MODELS = Path.of(System.getProperty("quern.shared"), "models");

    static boolean hasShared() {
        return Files.isDirectory(MODELS);
    }

    private static List<Path> onnx(boolean light) throws IOException {
        try (Stream<Path> all = Files.walk(MODELS)) {
            return all.filter(p -> p.toString().endsWith(".onnx"))
                    .filter(p -> !p.toString().contains("qdq"))
                    .filter(p -> p.getFileName().toString().startsWith("light_") == light)
                    .sorted()
                    .toList();
        }
    }

    static List<Path> models() throws IOException {
        return onnx(false);
    }

    static List<Path> light() throws IOException {
        return onnx(true);
    }

    @ParameterizedTest
    @MethodSource("models")
    void isNearOnnxRuntime(Path file) throws IOException {
        Graph graph = Simplify.simplify(Models.read(file));
        Random random = new Random(3);
        List<Tensor> inputs = graph.inputs().stream().map(v -> random(v.type(), random)).toList();
        List<Tensor> expected;
        try (OrtModel ort = new OrtModel(Files.readAllBytes(file))) {
            expected = ort.run(inputs);
        }
        try (Session session = Session.open(graph)) {
            List<Tensor> actual = session.run(inputs.toArray(Tensor[]::new));
            for (int i = 0; i < expected.size(); i++) {
                Outputs.assertNear(expected.get(i), actual.get(i), 1e-4);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void isNearTheGoldenOutputs(Path file) throws IOException {
        String name = file.getFileName().toString().replace(".onnx", "");
        Path golden = MODELS.resolve("golden").resolve(name);
        JsonNode meta = new ObjectMapper().readTree(golden.resolve("meta.json").toFile());
        assertTrue(meta.isObject());
        Graph graph = Simplify.simplify(Models.read(file));
        Tensor x = floats(golden.resolve("in_0.bin"), graph.inputs().get(0).type().shape());
        try (Session session = Session.open(graph)) {
            Tensor y = session.run(x).get(0);
            Outputs.assertNear(floats(golden.resolve("out_0.bin"), y.shape()), y, 1e-4);
        }
    }

    /** Their weights are all the same number; the stored output is that of rising numbers. */
    @ParameterizedTest
    @MethodSource("light")
    @Tag("long")
    void lightModelsMakeTheStoredOutputs(Path file) throws IOException {
        Graph graph = Simplify.simplify(Models.read(file));
        Shape shape = graph.inputs().get(0).type().shape();
        int[] dims = new int[shape.rank()];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = shape.isSymbolic(i) ? 1 : shape.dim(i);
        }
        Tensor x = Tensor.zeros(TensorType.f32(dims));
        for (int i = 0; i < x.elements(); i++) {
            x.setReal(i, (float) ((double) i / x.elements()));
        }
        String stored = file.toString().replace(".onnx", "_output_0.pb");
        try (Session session = Session.open(graph)) {
            Tensor y = session.run(x).get(0);
            float[] values = lastFloats(Files.readAllBytes(Path.of(stored)), y.elements());
            for (int i = 0; i < values.length; i++) {
                double allowed = 1e-7 + 1e-3 * Math.abs(values[i]);
                assertEquals(values[i], y.real(i), allowed, "element " + i);
            }
        }
    }

    /** The raw float32 numbers of a tensor file, which are its last field. */
    private static float[] lastFloats(byte[] file, int count) {
        ByteBuffer b = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        float[] all = new float[count];
        b.position(file.length - 4 * count);
        b.asFloatBuffer().get(all);
        return all;
    }

    private static Tensor random(TensorType type, Random random) {
        Tensor t = Tensor.zeros(type);
        for (int i = 0; i < t.elements(); i++) {
            t.setReal(i, random.nextFloat());
        }
        return t;
    }

    private static Tensor floats(Path file, Shape shape) throws IOException {
        ByteBuffer b = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        Tensor t = Tensor.zeros(TensorType.of(DType.F32, shape));
        b.asFloatBuffer().get(t.floats());
        return t;
    }
}
