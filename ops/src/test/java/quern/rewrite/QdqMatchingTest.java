package quern.rewrite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import quern.fixedpoint.RoundingMode;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.op.Activation;
import quern.op.Op;
import quern.op.Padding;
import quern.op.activation.Elu;
import quern.op.activation.Gelu;
import quern.op.activation.HardSwish;
import quern.op.activation.LeakyRelu;
import quern.op.activation.Logistic;
import quern.op.activation.Relu;
import quern.op.activation.Relu6;
import quern.op.activation.Silu;
import quern.op.activation.Tanh;
import quern.op.math.Abs;
import quern.op.math.Add;
import quern.op.math.Erf;
import quern.op.math.Exp;
import quern.op.math.Neg;
import quern.op.math.Sqrt;
import quern.op.math.Square;
import quern.op.math.Sub;
import quern.op.nn.Conv2d;
import quern.op.nn.FullyConnected;
import quern.op.pooling.MaxPool2d;
import quern.op.quantize.Dequantize;
import quern.op.quantize.Quantize;
import quern.op.shape.Reshape;
import quern.op.shape.Slice;
import quern.op.shape.Transpose;
import quern.reference.ReferenceInterpreter;
import quern.tensor.DType;
import quern.tensor.Floats;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

class QdqMatchingTest {
    private static final Quant IN = Quant.perTensor(0.05f, 3);

    private static TensorType codes(Quant quant, int... dims) {
        return new TensorType(DType.S8, Shape.of(dims), quant);
    }

    private static GraphBuilder builder(RoundingMode mode, int... dims) {
        GraphBuilder b = new GraphBuilder("g").rounding(mode);
        b.input("x", codes(IN, dims));
        b.add("r", new Dequantize(), "x");
        return b;
    }

    private static Graph quantized(GraphBuilder b, String real, Quant quant, int... dims) {
        b.add("y", new Quantize(), List.of(real), codes(quant, dims));
        return b.output("y").build();
    }

    private static Tensor all(int... dims) {
        Tensor t = Tensor.zeros(codes(IN, dims));
        Random r = new Random(5);
        for (int i = 0; i < t.elements(); i++) {
            t.setInteger(i, i < 256 ? i - 128 : r.nextInt(256) - 128);
        }
        return t;
    }

    private static void assertSameCodes(Graph a, Graph b, int... dims) {
        Tensor x = all(dims);
        assertEquals(
                new ReferenceInterpreter(a).run(List.of(x)),
                new ReferenceInterpreter(b).run(List.of(x)));
    }

    static Stream<Op> functions() {
        return Stream.of(
                new Logistic(),
                new LeakyRelu(0.1f),
                new Tanh(),
                new HardSwish(),
                new Gelu(false),
                new Gelu(true),
                new Silu(),
                new Elu(1f),
                new Erf(),
                new Exp(),
                new Sqrt(),
                new Square(),
                new Abs(),
                new Neg(),
                new Relu());
    }

