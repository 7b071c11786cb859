package quern.rewrite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.graph.Node;
import quern.op.Activated;
import quern.op.Activation;
import quern.op.Padding;
import quern.op.activation.Relu;
import quern.op.math.Add;
import quern.op.math.Mul;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.op.nn.FullyConnected;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

class BatchNormFoldingTest {
    private static final int CHANNELS = 6;
    private static final Ints ONE = Ints.of(1, 1);
    private static final Mul MUL = new Mul(Activation.NONE);
    private static final Add ADD = new Add(Activation.NONE);

    /** An operator with weights, and the shapes of its input and weights. */
    private enum Layer {
        CONV(
                new Conv2d(ONE, ONE, Padding.SAME, 1, Activation.NONE),
                new int[] {2, 5, 4, 3},
                new int[] {CHANNELS, 3, 2, 3}),
        GROUPS(
                new Conv2d(ONE, ONE, Padding.SAME, 3, Activation.NONE),
                new int[] {2, 5, 4, 3},
                new int[] {CHANNELS, 3, 2, 1}),
        DEPTHWISE(
                new DepthwiseConv2d(ONE, ONE, Padding.SAME, Activation.NONE),
                new int[] {2, 5, 4, 3},
                new int[] {1, 3, 2, CHANNELS}),
        FULLY_CONNECTED(
                new FullyConnected(false, Activation.NONE),
                new int[] {4, 7},
                new int[] {CHANNELS, 7});

        private final Activated op;
        private final int[] x;
        private final int[] w;

        Layer(Activated op, int[] x, int[] w) {
            this.op = op;
            this.x = x;
            this.w = w;
        }

        /** Products that make one output element. */
        int taps() {
            int product = 1;
            for (int d : w) {
                product *= d;
            }
            return product / CHANNELS;
        }
    }

    private static final UnaryOperator<Tensor> SIGNED = UnaryOperator.identity();
    private static final UnaryOperator<Tensor> UNSIGNED = Rewritten::magnitude;

    /** The layer alone; {@code change} is applied to every constant. */
    private static GraphBuilder layer(Layer l, boolean bias, UnaryOperator<Tensor> change) {
        GraphBuilder b = new GraphBuilder("g");
        b.input("x", TensorType.f32(l.x));
        b.constant("w", change.apply(Rewritten.reals(1, l.w)));
        if (bias) {
            b.constant("b", change.apply(Rewritten.reals(2, CHANNELS)));
            b.add("conv", l.op, "x", "w", "b");
        } else {
            b.add("conv", l.op, "x", "w");
        }
        return b;
    }

    private static Graph normalized(
            Layer l, boolean bias, Activation last, UnaryOperator<Tensor> change) {
        GraphBuilder b = layer(l, bias, change);
        b.constant("m", change.apply(Rewritten.reals(3, CHANNELS)));
        b.constant("a", change.apply(Rewritten.reals(4, 1, CHANNELS)));
        b.add("scaled", MUL, "conv", "m");
        b.output(b.add("y", new Add(last), "a", "scaled"));
        return b.build();
    }

    /**
     * Both forms round each of at most {@code taps + 4} operations with a relative error of 2^-24
     * of a partial result, none of which exceeds the same sum over magnitudes; the factor 2^-22
     * stands for both of them and for the growth of errors through later operations.
     */
    @ParameterizedTest
    @EnumSource(Layer.class)
    void foldsScaleAndOffset(Layer l) {
        for (boolean bias : new boolean[] {false, true}) {
            Graph g = normalized(l, bias, Activation.NONE, SIGNED);
            Graph after = new BatchNormFolding().apply(g);
            assertEquals(1, after.nodes().size());
            assertEquals(2, after.constants().size());
            Rewritten.assertSameBorder(g, after);
            Tensor x = Rewritten.reals(5, l.x);
            Tensor magnitude =
                    Rewritten.run(
                                    normalized(l, bias, Activation.NONE, UNSIGNED),
                                    List.of(Rewritten.magnitude(x)))
                            .get(0);
            Rewritten.assertClose(
                    Rewritten.run(g, List.of(x)).get(0),
                    Rewritten.run(after, List.of(x)).get(0),
                    (l.taps() + 4) * 0x1p-22,
                    magnitude);
        }
    }

