package quern.quant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.op.Activation;
import quern.op.Padding;
import quern.op.activation.Logistic;
import quern.op.activation.Relu6;
import quern.op.math.Add;
import quern.op.math.Mul;
import quern.op.pooling.MaxPool2d;
import quern.op.quantize.Requantize;
import quern.op.shape.Concat;
import quern.op.shape.Pad;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Which values get one scale, and where a requantization stands between two. */
class ScaleSharingTest {
    private static final Mul MUL = new Mul(Activation.NONE);

    private final GraphBuilder b = new GraphBuilder("sharing");

    private Graph quantized() {
        Graph g = b.build();
        Graph q = Quantizer.quantize(g, TestNets.samples(g, 5), QuantOptions.PLAIN);
        // Nothing is lost on the way, whatever stands between the scales.
        Sqnr.measure(g, q, TestNets.samples(g, 5))
                .forEach((name, db) -> assertTrue(db > 25, name + " has " + db + " dB"));
        return q;
    }

    private String factor(String name, double f) {
        return b.constant(name, Tensor.of(Shape.of(1), (float) f));
    }

    private static long requantizations(Graph q) {
        return q.nodes().stream().filter(n -> n.op() instanceof Requantize).count();
    }

    @Test
    void concatTakesInInputsThatNothingElseReads() {
        String x = b.input("x", TensorType.f32(1, 50));
        String small = b.add("small", MUL, x, factor("s", 0.3));
        String large = b.add("large", MUL, x, factor("l", 2));
        b.output(b.add("y", new Concat(1), small, large));
        Graph q = quantized();
        assertEquals(q.type("y").quant(), q.type("small").quant());
        assertEquals(q.type("y").quant(), q.type("large").quant());
        assertEquals(0, requantizations(q));
    }

    @Test
    void concatRequantizesInputsThatOthersRead() {
        String x = b.input("x", TensorType.f32(1, 50));
        String small = b.add("small", MUL, x, factor("s", 0.3));
        String large = b.add("large", MUL, x, factor("l", 2));
        b.output(b.add("y", new Concat(1), small, large, small));
        b.output(b.add("z", MUL, small, small));
        Graph q = quantized();
        assertNotEquals(q.type("y").quant(), q.type("small").quant());
        assertEquals(q.type("y").quant(), q.type("large").quant());
        assertEquals(q.type("y").quant(), q.type("small_requantized").quant());
        assertEquals(1, requantizations(q));
    }

    @Test
    void concatRequantizesFixedScales() {
        String x = b.input("x", TensorType.f32(1, 50));
        String p = b.add("p", new Logistic(), x);
        String l = b.add("l", MUL, x, factor("f", 1.5));
        b.output(b.add("y", new Concat(1), p, l));
        Graph q = quantized();
        assertEquals(1f / 256, q.type("p").scale(0));
        assertEquals(q.type("y").quant(), q.type("l").quant());
        assertEquals(1, requantizations(q));
    }

    @Test
    void concatKeepsOneFixedScale() {
        String x = b.input("x", TensorType.f32(1, 50));
        String half = b.add("half", MUL, x, factor("f", 0.5));
        String p = b.add("p", new Logistic(), x);
        String r = b.add("r", new Logistic(), half);
        b.output(b.add("y", new Concat(1), p, r));
        Graph q = quantized();
        assertEquals(1f / 256, q.type("y").scale(0));
        assertEquals(0, requantizations(q));
    }

    @Test
    void concatOfConstantsHasTheRangeOfAll() {
        String x = b.input("x", TensorType.f32(1, 50));
        String c = b.constant("c", Tensor.of(Shape.of(1, 3), 1f, 7f, -2f));
        b.output(b.add("y", new Concat(1), x, c));
        Graph q = quantized();
        assertEquals(q.type("y").quant(), q.type("c").quant());
        double top = q.type("y").scale(0) * (127.0 - q.type("y").zeroPoint(0));
        assertEquals(7, top, q.type("y").scale(0));
    }

    @Test
    void paddingOutsideAFixedRangeIsRequantized() {
        String x = b.input("x", TensorType.f32(1, 50));
        String p = b.add("p", new Logistic(), x);
        b.output(b.add("y", new Pad(Ints.of(0, 1), Ints.of(0, 1), -2), p));
        Graph q = quantized();
        assertEquals(1f / 256, q.type("p").scale(0));
        assertEquals(1, requantizations(q));
    }

    @Test
    void whatAClampAloneReadsNeedsNoCodesOutsideOfIt() {
        b.input("x", TensorType.f32(1, 50));
        b.output(b.add("y", new Relu6(), "x"));
        List<List<Tensor>> wide =
                List.of(List.of(TestNets.random(new Random(4), Shape.of(1, 50), 20)));
        Graph q = Quantizer.quantize(b.build(), wide, QuantOptions.PLAIN);
        assertEquals(q.type("y").quant(), q.type("x").quant());
        assertEquals(6 / 255f, q.type("y").scale(0));
    }

    @Test
    void whatOthersReadKeepsItsRangeBeforeAClamp() {
        String x = b.input("x", TensorType.f32(1, 50));
        String wide = b.add("wide", MUL, x, factor("f", 20));
        b.output(b.add("y", new Relu6(), wide));
        b.output(b.add("z", new Add(Activation.NONE), wide, x));
        Graph q = quantized();
        assertEquals(6 / 255f, q.type("y").scale(0));
        assertTrue(q.type("wide").scale(0) > 0.2);
        assertEquals(1, requantizations(q));
    }

    @Test
    void chainsOfPoolsAndPadsShare() {
        String x = b.input("x", TensorType.f32(1, 6, 6, 2));
        String p = b.add("p", new Pad(Ints.of(0, 1, 1, 0), Ints.of(0, 1, 1, 0), 0), x);
        MaxPool2d pool =
                new MaxPool2d(Ints.of(2, 2), Ints.of(2, 2), Padding.VALID, Activation.NONE);
        b.output(b.add("y", pool, p));
        b.output(b.add("z", MUL, x, factor("f", 3)));
        Graph q = quantized();
        assertEquals(q.type("x").quant(), q.type("p").quant());
        assertEquals(q.type("x").quant(), q.type("y").quant());
        assertEquals(0, requantizations(q));
    }

    @Test
    void oneConstantInTwoPlacesHasTwoForms() {
        String x = b.input("x", TensorType.f32(1, 50));
        String c = b.constant("c", TestNets.random(new Random(3), Shape.of(1, 50), 1));
        String s = b.add("s", MUL, x, c);
        b.output(b.add("y", new Concat(1), s, c));
        Graph q = quantized();
        assertEquals(2, q.constants().size());
        assertTrue(q.constants().containsKey("c"));
    }
}
