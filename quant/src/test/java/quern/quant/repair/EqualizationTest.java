package quern.quant.repair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.graph.Node;
import quern.op.Activation;
import quern.op.Padding;
import quern.op.activation.PRelu;
import quern.op.activation.Relu6;
import quern.op.activation.Tanh;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.op.pooling.MaxPool2d;
import quern.quant.trace.Trace;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Equalization and absorption of biases in chains whose channels differ a hundredfold. */
class EqualizationTest {
    private static final Ints ONE = Ints.of(1, 1);
    private static final int CHANNELS = 6;

    /** What lies between the first and the second of three layers. */
    private enum Between {
        NOTHING,
        FUSED_RELU,
        FUSED_RELU6,
        RELU6,
        PRELU,
        POOL
    }

    private static Tensor random(Random r, Shape shape, int axis) {
        Tensor t = Tensor.zeros(TensorType.of(DType.F32, shape));
        int inner = 1;
        for (int i = axis + 1; i < shape.rank(); i++) {
            inner *= shape.dim(i);
        }
        for (int i = 0; i < t.elements(); i++) {
            int c = i / inner % shape.dim(axis);
            t.setReal(i, (float) (r.nextGaussian() * Math.pow(10, c % 3 - 1)));
        }
        return t;
    }

    private static Activation fused(Between between) {
        return switch (between) {
            case FUSED_RELU -> Activation.RELU;
            case FUSED_RELU6 -> Activation.RELU6;
            default -> Activation.NONE;
        };
    }

    /** Convolution, depthwise convolution with multiplier 2, grouped convolution. */
    private static Graph chain(Between between) {
        Random r = new Random(5);
        GraphBuilder b = new GraphBuilder("chain");
        b.input("x", TensorType.f32(1, 7, 6, 3));
        b.constant("w1", random(r, Shape.of(CHANNELS, 3, 3, 3), 0));
        b.constant("b1", random(r, Shape.of(CHANNELS), 0));
        String v =
                b.add("y1", new Conv2d(ONE, ONE, Padding.SAME, 1, fused(between)), "x", "w1", "b1");
        switch (between) {
            case RELU6 -> v = b.add("r", new Relu6(), v);
            case PRELU -> {
                b.constant("slopes", random(r, Shape.of(CHANNELS), 0));
                v = b.add("r", new PRelu(), v, "slopes");
            }
            case POOL ->
                    v =
                            b.add(
                                    "r",
                                    new MaxPool2d(
                                            Ints.of(2, 2), ONE, Padding.SAME, Activation.RELU),
                                    v);
            default -> {}
        }
        b.constant("w2", random(r, Shape.of(1, 3, 3, 2 * CHANNELS), 3));
        v = b.add("y2", new DepthwiseConv2d(ONE, ONE, Padding.SAME, fused(between)), v, "w2");
        b.constant("w3", random(r, Shape.of(4, 1, 1, CHANNELS), 0));
        b.constant("b3", random(r, Shape.of(4), 0));
        Conv2d last = new Conv2d(ONE, ONE, Padding.SAME, 2, Activation.NONE);
        return b.output(b.add("y3", last, v, "w3", "b3")).build();
    }

    private static List<List<Tensor>> samples(Graph g, double shift) {
        Random r = new Random(6);
        List<List<Tensor>> all = new ArrayList<>();
        for (int s = 0; s < 8; s++) {
            Tensor t = Tensor.zeros(g.inputs().get(0).type());
            for (int i = 0; i < t.elements(); i++) {
                t.setReal(i, (float) (r.nextGaussian() + shift));
            }
            all.add(List.of(t));
        }
        return all;
    }

    private static List<Tensor> values(Graph g, String name, List<List<Tensor>> samples) {
        List<Tensor> all = new ArrayList<>();
        try (Trace trace = Trace.of(g)) {
            for (List<Tensor> s : samples) {
                trace.run(s, "sample");
                all.add(trace.value(name).copy());
            }
        }
        return all;
    }

