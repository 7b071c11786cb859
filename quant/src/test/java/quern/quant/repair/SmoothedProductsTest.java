package quern.quant.repair;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import quern.error.FormatException;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.op.Activation;
import quern.op.activation.Tanh;
import quern.op.math.Mul;
import quern.op.nn.FullyConnected;
import quern.quant.QuantOptions;
import quern.quant.Quantizer;
import quern.quant.Scheme;
import quern.reference.ReferenceInterpreter;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Channels with outliers cost the others no codes, and the float graph stays the same. */
class SmoothedProductsTest {
    private static final int WIDTH = 24;
    private static final Graph NET = net();
    private static final List<List<Tensor>> SAMPLES = samples();

    /** Two layers read one value, of which two channels are a hundred times the others. */
    private static Graph net() {
        Random random = new Random(4);
        GraphBuilder b = new GraphBuilder("outliers");
        String x = b.input("x", TensorType.f32(3, WIDTH));
        Tensor gain = Tensor.zeros(TensorType.f32(WIDTH));
        for (int j = 0; j < WIDTH; j++) {
            gain.setReal(j, j == 5 || j == 17 ? 100 : 1);
        }
        String scaled = b.add("scaled", new Mul(Activation.NONE), x, b.constant("gain", gain));
        String tanh = b.add("other", new Tanh(), scaled);
        for (String name : List.of("a", "b")) {
            Tensor w = random(random, Shape.of(10, WIDTH));
            for (int i = 0; i < w.elements(); i++) {
                int j = i % WIDTH;
                w.setReal(i, w.real(i) / gain.real(j));
            }
            String weights = b.constant(name + ".w", w);
            b.output(b.add(name, new FullyConnected(true, Activation.NONE), scaled, weights));
        }
        return b.output(tanh).build();
    }

    private static Tensor random(Random random, Shape shape) {
        Tensor t = Tensor.zeros(TensorType.of(DType.F32, shape));
        for (int i = 0; i < t.elements(); i++) {
            t.setReal(i, (float) random.nextGaussian());
        }
        return t;
    }

    private static List<List<Tensor>> samples() {
        Random random = new Random(5);
        List<List<Tensor>> samples = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            samples.add(List.of(random(random, Shape.of(3, WIDTH))));
        }
        return samples;
    }

    @Test
    void theFloatGraphComputesTheSameBits() {
        Graph smooth = SmoothedProducts.apply(NET, SAMPLES);
        assertEquals(NET.nodes().size() + 1, smooth.nodes().size(), "both layers share a factor");
        for (List<Tensor> sample : SAMPLES) {
            List<Tensor> expected = new ReferenceInterpreter(NET).run(sample);
            List<Tensor> actual = new ReferenceInterpreter(smooth).run(sample);
            for (int i = 0; i < expected.size(); i++) {
                assertArrayEquals(expected.get(i).floats(), actual.get(i).floats());
            }
        }
    }

    @Test
    void quantizedProductsLoseLess() {
        QuantOptions keep = QuantOptions.PLAIN.toBuilder().scheme(Scheme.DYNAMIC).build();
        double plain = error(keep);
        double smooth = error(keep.toBuilder().smoothed(true).build());
        assertTrue(smooth < plain / 4, smooth + " of " + plain);
        FormatException e =
                assertThrows(
                        FormatException.class,
                        () -> error(QuantOptions.PLAIN.toBuilder().smoothed(true).build()));
        assertTrue(e.getMessage().contains("as in transformers"), e.getMessage());
    }

    private static double error(QuantOptions options) {
        Graph made = Quantizer.convert(NET, SAMPLES, options).graph();
        double sum = 0;
        for (List<Tensor> sample : SAMPLES) {
            List<Tensor> expected = new ReferenceInterpreter(NET).run(sample);
            List<Tensor> actual = new ReferenceInterpreter(made).run(sample);
            for (int k = 0; k < 2; k++) {
                for (int i = 0; i < expected.get(k).elements(); i++) {
                    double d = expected.get(k).real(i) - actual.get(k).real(i);
                    sum += d * d;
                }
            }
        }
        return sum;
    }

    @Test
    void graphsWithoutProductsStay() {
        GraphBuilder b = new GraphBuilder("none");
        Graph g = b.output(b.add("y", new Tanh(), b.input("x", TensorType.f32(2)))).build();
        assertSame(g, SmoothedProducts.apply(g, SAMPLES));
    }
}
