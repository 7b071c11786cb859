package quern.quant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import quern.error.FormatException;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.op.Activation;
import quern.op.math.Add;
import quern.op.math.Mul;
import quern.op.quantize.Quantize;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

class SqnrTest {
    private static final List<List<Tensor>> DATA =
            List.of(
                    List.of(Tensor.of(Shape.of(2), 3f, 4f)),
                    List.of(Tensor.of(Shape.of(2), 5f, 0)));

    /** {@code y = x * factor}, {@code z = y + y}. */
    private static Graph times(float factor) {
        GraphBuilder b = new GraphBuilder("times");
        String x = b.input("x", TensorType.f32(2));
        String f = b.constant("f", Tensor.of(Shape.of(1), factor));
        String y = b.add("y", new Mul(Activation.NONE), x, f);
        return b.output(b.add("z", new Add(Activation.NONE), y, y)).build();
    }

    @Test
    void theRatioIsThatOfTheSums() {
        Map<String, Double> db = Sqnr.measure(times(1), times(0.9f), DATA);
        assertEquals(List.of("x", "y", "z"), List.copyOf(db.keySet()));
        assertEquals(Double.POSITIVE_INFINITY, db.get("x"));
        // A tenth of the signal is noise.
        assertEquals(20, db.get("y"), 1e-4);
        assertEquals(20, db.get("z"), 1e-4);
        assertEquals(Double.NEGATIVE_INFINITY, Sqnr.measure(times(0), times(1), DATA).get("y"));
        assertEquals(Double.POSITIVE_INFINITY, Sqnr.measure(times(0), times(0), DATA).get("y"));
    }

    @Test
    void codesCountAsTheNumbersTheyStandFor() {
        GraphBuilder b = new GraphBuilder("codes");
        String x = b.input("x", TensorType.f32(2));
        b.output(b.add("y", new Quantize(), Quant.perTensor(2, 1), x));
        GraphBuilder r = new GraphBuilder("real");
        String f = r.constant("f", Tensor.of(Shape.of(1), 1f));
        r.output(r.add("y", new Mul(Activation.NONE), r.input("x", TensorType.f32(2)), f));
        // 3, 4, 5 and 0 become 4, 4, 6 and 0.
        double expected = 10 * Math.log10(50.0 / 2);
        assertEquals(expected, Sqnr.measure(r.build(), b.build(), DATA).get("y"), 1e-9);
    }

    @Test
    void noDataIsRefused() {
        assertThrows(FormatException.class, () -> Sqnr.measure(times(1), times(1), List.of()));
    }
}