    private static void assertSameFunction(Graph a, Graph b, List<List<Tensor>> samples) {
        String out = a.outputs().get(0);
        assertEquals(a.outputs(), b.outputs());
        List<Tensor> x = values(a, out, samples);
        List<Tensor> y = values(b, out, samples);
        double most = 0;
        for (Tensor t : x) {
            for (int i = 0; i < t.elements(); i++) {
                most = Math.max(most, Math.abs(t.real(i)));
            }
        }
        for (int s = 0; s < x.size(); s++) {
            for (int i = 0; i < x.get(s).elements(); i++) {
                assertEquals(x.get(s).real(i), y.get(s).real(i), 1e-5 * most, "element " + i);
            }
        }
    }

    /** The largest over the smallest range of an output channel. */
    private static double spread(LayerWeights w) {
        double least = Double.POSITIVE_INFINITY;
        double most = 0;
        for (double r : w.outputRanges()) {
            least = Math.min(least, r);
            most = Math.max(most, r);
        }
        return most / least;
    }

    private static LayerWeights layer(Graph g, int i) {
        return g.nodes().stream()
                .flatMap(n -> LayerWeights.of(g, n).stream())
                .skip(i)
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @EnumSource
    void channelsGetAlikeAndTheFunctionStays(Between between) {
        Graph g = chain(between);
        List<List<Tensor>> samples = samples(g, 0);
        Graph e = Equalization.apply(g, samples);
        assertSameFunction(g, e, samples);
        LayerPairs pairs = new LayerPairs(g);
        assertEquals(2, pairs.pairs().size());
        double before = spread(layer(g, 0));
        double after = spread(layer(e, 0));
        assertTrue(after < 0.35 * before, after + " and " + before);
    }

    @Test
    void rangesOfWhatMakesAndReadsAChannelMeet() {
        Graph e = Equalization.apply(chain(Between.FUSED_RELU), List.of());
        for (LayerPairs.Pair p : new LayerPairs(e).pairs()) {
            double[] made = p.first().outputRanges();
            double[] read = p.second().inputRanges();
            for (int c = 0; c < made.length; c++) {
                assertEquals(made[c], read[c], 5e-3 * made[c], "channel " + c);
            }
        }
    }

    @Test
    void whatIsNotHomogeneousParts() {
        GraphBuilder b = new GraphBuilder("parted");
        b.input("x", TensorType.f32(1, 4, 4, 2));
        b.constant("w", random(new Random(1), Shape.of(2, 1, 1, 2), 0));
        Conv2d conv = new Conv2d(ONE, ONE, Padding.SAME, 1, Activation.NONE);
        b.add("y", conv, "x", "w");
        b.add("t", new Tanh(), "y");
        Graph g = b.output(b.add("z", conv, "t", "w")).build();
        assertSame(g, Equalization.apply(g, samples(g, 0)));
    }

    private static Graph biased(Padding padding) {
        Random r = new Random(7);
        GraphBuilder b = new GraphBuilder("biased");
        b.input("x", TensorType.f32(1, 6, 6, 2));
        b.constant("w1", random(r, Shape.of(3, 1, 1, 2), 1));
        b.constant("b1", Tensor.of(Shape.of(3), new float[] {40, 0, -3}));
        Conv2d first = new Conv2d(ONE, ONE, Padding.SAME, 1, Activation.RELU);
        b.add("y1", first, "x", "w1", "b1");
        b.constant("w2", random(r, Shape.of(2, 3, 3, 3), 0));
        Conv2d second = new Conv2d(ONE, ONE, padding, 1, Activation.NONE);
        return b.output(b.add("y2", second, "y1", "w2")).build();
    }

    @Test
    void whatAChannelAlwaysHasMovesOn() {
        Graph g = biased(Padding.VALID);
        List<List<Tensor>> samples = samples(g, 0);
        Graph a = BiasAbsorption.apply(g, samples);
        assertSameFunction(g, a, samples);
        Node first = a.producer("y1").orElseThrow();
        Tensor bias = a.constant(first.inputs().get(2)).orElseThrow();
        assertTrue(bias.real(0) < 20, "bias " + bias.real(0));
        assertEquals(0, bias.real(1));
        assertEquals(-3, bias.real(2));
    }

    @Test
    void paddedLayersAbsorbNothing() {
        Graph g = biased(Padding.SAME);
        assertSame(g, BiasAbsorption.apply(g, samples(g, 0)));
    }
}
