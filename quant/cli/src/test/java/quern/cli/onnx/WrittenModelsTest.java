package quern.cli.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import quern.error.UnsupportedOpException;
import quern.fixedpoint.RoundingMode;
import quern.formats.Models;
import quern.graph.Graph;
import quern.rewrite.Simplify;
import quern.runtime.Session;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Models written as ONNX: ONNX Runtime computes the same, and so does Quern when it reads them. */
class WrittenModelsTest {
    private static final Path MODELS = Path.of(System.getProperty("quern.shared"), "models");

    private static final Path TESTDATA = Path.of(System.getProperty("quern.testdata"), "models");

    /** Models that are refused, and the operator. */
    private static final Map<String, String> REFUSED =
            Map.of(
                    "yamnet_int8_wav.tflite", "Rfft2d",
                    "ssd_mobilenet_v1_coco_quant_300.tflite", "DetectionPostProcess",
                    "mnist_lstm_float.tflite", "state",
                    "mnist_lstm_int8.tflite", "state");

    /** Some layers run in float unless codes stay signed, and round otherwise. */
    private static final String IN_FLOAT = "tf2_mobilenet_v2_1.0_224_ptq.tflite";

    @TempDir private Path folder;

    static List<Path> models() throws IOException {
        List<Path> all = new ArrayList<>();
        for (Path root : List.of(MODELS, TESTDATA)) {
            if (Files.isDirectory(root)) {
                try (Stream<Path> files = Files.walk(root)) {
                    files.filter(p -> p.toString().matches(".*\\.(onnx|tflite|qrn)"))
                            .sorted()
                            .forEach(all::add);
                }
            }
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("models")
    void isNearOnnxRuntime(Path file) throws IOException {
        Graph graph = Simplify.simplify(Models.read(file).withRounding(RoundingMode.FLOAT_EVEN));
        Path written = folder.resolve("a.onnx");
        String refused = REFUSED.getOrDefault(file.getFileName().toString(), "");
        if (!refused.isEmpty()) {
            UnsupportedOpException e =
                    assertThrows(UnsupportedOpException.class, () -> Models.write(graph, written));
            assertEquals(refused, e.op());
            return;
        }
        Models.write(graph, written);
        boolean codes = graph.nodes().stream().anyMatch(n -> n.output().type().isQuantized());
        Random random = new Random(3);
        List<Tensor> inputs = graph.inputs().stream().map(v -> random(v.type(), random)).toList();
        List<Tensor> ours = run(graph, inputs);
        byte[] bytes = Files.readAllBytes(written);
        if (!IN_FLOAT.equals(file.getFileName().toString())) {
            assertNear(ort(bytes, Optional.empty(), inputs), ours, codes, tolerance(file));
        }
        Graph again = Simplify.simplify(Models.read(written));
        assertNear(run(again, inputs), ours, codes, 1e-5);
        if (file.toString().endsWith(".onnx")) {
            assertNear(
                    ort(Files.readAllBytes(file), Optional.empty(), inputs),
                    ort(bytes, Optional.empty(), inputs),
                    codes,
                    1e-5);
        }
        if (codes) {
            Path optimized = folder.resolve("optimized.onnx");
            assertNear(ort(bytes, Optional.of(optimized), inputs), ours, true, 0);
            Map<String, Integer> counts = OnnxFields.operators(optimized);
            assertEquals(0, counts.getOrDefault("Conv", 0) + counts.getOrDefault("Gemm", 0));
        }
    }

    /** Sums of hundreds of layers differ by their order; so they do for the file that was read. */
    private static double tolerance(Path file) {
        return file.getFileName().toString().startsWith("yolox") ? 1e-4 : 1e-5;
    }

    private static List<Tensor> ort(byte[] model, Optional<Path> optimized, List<Tensor> inputs) {
        try (OrtModel ort = new OrtModel(model, optimized, optimized.isPresent())) {
            return ort.run(inputs);
        }
    }

    private static List<Tensor> run(Graph graph, List<Tensor> plain) {
        Tensor[] inputs = new Tensor[plain.size()];
        for (int i = 0; i < inputs.length; i++) {
            Tensor t = plain.get(i);
            inputs[i] = t.as(t.type().withQuant(graph.inputs().get(i).type().quant()));
        }
        try (Session session = Session.open(graph)) {
            return session.run(inputs);
        }
    }

    private static Tensor random(TensorType type, Random random) {
        List<String> words = type.shape().words();
        words.replaceAll(w -> Character.isDigit(w.charAt(0)) ? w : "1");
        Tensor t = Tensor.zeros(TensorType.of(type.dtype(), Shape.of(words)));
        for (int i = 0; i < t.elements(); i++) {
            if (t.dtype() == DType.F32) {
                t.setReal(i, random.nextFloat());
            } else {
                t.setInteger(i, random.nextInt(256) + (t.dtype() == DType.S8 ? -128 : 0));
            }
        }
        return t;
    }

    private static void assertNear(
            List<Tensor> expected, List<Tensor> actual, boolean codes, double tolerance) {
        assertEquals(expected.size(), actual.size());
        for (int k = 0; k < expected.size(); k++) {
            Outputs.assertNear(expected.get(k), actual.get(k), codes ? 0 : tolerance);
        }
    }
}