    @Test
    void weightsAndBiasAreRoundedOnce() {
        Layer l = Layer.FULLY_CONNECTED;
        Graph g = normalized(l, true, Activation.NONE, SIGNED);
        Graph after = new BatchNormFolding().apply(g);
        Node n = after.nodes().get(0);
        Tensor w = after.constant(n.inputs().get(1)).orElseThrow();
        Tensor b = after.constant(n.inputs().get(2)).orElseThrow();
        for (int c = 0; c < CHANNELS; c++) {
            double m = g.constants().get("m").real(c);
            double a = g.constants().get("a").real(c);
            assertEquals((float) (g.constants().get("b").real(c) * m + a), b.real(c));
            for (int i = 0; i < 7; i++) {
                int at = c * 7 + i;
                assertEquals((float) (g.constants().get("w").real(at) * m), w.real(at));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void takesOverTheActivationOfTheLastNode(Activation last) {
        Graph g = normalized(Layer.CONV, true, last, SIGNED);
        Graph after = new BatchNormFolding().apply(g);
        assertEquals(last, ((Activated) after.nodes().get(0).op()).activation());
    }

    @Test
    void anActivationEndsTheChain() {
        GraphBuilder b = layer(Layer.CONV, false, SIGNED);
        b.constant("m", Rewritten.reals(3, CHANNELS));
        b.add("scaled", new Mul(Activation.RELU), "conv", "m");
        b.output(b.add("y", ADD, "scaled", "m"));
        Graph after = new BatchNormFolding().apply(b.build());
        assertEquals(List.of("Conv2d", "Add"), Rewritten.ops(after));
        assertEquals(Activation.RELU, ((Activated) after.nodes().get(0).op()).activation());
    }

    @Test
    void anOffsetAloneLeavesTheWeightsAsTheyAre() {
        GraphBuilder b = layer(Layer.FULLY_CONNECTED, false, SIGNED);
        b.constant("a", Tensor.of(Shape.of(), 2.5f));
        b.output(b.add("y", ADD, "conv", "a"));
        Graph g = b.build();
        Graph after = new BatchNormFolding().apply(g);
        Node n = after.nodes().get(0);
        assertEquals("w", n.inputs().get(1));
        assertEquals(
                Rewritten.floats(2.5f, 2.5f, 2.5f, 2.5f, 2.5f, 2.5f),
                after.constant(n.inputs().get(2)).orElseThrow());
    }

    @Test
    void sharedWeightsStayForTheOtherReader() {
        GraphBuilder b = layer(Layer.CONV, false, SIGNED);
        b.constant("m", Rewritten.reals(3, CHANNELS));
        b.output(b.add("y", MUL, "conv", "m"));
        b.output(b.add("z", Layer.CONV.op, "x", "w"));
        Graph g = b.build();
        Graph after = new BatchNormFolding().apply(g);
        assertEquals(List.of("Conv2d", "Conv2d"), Rewritten.ops(after));
        List<Tensor> x = List.of(Rewritten.reals(5, Layer.CONV.x));
        assertEquals(Rewritten.run(g, x).get(1), Rewritten.run(after, x).get(1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "second reader",
                "read twice",
                "graph output",
                "activation before",
                "factor is an input",
                "weights are an input",
                "factor along the width",
                "factor broadcasts the result",
                "overflow"
            })
    void leavesWhatItMayNotFold(String why) {
        Graph g = unfit(why);
        assertTrue(Rewritten.ops(g).contains("Mul"));
        assertSame(g, new BatchNormFolding().apply(g));
    }

    private static Graph unfit(String why) {
        GraphBuilder b = new GraphBuilder(why);
        String x = b.input("x", TensorType.f32(1, 4, CHANNELS, 3));
        Tensor weights = Rewritten.reals(1, CHANNELS, 1, 1, 3);
        weights.floats()[3 * CHANNELS - 1] = 2;
        String w = b.constant("w", weights);
        String m = b.constant("m", Rewritten.reals(3, CHANNELS));
        Activation before = Activation.NONE;
        switch (why) {
            case "activation before" -> before = Activation.RELU;
            case "factor is an input" -> m = b.input("mi", TensorType.f32(CHANNELS));
            case "weights are an input" -> w = b.input("wi", TensorType.f32(CHANNELS, 1, 1, 3));
            case "factor along the width" -> m = b.constant("mw", Rewritten.reals(4, CHANNELS, 1));
            case "factor broadcasts the result" ->
                    m = b.constant("mb", Rewritten.reals(4, 2, 1, 1, 1, CHANNELS));
            case "overflow" -> m = b.constant("mo", Rewritten.floats(1, 1, 1, 1, 1, 3e38f));
            default -> {}
        }
        String c = b.add("c", new Conv2d(ONE, ONE, Padding.SAME, 1, before), x, w);
        switch (why) {
            case "second reader" -> b.output(b.add("r", new Relu(), c));
            case "graph output" -> b.output(c);
            case "read twice" -> m = c;
            default -> {}
        }
        b.output(b.add("y", MUL, c, m));
        return b.build();
    }
}