    /** A table of codes is what the function makes of their numbers, rounded once. */
    @ParameterizedTest
    @MethodSource("functions")
    void functionsKeepEveryCode(Op op) {
        for (RoundingMode mode : List.of(RoundingMode.FLOAT_EVEN, RoundingMode.ONNX_REF)) {
            for (float scale : new float[] {0.03f, 0.0625f, 0.001f}) {
                GraphBuilder b = builder(mode, 256);
                b.add("f", op, "r");
                Graph g = quantized(b, "f", Quant.perTensor(scale, -7), 256);
                Graph matched = new DeadCode().apply(new QdqMatching().apply(g));
                assertEquals(List.of(op.getClass().getSimpleName()), Rewritten.ops(matched));
                assertSameCodes(g, matched, 256);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void movesKeepEveryCodeIfBothSidesHaveOneQuantization(boolean same) {
        GraphBuilder b = builder(RoundingMode.FLOAT_EVEN, 1, 8, 8, 4);
        b.add("t", new Transpose(Ints.of(0, 2, 1, 3)), "r");
        b.add(
                "p",
                new MaxPool2d(Ints.of(2, 2), Ints.of(2, 2), Padding.VALID, Activation.NONE),
                "t");
        b.add("q", new Reshape(Ints.of(4, 16)), "p");
        Quant quant = same ? IN : Quant.perTensor(0.06f, 3);
        b.add("m", new Quantize(), List.of("q"), codes(quant, 4, 16));
        b.add("d", new Dequantize(), "m");
        b.add("s", new Slice(Ints.of(1, 0), Ints.of(1, 2), Ints.of(3, 8)), "d");
        b.add("n", new Quantize(), List.of("s"), codes(quant, 3, 8));
        b.add("f", new Dequantize(), "n");
        b.add("h", new Relu6(), "f");
        Graph g = quantized(b, "h", quant, 3, 8);
        Graph simple = Simplify.simplify(g);
        boolean real = simple.nodes().stream().anyMatch(n -> n.op() instanceof Dequantize);
        assertEquals(!same, real, simple.toString());
        assertSameCodes(g, simple, 1, 8, 8, 4);
    }

    private static Graph convolution(Activation clamp, int zero, float biasFactor) {
        GraphBuilder b = builder(RoundingMode.FLOAT_EVEN, 1, 4, 4, 3);
        Random r = new Random(9);
        Quant rows = new Quant.PerChannel(0, Floats.of(.1f, .2f), Ints.of(0, 0), 8);
        Tensor w = Tensor.zeros(codes(rows, 2, 3, 1, 1));
        for (int i = 0; i < w.elements(); i++) {
            w.setInteger(i, r.nextInt(255) - 127);
        }
        b.constant("w", w);
        b.add("wr", new Dequantize(), "w");
        b.add("wt", new Transpose(Ints.of(0, 2, 3, 1)), "wr");
        float[] units = {.05f * .1f * biasFactor, .05f * .2f * biasFactor};
        Quant quant = new Quant.PerChannel(0, Floats.of(units), Ints.of(0, 0), 32);
        Tensor bias = Tensor.zeros(new TensorType(DType.S32, Shape.of(2), quant));
        bias.setInteger(0, 500);
        bias.setInteger(1, -900);
        b.constant("b", bias);
        b.add("br", new Dequantize(), "b");
        Conv2d op = new Conv2d(Ints.of(1, 1), Ints.of(1, 1), Padding.VALID, 1, Activation.NONE);
        b.add("c", op, "r", "wt", "br");
        String y = "c";
        if (clamp == Activation.RELU) {
            y = b.add("a", new Relu(), "c");
        } else if (clamp == Activation.RELU6) {
            y = b.add("a", new Relu6(), "c");
        }
        return quantized(b, y, Quant.perTensor(6f / 255, zero), 1, 4, 4, 2);
    }

    private static boolean isMatched(Graph g) {
        return Simplify.simplify(g).nodes().stream().noneMatch(n -> n.op() instanceof Quantize);
    }

    @Test
    void layersTakeTheirBiasAndNoClampThatCodesImply() {
        Graph simple = Simplify.simplify(convolution(Activation.RELU6, -128, 1));
        assertEquals(List.of("Conv2d"), Rewritten.ops(simple));
        Conv2d op = (Conv2d) simple.nodes().get(0).op();
        assertEquals(Activation.NONE, op.activation());
        assertEquals(true, isMatched(convolution(Activation.RELU, -128, 1)));
        assertEquals(true, isMatched(convolution(Activation.NONE, 5, 1)));
        assertEquals(false, isMatched(convolution(Activation.RELU, -127, 1)));
        assertEquals(false, isMatched(convolution(Activation.RELU6, 0, 1)));
        assertEquals(false, isMatched(convolution(Activation.NONE, 5, 1.01f)));
    }

    @Test
    void whatOthersReadStays() {
        GraphBuilder b = builder(RoundingMode.FLOAT_EVEN, 4);
        b.add("f", new Tanh(), "r");
        b.output("f");
        Graph g = quantized(b, "f", IN, 4);
        assertSame(g, new QdqMatching().apply(g));
        GraphBuilder c = builder(RoundingMode.FLOAT_EVEN, 4);
        c.add("f", new Sub(Activation.NONE), "r", "r");
        Graph h = quantized(c, "f", IN, 4);
        assertSame(h, new QdqMatching().apply(h));
    }

    /** A fixed-point graph says by its Dequantize that it computes in float32. */
    @Test
    void otherModesStay() {
        GraphBuilder b = builder(RoundingMode.DOUBLE, 4);
        b.add("f", new Add(Activation.NONE), "r", "r");
        Graph g = quantized(b, "f", IN, 4);
        assertSame(g, new QdqMatching().apply(g));
    }

    @Test
    void productsWithoutQuantizeAreComputedInIntegers() {
        GraphBuilder b = builder(RoundingMode.FLOAT_EVEN, 2, 6);
        Tensor w = Tensor.zeros(codes(Quant.perTensor(0.25f, 0), 3, 6));
        for (int i = 0; i < w.elements(); i++) {
            w.setInteger(i, i * 7 - 60);
        }
        b.constant("w", w);
        b.add("wr", new Dequantize(), "w");
        b.constant("b", Tensor.of(Shape.of(3), 1f, -2f, .5f));
        b.output(b.add("y", new FullyConnected(true, Activation.RELU), "r", "wr", "b"));
        Graph g = b.build();
        Graph simple = Simplify.simplify(g);
        assertEquals(DType.S32, simple.nodes().get(0).output().type().dtype());
        Tensor x = all(2, 6);
        Tensor expected = new ReferenceInterpreter(g).run(List.of(x)).get(0);
        Tensor actual = new ReferenceInterpreter(simple).run(List.of(x)).get(0);
        for (int i = 0; i < expected.elements(); i++) {
            assertEquals(expected.real(i), actual.real(i), 1e-5 * 300);
        }
    }
}
