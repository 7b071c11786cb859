package quern.quant.lint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.op.Activation;
import quern.op.Padding;
import quern.op.activation.Logistic;
import quern.op.activation.Silu;
import quern.op.activation.Softmax;
import quern.op.activation.Tanh;
import quern.op.math.Add;
import quern.op.math.Exp;
import quern.op.math.Mul;
import quern.op.nn.DepthwiseConv2d;
import quern.op.shape.Concat;
import quern.quant.QuantOptions;
import quern.quant.Quantizer;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Each finding on a graph that has the defect, and none of them on one that has not. */
class LintTest {
    private static final Ints ONE = Ints.of(1, 1);

    /** Depthwise weights whose channels have these factors. */
    private static GraphBuilder depthwise(float... factors) {
        GraphBuilder b = new GraphBuilder("net");
        b.input("x", TensorType.f32(1, 6, 6, factors.length));
        Tensor w = Tensor.zeros(TensorType.f32(1, 3, 3, factors.length));
        Random r = new Random(1);
        for (int i = 0; i < w.elements(); i++) {
            w.setReal(i, (float) r.nextGaussian() * factors[i % factors.length]);
        }
        b.constant("w", w);
        b.constant("b", Tensor.of(Shape.of(factors.length), new float[factors.length]));
        b.add("d", new DepthwiseConv2d(ONE, ONE, Padding.SAME, Activation.NONE), "x", "w", "b");
        return b;
    }

    private static List<List<Tensor>> samples(Graph g, int count, double scale, boolean positive) {
        Random r = new Random(2);
        List<List<Tensor>> all = new ArrayList<>();
        for (int s = 0; s < count; s++) {
            Tensor t = Tensor.zeros(g.inputs().get(0).type());
            for (int i = 0; i < t.elements(); i++) {
                double v = positive ? r.nextDouble() : r.nextGaussian();
                t.setReal(i, (float) (scale * v));
            }
            all.add(List.of(t));
        }
        return all;
    }

    private static List<Finding> find(Graph g, List<List<Tensor>> samples, QuantOptions options) {
        return Lint.of(Quantizer.convert(g, samples, options), options);
    }

    private static Set<String> rules(List<Finding> findings) {
        return findings.stream().map(Finding::rule).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void aSoundModelHasNone() {
        GraphBuilder b = depthwise(1, 0.8f, 1.2f);
        Graph g = b.output(b.add("y", new Tanh(), "d")).build();
        assertEquals(List.of(), find(g, samples(g, 200, 1, false), QuantOptions.DEFAULT));
    }

    @Test
    void channelsOnOneScaleAndDeadOnes() {
        GraphBuilder b = depthwise(1, 0.01f, 0);
        Graph g = b.output(b.add("y", new Tanh(), "d")).build();
        List<List<Tensor>> data = samples(g, 200, 1, false);
        QuantOptions one = QuantOptions.builder().perChannel(false).build();
        assertEquals(Set.of("dead-channels", "depthwise-scale"), rules(find(g, data, one)));
        assertEquals(Set.of("dead-channels"), rules(find(g, data, QuantOptions.DEFAULT)));
    }

    @Test
    void samplesThatAreFewOrOfUnusualSize() {
        GraphBuilder b = depthwise(1, 1, 1);
        Graph g = b.output("d").build();
        QuantOptions o = QuantOptions.DEFAULT;
        assertTrue(rules(find(g, samples(g, 3, 1, false), o)).contains("few-samples"));
        assertTrue(rules(find(g, samples(g, 200, 255, true), o)).contains("normalization"));
        assertTrue(rules(find(g, samples(g, 200, 0.004, true), o)).contains("normalization"));
        Set<String> still = rules(find(g, samples(g, 200, 0, true), o));
        assertTrue(still.contains("zero-width"), still::toString);
        assertFalse(still.contains("normalization"), still::toString);
    }

    @Test
    void headsAndJoins() {
        GraphBuilder b = depthwise(1, 1, 1);
        b.add("sizes", new Exp(), "d");
        b.add("scores", new Logistic(), "d");
        b.constant("wide", Tensor.of(Shape.of(1), new float[] {200}));
        b.add("boxes", new Mul(Activation.NONE), "d", "wide");
        b.add("parts", new Softmax(1, 3), "d");
        b.add("mean", new Add(Activation.NONE), "parts", "d");
        b.output(b.add("joined", new Concat(3), "boxes", "scores"));
        b.output("sizes");
        Graph g = b.output("mean").build();
        List<Finding> guarded = find(g, samples(g, 200, 1, true), QuantOptions.DEFAULT);
        assertEquals(Set.of("box-decode", "inner-softmax", "mixed-concat"), rules(guarded));
        assertEquals("it stays in float", joined(guarded).done());
        QuantOptions bare = QuantOptions.builder().guarded(false).keptShare(0).build();
        Finding free = joined(find(g, samples(g, 200, 1, true), bare));
        assertEquals("its inputs move to one scale", free.done());
        assertEquals("--keep-float joined", free.override());
    }

    private static Finding joined(List<Finding> all) {
        return all.stream().filter(f -> f.rule().equals("mixed-concat")).findFirst().orElseThrow();
    }

    @Test
    void swishThatReachesFar() {
        GraphBuilder b = depthwise(20, 20, 20);
        Graph g = b.output(b.add("y", new Silu(), "d")).build();
        QuantOptions o = QuantOptions.builder().keptShare(0).build();
        assertEquals(Set.of("swish-range"), rules(find(g, samples(g, 200, 1, false), o)));
    }
}
