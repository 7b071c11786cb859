package quern.runtime.digest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import quern.error.FormatException;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.op.Activation;
import quern.op.nn.FullyConnected;
import quern.op.quantize.Quantize;
import quern.runtime.PlanOptions;
import quern.runtime.digest.Digests.Difference;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

class DigestsTest {
    private static final PlanOptions OPTIONS = PlanOptions.defaults();

    private static Graph graph(float weight) {
        GraphBuilder b = new GraphBuilder("g");
        b.input("x", TensorType.f32(2, 3));
        b.constant("w", Tensor.of(Shape.of(2, 3), 1f, -2, 0.5f, weight, 0.25f, 3));
        b.add("dense", new FullyConnected(false, Activation.RELU), "x", "w");
        TensorType codes = new TensorType(DType.S8, Shape.of(2, 2), Quant.perTensor(0.03f, 2));
        return b.output(b.add("y", new Quantize(), java.util.List.of("dense"), codes)).build();
    }

    @Test
    void everyWayOfRunningGivesTheSame() {
        Digests right = Digests.reference(graph(1));
        assertEquals(Optional.empty(), Digests.firstDifference(graph(1), OPTIONS, right));
        assertEquals(right, Digests.of(graph(1), OPTIONS));
        assertEquals(right, Digests.of(graph(1), OPTIONS.withThreads(2)));
        assertEquals(right, Digests.of(graph(1), OPTIONS.withTier(PlanOptions.SCALAR)));
        assertEquals(3, right.values().size());
    }

    @Test
    void aFlippedBitOfAWeightIsNamed() {
        Digests recorded = Digests.of(graph(1), OPTIONS);
        float flipped = Float.intBitsToFloat(Float.floatToIntBits(1f) ^ 1);
        Difference d = Digests.firstDifference(graph(flipped), OPTIONS, recorded).orElseThrow();
        assertEquals("w", d.name());
        assertTrue(d.constant());
    }

    @Test
    void theFirstValueThatDiffersIsNamed() {
        Digests right = Digests.reference(graph(1));
        Map<String, String> values = new TreeMap<>(right.values());
        values.put("dense", "0");
        values.put("y", "0");
        Difference d =
                Digests.firstDifference(graph(1), OPTIONS, new Digests(right.constants(), values))
                        .orElseThrow();
        assertEquals("dense", d.name());
        assertEquals(-1, d.element());
    }

    @Test
    void theDigestIsThatOfOtherMachines() {
        // Recorded once: the inputs, the arithmetic and the digest are the same everywhere.
        String y = Digests.reference(graph(1)).values().get("y");
        assertEquals(64, y.length());
        assertEquals(RECORDED, y);
    }

    @Test
    void anotherModelIsRefused() {
        Digests other = new Digests(Map.of(), Map.of("z", "0"));
        assertThrows(
                FormatException.class, () -> Digests.firstDifference(graph(1), OPTIONS, other));
    }

    private static final String RECORDED =
            "59dfb5425aabef173c889825212f6ae95f0efeb06ef08ed14a8828128d87fced";
}
