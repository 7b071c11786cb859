package quern.quant.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import quern.error.FormatException;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.op.Activation;
import quern.op.nn.FullyConnected;
import quern.quant.QuantOptions;
import quern.quant.search.PrecisionSearch.Layer;
import quern.quant.search.PrecisionSearch.Point;
import quern.quant.search.PrecisionSearch.Result;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** The search finds the smallest model that a measure allows. */
class PrecisionSearchTest {
    private static final int LAYERS = 8;
    private static final Graph NET = net();
    private static final List<List<Tensor>> SAMPLES = samples();
    private static final QuantOptions OPTIONS =
            QuantOptions.builder().keptShare(0).guarded(false).fineEdges(true).build();

    private static Graph net() {
        Random random = new Random(8);
        GraphBuilder b = new GraphBuilder("rows");
        String x = b.input("x", TensorType.f32(1, 16));
        for (int i = 0; i < LAYERS; i++) {
            String w = b.constant("w" + i, random(random, Shape.of(16, 16)));
            x = b.add("fc" + i, new FullyConnected(true, Activation.NONE), x, w);
        }
        return b.output(x).build();
    }

    private static Tensor random(Random random, Shape shape) {
        Tensor t = Tensor.zeros(TensorType.of(DType.F32, shape));
        for (int i = 0; i < t.elements(); i++) {
            t.setReal(i, (float) random.nextGaussian() / 4);
        }
        return t;
    }

    private static List<List<Tensor>> samples() {
        Random random = new Random(9);
        List<List<Tensor>> samples = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            samples.add(List.of(random(random, Shape.of(1, 16))));
        }
        return samples;
    }

    private static long count(Graph g, DType type) {
        return g.constants().values().stream()
                .filter(t -> t.dtype() == type && t.elements() == 256)
                .count();
    }

    private static Result search(ToDoubleFunction<Graph> metric, double least) {
        return PrecisionSearch.search(NET, SAMPLES, OPTIONS, metric, least, Journal.inMemory());
    }

    @Test
    void asManyLayersAsTheMeasureAllowsHaveFourBits() {
        for (int most = 0; most <= LAYERS - 2; most++) {
            Result r = search(g -> -count(g, DType.S4), -most);
            assertEquals(most, r.chosen().fourBit());
            assertEquals(most, count(r.model().graph(), DType.S4));
            assertEquals(LAYERS - most, count(r.model().graph(), DType.S8));
            assertEquals(LAYERS - 2, r.layers().size(), "first and last keep 8 bits");
            List<Integer> bits = r.layers().stream().map(Layer::bits).toList();
            assertEquals(most, bits.stream().filter(n -> n == 4).count());
            assertEquals(bits.stream().sorted().toList(), bits, "the least harmful first");
            for (Point p : r.front()) {
                assertTrue(r.tried().contains(p));
            }
            assertTrue(r.front().contains(r.chosen()));
        }
    }

    @Test
    void layersBecomeFloatWhereEightBitsAreTooFew() {
        for (int least = 1; least < LAYERS; least++) {
            Result r = search(g -> count(g, DType.F32), least);
            assertEquals(least, r.chosen().inFloat());
            assertEquals(0, r.chosen().fourBit());
            assertEquals(least, count(r.model().graph(), DType.F32));
        }
        FormatException e = assertThrows(FormatException.class, () -> search(g -> 0.5, 0.9));
        assertTrue(e.getMessage().contains("the best tried has 0.5"), e.getMessage());
    }

    @Test
    void whatTheJournalHoldsIsNotMeasuredAgain() {
        Journal journal = Journal.inMemory();
        int[] runs = {0};
        ToDoubleFunction<Graph> metric =
                g -> {
                    runs[0]++;
                    return -count(g, DType.S4);
                };
        Result first = PrecisionSearch.search(NET, SAMPLES, OPTIONS, metric, -3, journal);
        int before = runs[0];
        assertTrue(before >= 3);
        Result second = PrecisionSearch.search(NET, SAMPLES, OPTIONS, metric, -3, journal);
        assertEquals(before, runs[0]);
        assertEquals(first.model().graph(), second.model().graph());
        assertEquals(first.tried(), second.tried());
    }
}
