package quern.rewrite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.op.Activation;
import quern.op.Padding;
import quern.op.activation.Logistic;
import quern.op.activation.Relu6;
import quern.op.activation.Tanh;
import quern.op.math.Add;
import quern.op.math.Div;
import quern.op.math.Erf;
import quern.op.math.Mul;
import quern.op.math.Pow;
import quern.op.math.Rsqrt;
import quern.op.math.Sqrt;
import quern.op.math.Square;
import quern.op.math.SquaredDifference;
import quern.op.math.Sub;
import quern.op.nn.Conv2d;
import quern.op.reduction.Mean;
import quern.op.shape.Pad;
import quern.reference.ReferenceInterpreter;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Patterns that become one operator. */
class RecognitionTest {
    private static final Add ADD = new Add(Activation.NONE);
    private static final Mul MUL = new Mul(Activation.NONE);
    private static final Sub SUB = new Sub(Activation.NONE);
    private static final Div DIV = new Div(Activation.NONE);

    private static GraphBuilder builder() {
        GraphBuilder b = new GraphBuilder("g");
        b.input("x", TensorType.f32(2, 50));
        return b;
    }

    private static String number(GraphBuilder b, double value) {
        String name = b.fresh("c");
        return b.constant(name, Tensor.of(Shape.of(), (float) value));
    }

