package quern.cli.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
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

/** Operators on integers that make integers or real numbers, and real ones of ONNX Runtime. */
class MicrosoftOpsTest {
    private static final Random RANDOM = new Random(11);

    @TempDir Path folder;

    /** A model, its inputs, and the error allowed in parts of the largest number. */
    private record Case(OnnxModel model, int opset, double tolerance, List<Tensor> inputs) {}

    private static Tensor codes(DType dtype, int... dims) {
        Tensor t = Tensor.zeros(TensorType.of(dtype, Shape.of(dims)));
        for (int i = 0; i < t.elements(); i++) {
            t.setInteger(i, dtype.min(8) + RANDOM.nextInt(256));
        }
        return t;
    }

    private static Tensor reals(int... dims) {
        Tensor t = Tensor.zeros(TensorType.f32(dims));
        for (int i = 0; i < t.elements(); i++) {
            t.setReal(i, (float) RANDOM.nextGaussian());
        }
        return t;
    }

    private static Tensor positive(int n) {
        Tensor t = reals(n);
        for (int i = 0; i < n; i++) {
            t.setReal(i, 0.01f + Math.abs(t.real(i)));
        }
        return t;
    }

    /** Weights small enough for 16-bit sums of pairs, which some processors take. */
    private static Tensor weights(int... dims) {
        Tensor t = Tensor.zeros(TensorType.of(DType.S8, Shape.of(dims)));
        for (int i = 0; i < t.elements(); i++) {
            t.setInteger(i, RANDOM.nextInt(127) - 63);
        }
        return t;
    }

    private static Map<String, Case> all() {
        Map<String, Case> all = new TreeMap<>();
        all.put(
                "DynamicQuantizeLinear",
                new Case(
                        new OnnxModel()
                                .input("x", DType.F32, 5, 77)
                                .node("DynamicQuantizeLinear", "x", "y s z")
                                .output("y", DType.U8, 5, 77)
                                .output("s", DType.F32)
                                .output("z", DType.U8),
                        13,
                        0,
                        List.of(reals(5, 77))));
        Tensor points = Tensor.zeros(TensorType.of(DType.S8, Shape.of(9)));
        for (int i = 0; i < 9; i++) {
            points.setInteger(i, i - 4);
        }
        for (DType a : new DType[] {DType.U8, DType.S8}) {
            all.put(
                    "MatMulInteger " + a,
                    new Case(
                            new OnnxModel()
                                    .input("a", a, 4, 30)
                                    .constant("b", weights(30, 9))
                                    .zero("za", a, 17)
                                    .constant("zb", points)
                                    .node("MatMulInteger", "a b za zb", "y")
                                    .output("y", DType.S32, 4, 9),
                            13,
                            0,
                            List.of(codes(a, 4, 30))));
        }
        all.put(
                "MatMulInteger of two inputs with computed zero points",
                new Case(
                        new OnnxModel()
                                .input("a", DType.U8, 2, 4, 30)
                                .input("b", DType.S8, 2, 30, 7)
                                .input("za", DType.U8, new int[0])
                                .input("zb", DType.S8, new int[0])
                                .node("MatMulInteger", "a b za zb", "y")
                                .output("y", DType.S32, 2, 4, 7),
                        13,
                        0,
                        List.of(
                                codes(DType.U8, 2, 4, 30),
                                weights(2, 30, 7),
                                codes(DType.U8),
                                weights())));
        all.put(
                "MatMulInteger behind DynamicQuantizeLinear",
                new Case(
                        new OnnxModel()
                                .input("x", DType.F32, 6, 40)
                                .constant("b", weights(40, 8))
                                .zero("zb", DType.S8, -3)
                                .scalar("sb", 0.02f)
                                .node("DynamicQuantizeLinear", "x", "a sa za")
                                .node("MatMulInteger", "a b za zb", "i")
                                .node("Cast", "i", "f", "to", 1)
                                .node("Mul", "sa sb", "s")
                                .node("Mul", "f s", "y")
                                .output("y", DType.F32, 6, 8),
                        13,
                        1e-6,
                        List.of(reals(6, 40))));
        for (int group : new int[] {1, 2, 6}) {
            all.put(
                    "ConvInteger, groups " + group,
                    new Case(
                            new OnnxModel()
                                    .input("x", DType.U8, 2, 6, 7, 5)
                                    .input("z", DType.U8, new int[0])
                                    .constant("w", codes(DType.U8, 12, 6 / group, 3, 3))
                                    .zero("wz", DType.U8, 120)
                                    .node(
                                            "ConvInteger",
                                            "x w z wz",
                                            "y",
                                            "pads",
                                            new int[] {1, 1, 1, 1},
                                            "group",
                                            group,
                                            "kernel_shape",
                                            new int[] {3, 3})
                                    .output("y", DType.S32, 2, 12, 7, 5),
                            13,
                            0,
                            List.of(codes(DType.U8, 2, 6, 7, 5), codes(DType.U8))));
        }
        all.put(
                "MatMulIntegerToFloat",
                new Case(
                        new OnnxModel()
                                .input("a", DType.U8, 4, 30)
                                .constant("b", weights(30, 9))
                                .scalar("sa", 0.03f)
                                .constant("sb", reals(9))
                                .zero("za", DType.U8, 99)
                                .constant("zb", points)
                                .constant("c", reals(9))
                                .nodeOf(
                                        OnnxModel.MICROSOFT,
                                        "MatMulIntegerToFloat",
                                        "a b sa sb za zb c",
                                        "y")
                                .output("y", DType.F32, 4, 9),
                        13,
                        1e-6,
                        List.of(codes(DType.U8, 4, 30))));
        all.put(
                "DynamicQuantizeMatMul",
                new Case(
                        new OnnxModel()
                                .input("a", DType.F32, 2, 4, 30)
                                .constant("b", weights(30, 9))
                                .scalar("sb", 0.03f)
                                .zero("zb", DType.S8, 2)
                                .constant("c", reals(9))
                                .nodeOf(
                                        OnnxModel.MICROSOFT,
                                        "DynamicQuantizeMatMul",
                                        "a b sb zb c",
                                        "y")
                                .output("y", DType.F32, 2, 4, 9),
                        13,
                        1e-6,
                        List.of(reals(2, 4, 30))));
        all.put(
                "QGemm to real numbers",
                new Case(
                        new OnnxModel()
                                .input("a", DType.U8, 4, 30)
                                .scalar("sa", 0.03f)
                                .zero("za", DType.U8, 99)
                                .constant("b", weights(9, 30))
                                .scalar("sb", 0.02f)
                                .zero("zb", DType.S8, 0)
                                .nodeOf(
                                        OnnxModel.MICROSOFT,
                                        "QGemm",
                                        "a sa za b sb zb",
                                        "y",
                                        "transB",
                                        1,
                                        "alpha",
                                        0.5f)
                                .output("y", DType.F32, 4, 9),
                        13,
                        1e-6,
                        List.of(codes(DType.U8, 4, 30))));
        all.put(
                "FusedConv",
                new Case(
                        new OnnxModel()
                                .input("x", DType.F32, 1, 3, 6, 6)
                                .constant("w", reals(5, 3, 3, 3))
                                .constant("b", reals(5))
                                .nodeOf(
                                        OnnxModel.MICROSOFT,
                                        "FusedConv",
                                        "x w b",
                                        "y",
                                        "activation",
                                        "Relu",
                                        "kernel_shape",
                                        new int[] {3, 3})
                                .output("y", DType.F32, 1, 5, 4, 4),
                        13,
                        1e-6,
                        List.of(reals(1, 3, 6, 6))));
        all.put(
                "FusedMatMul",
                new Case(
                        new OnnxModel()
                                .input("a", DType.F32, 2, 7, 4)
                                .input("b", DType.F32, 2, 5, 7)
                                .nodeOf(
                                        OnnxModel.MICROSOFT,
                                        "FusedMatMul",
                                        "a b",
                                        "y",
                                        "alpha",
                                        0.25f,
                                        "transA",
                                        1,
                                        "transB",
                                        1)
                                .output("y", DType.F32, 2, 4, 5),
                        13,
                        1e-6,
                        List.of(reals(2, 7, 4), reals(2, 5, 7))));
        for (String op : new String[] {"FastGelu", "BiasGelu"}) {
            all.put(
                    op,
                    new Case(
                            new OnnxModel()
                                    .input("x", DType.F32, 6, 9)
                                    .constant("b", reals(9))
                                    .nodeOf(OnnxModel.MICROSOFT, op, "x b", "y")
                                    .output("y", DType.F32, 6, 9),
                            13,
                            1e-5,
                            List.of(reals(6, 9))));
        }
        all.put(
                "SkipLayerNormalization",
                new Case(
                        new OnnxModel()
                                .input("x", DType.F32, 1, 6, 16)
                                .input("s", DType.F32, 1, 6, 16)
                                .constant("g", reals(16))
                                .constant("b", reals(16))
                                .constant("c", reals(16))
                                .nodeOf(
                                        OnnxModel.MICROSOFT,
                                        "SkipLayerNormalization",
                                        "x s g b c",
                                        "y")
                                .output("y", DType.F32, 1, 6, 16),
                        13,
                        1e-5,
                        List.of(reals(1, 6, 16), reals(1, 6, 16))));
        all.put("MatMulNBits", nBits(64, 32, false));
        all.put("MatMulNBits with zero points", nBits(96, 32, true));
        return all;
    }

