package quern.cli.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import quern.formats.Models;
import quern.graph.Graph;
import quern.graph.Node;
import quern.op.quantize.Dequantize;
import quern.rewrite.Simplify;
import quern.runtime.Session;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Models of one quantized operator make the codes that ONNX Runtime makes, to the bit. */
class QuantizedModelsTest {
    private static final Path QDQ =
            Path.of(System.getProperty("quern.shared"), "models", "onnx_qdq");

    private static final int SEEDS = 40;

    @TempDir Path folder;

    private static final List<String> OPERATORS =
            List.of(
                    "Conv",
                    "ConvPerChannel",
                    "Depthwise",
                    "MatMul",
                    "MatMulPerChannel",
                    "BatchMatMul",
                    "Gemm",
                    "GemmPerChannel",
                    "Add",
                    "Mul",
                    "Sigmoid",
                    "LeakyRelu",
                    "Softmax",
                    "AveragePool",
                    "GlobalAveragePool",
                    "Concat");

    static Stream<Arguments> cases() {
        return OPERATORS.stream()
                .flatMap(
                        op ->
                                Stream.of(DType.U8, DType.S8)
                                        .flatMap(
                                                t ->
                                                        Stream.of(true, false)
                                                                .map(q -> Arguments.of(op, t, q))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void codesAreThoseOfOnnxRuntime(String operator, DType codes, boolean qdq) throws IOException {
        int wrong = 0;
        int all = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            QuantizedCase c = new QuantizedCase(operator, codes, qdq, seed);
            byte[] model = c.model.bytes(13);
            Tensor expected;
            try (OrtModel ort = new OrtModel(model)) {
                expected = ort.run(c.inputs).get(0);
            }
            Graph graph = Simplify.simplify(read(model));
            assertTrue(
                    graph.nodes().stream().map(Node::op).noneMatch(Dequantize.class::isInstance),
                    () -> "not matched: " + graph);
            Tensor actual = run(graph, c.inputs);
            assertEquals(expected.shape(), actual.shape());
            for (int i = 0; i < expected.elements(); i++) {
                all++;
                boolean same = expected.integer(i) == actual.integer(i);
                wrong += same || isWrapped(operator, expected, actual, i) ? 0 : 1;
            }
        }
        assertEquals(0, wrong, "codes of " + all + " differ");
    }

    static boolean hasShared() {
        return Files.isDirectory(QDQ);
    }

    static List<Path> shared() throws IOException {
        try (Stream<Path> all = Files.list(QDQ)) {
            return all.filter(p -> p.toString().endsWith(".onnx")).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("shared")
    @EnabledIf("hasShared")
    void sharedModelsAreThoseOfOnnxRuntime(Path file) throws IOException {
        Graph graph = Simplify.simplify(Models.read(file));
        Random random = new Random(7);
        for (int run = 0; run < 3; run++) {
            Tensor x = Tensor.zeros(bound(graph.inputs().get(0).type()));
            for (int i = 0; i < x.elements(); i++) {
                x.setReal(i, (float) random.nextGaussian());
            }
            List<Tensor> expected;
            try (OrtModel ort = new OrtModel(Files.readAllBytes(file))) {
                expected = ort.run(List.of(x));
            }
            try (Session session = Session.open(graph)) {
                List<Tensor> actual = session.run(x);
                for (int i = 0; i < expected.size(); i++) {
                    assertEquals(expected.get(i), actual.get(i).copy());
                }
            }
        }
    }

    private static TensorType bound(TensorType type) {
        Shape s = type.shape();
        for (int i = 0; i < s.rank(); i++) {
            s = s.isSymbolic(i) ? s.with(i, 2) : s;
        }
        return type.withShape(s);
    }

    /** ONNX Runtime's S8 softmax does not clamp: what is above 127 becomes negative. */
    private static boolean isWrapped(String operator, Tensor expected, Tensor actual, int i) {
        return operator.equals("Softmax")
                && actual.dtype() == DType.S8
                && actual.integer(i) == 127
                && expected.integer(i) < 0;
    }

    private Graph read(byte[] model) throws IOException {
        Path file = folder.resolve("model.onnx");
        Files.write(file, model);
        return Models.read(file);
    }

    static Tensor run(Graph graph, List<Tensor> inputs) {
        try (Session session = Session.open(graph)) {
            return session.run(inputs.toArray(Tensor[]::new)).get(0).copy();
        }
    }
}