    private static void assertBecomes(Graph g, String op, double tolerance) {
        Graph simple = Simplify.simplify(g);
        assertEquals(List.of(op), Rewritten.ops(simple));
        Random r = new Random(4);
        Tensor x = Tensor.zeros(g.inputs().get(0).type());
        IntStream.range(0, x.elements()).forEach(i -> x.setReal(i, (float) r.nextGaussian() * 3));
        Tensor a = new ReferenceInterpreter(g).run(List.of(x)).get(0);
        Tensor b = new ReferenceInterpreter(simple).run(List.of(x)).get(0);
        for (int i = 0; i < a.elements(); i++) {
            assertEquals(a.real(i), b.real(i), tolerance * Math.max(1, Math.abs(a.real(i))));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void geluInAnyOrder(int order) {
        GraphBuilder b = builder();
        String root = Math.floorMod(order, 2) == 0 ? "d" : "m";
        String scaled =
                root.equals("d")
                        ? b.add("s", DIV, "x", number(b, Math.sqrt(2)))
                        : b.add("s", MUL, number(b, Math.sqrt(0.5)), "x");
        String sum = b.add("sum", ADD, b.add("e", new Erf(), scaled), number(b, 1));
        String y =
                switch (order) {
                    case 0 -> b.add("y", MUL, b.add("h", MUL, "x", sum), number(b, 0.5));
                    case 1 -> b.add("y", MUL, b.add("h", MUL, number(b, 0.5), sum), "x");
                    case 2 -> b.add("y", MUL, b.add("h", MUL, "x", number(b, 0.5)), sum);
                    default -> b.add("y", MUL, sum, b.add("h", MUL, number(b, 0.5), "x"));
                };
        assertBecomes(b.output(y).build(), "Gelu", 1e-6);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void geluByTanh(int order) {
        GraphBuilder b = builder();
        String cube =
                switch (order) {
                    case 0 -> b.add("c3", new Pow(), "x", number(b, 3));
                    case 1 -> b.add("c3", MUL, b.add("c2", MUL, "x", "x"), "x");
                    default -> b.add("c3", MUL, "x", b.add("c2", new Square(), "x"));
                };
        String sum = b.add("p", ADD, "x", b.add("k", MUL, cube, number(b, 0.044715)));
        String tanh = b.add("t", new Tanh(), b.add("r", MUL, number(b, 0.7978845608), sum));
        String one = b.add("o", ADD, tanh, number(b, 1));
        String y =
                order == 0
                        ? b.add("y", MUL, b.add("h", MUL, "x", number(b, 0.5)), one)
                        : b.add("y", MUL, number(b, 0.5), b.add("h", MUL, one, "x"));
        assertBecomes(b.output(y).build(), "Gelu", 1e-5);
    }

    @Test
    void whatIsNoGeluStays() {
        GraphBuilder b = builder();
        String scaled = b.add("s", DIV, "x", number(b, 1.5));
        String sum = b.add("sum", ADD, b.add("e", new Erf(), scaled), number(b, 1));
        b.output(b.add("y", MUL, b.add("h", MUL, "x", sum), number(b, 0.5)));
        Graph g = b.build();
        assertSame(g, new GeluRecognition().apply(g));
        GraphBuilder c = builder();
        String root = c.add("s", DIV, "x", number(c, Math.sqrt(2)));
        String two = c.add("sum", ADD, c.add("e", new Erf(), root), number(c, 1));
        c.output(c.add("y", MUL, c.add("h", MUL, "x", two), number(c, 0.5))).output(two);
        Graph kept = c.build();
        assertSame(kept, new GeluRecognition().apply(kept));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void siluInAnyOrder(boolean swapped) {
        GraphBuilder b = builder();
        String gate = b.add("g", new Logistic(), "x");
        b.output(swapped ? b.add("y", MUL, gate, "x") : b.add("y", MUL, "x", gate));
        assertBecomes(b.build(), "Silu", 0);
    }

    @Test
    void whatReadsTheLogisticFunctionTooKeepsIt() {
        GraphBuilder b = builder();
        String gate = b.add("g", new Logistic(), "x");
        Graph g = b.output(b.add("y", MUL, gate, "x")).output(gate).build();
        assertSame(g, new SiluRecognition().apply(g));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void layerNormalizationInAnyForm(int form) {
        GraphBuilder b = builder();
        int n = 50;
        Mean mean = new Mean(Ints.of(1), true);
        String m = b.add("m", mean, "x");
        String away = b.add("d", SUB, "x", m);
        String squares =
                switch (form) {
                    case 0 -> b.add("q", new Square(), away);
                    case 1 -> b.add("q", MUL, away, b.add("d2", SUB, "x", m));
                    default -> b.add("q", new SquaredDifference(), m, "x");
                };
        String sum = b.add("v", ADD, b.add("var", mean, squares), number(b, 1e-5));
        String normal =
                switch (form) {
                    case 0 -> b.add("n", DIV, away, b.add("r", new Sqrt(), sum));
                    case 1 -> b.add("n", MUL, away, b.add("r", new Rsqrt(), sum));
                    default ->
                            b.add(
                                    "n",
                                    MUL,
                                    b.add("i", DIV, number(b, 1), b.add("r", new Sqrt(), sum)),
                                    away);
                };
        String scale = vector(b, "scale", n, form == 3 ? 1 : 0);
        String offset = vector(b, "offset", n, 0);
        b.output(b.add("y", ADD, offset, b.add("s", MUL, normal, scale)));
        Graph g = b.build();
        if (form == 3) {
            assertSame(g, new LayerNormalizationRecognition().apply(g));
        } else {
            assertBecomes(g, "LayerNormalization", 1e-5);
        }
    }

    /** A constant vector, or a matrix of one row. */
    private static String vector(GraphBuilder b, String name, int n, int rows) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = 0.3f * i - 1;
        }
        return b.constant(name, Tensor.of(rows == 0 ? Shape.of(n) : Shape.of(rows, n), values));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void hardSwishInAnyOrder(int order) {
        GraphBuilder b = builder();
        String relu = b.add("r", new Relu6(), b.add("s", ADD, "x", number(b, 3)));
        String y =
                switch (order) {
                    case 0 -> b.add("y", DIV, b.add("p", MUL, "x", relu), number(b, 6));
                    case 1 -> b.add("y", MUL, b.add("p", DIV, relu, number(b, 6)), "x");
                    default -> b.add("y", MUL, b.add("p", MUL, relu, "x"), number(b, 1 / 6.0));
                };
        assertBecomes(b.output(y).build(), "HardSwish", 1e-6);
    }

    @Test
    void zerosAroundAnImageBecomePaddingOfTheConvolution() {
        GraphBuilder b = new GraphBuilder("g");
        b.input("x", TensorType.f32(1, 4, 5, 2));
        Pad pad = new Pad(Ints.of(0, 1, 0, 0), Ints.of(0, 2, 1, 0), 0f);
        Tensor w = Tensor.zeros(TensorType.f32(3, 2, 2, 2));
        IntStream.range(0, w.elements()).forEach(i -> w.setReal(i, 1f / (i + 1)));
        b.constant("w", w);
        var conv =
                new Conv2d(
                        Ints.of(1, 2),
                        Ints.of(1, 1),
                        new Padding.Explicit(0, 1, 0, 0),
                        1,
                        Activation.NONE);
        b.output(b.add("y", conv, b.add("p", pad, "x"), "w"));
        Graph g = b.build();
        Graph simple = Simplify.simplify(g);
        assertEquals(List.of("Conv2d"), Rewritten.ops(simple));
        Rewritten.assertSameBits(g, simple, List.of(Rewritten.reals(1, 1, 4, 5, 2)));
        GraphBuilder c = new GraphBuilder("g");
        c.input("x", TensorType.f32(1, 4, 5, 2));
        c.constant("w", w);
        c.output(c.add("y", conv, c.add("p", new Pad(pad.before(), pad.after(), 1f), "x"), "w"));
        Graph ones = c.build();
        assertSame(ones, new PadFolding().apply(ones));
    }
}