    private static Case nBits(int depth, int block, boolean zeros) {
        int columns = 5;
        int blocks = depth / block;
        OnnxModel m =
                new OnnxModel()
                        .input("x", DType.F32, 3, depth)
                        .constant("w", codes(DType.U8, columns, blocks, block / 2))
                        .constant(
                                "s", zeros ? positive(columns * blocks) : reals(columns * blocks));
        String inputs = "x w s";
        if (zeros) {
            m.constant("z", codes(DType.U8, columns * ((blocks + 1) / 2)));
            inputs += " z";
        }
        return new Case(
                m.nodeOf(
                                OnnxModel.MICROSOFT,
                                "MatMulNBits",
                                inputs,
                                "y",
                                "K",
                                depth,
                                "N",
                                columns,
                                "bits",
                                4,
                                "block_size",
                                block)
                        .output("y", DType.F32, 3, columns),
                13,
                1e-5,
                List.of(reals(3, depth)));
    }

    private static final Map<String, Case> CASES = all();

    static Stream<String> names() {
        return CASES.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void equalsOnnxRuntime(String name) throws IOException {
        Case c = CASES.get(name);
        byte[] model = c.model.bytes(c.opset);
        Path file = folder.resolve("model.onnx");
        Files.write(file, model);
        List<Tensor> expected;
        try (OrtModel ort = new OrtModel(model)) {
            expected = ort.run(c.inputs);
        }
        Graph graph = Simplify.simplify(Models.read(file));
        try (Session session = Session.open(graph)) {
            List<Tensor> actual = session.run(c.inputs.toArray(Tensor[]::new));
            for (int i = 0; i < expected.size(); i++) {
                Outputs.assertNear(expected.get(i), actual.get(i), c.tolerance);
            }
        }
    }
}
