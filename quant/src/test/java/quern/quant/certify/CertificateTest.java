package quern.quant.certify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import quern.error.FormatException;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.op.Activation;
import quern.op.nn.FullyConnected;
import quern.quant.certify.Certificate.Layer;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

class CertificateTest {
    private static final int TAPS = 3;

    /** Codes of one channel, zero points and bias of a tiny layer. */
    private record Case(List<Integer> weights, int zero, int bias, int inputZero) {}

    private static Graph graph(Case c) {
        TensorType x =
                new TensorType(DType.S8, Shape.of(1, TAPS), Quant.perTensor(0.1f, c.inputZero));
        Tensor w =
                Tensor.zeros(
                        new TensorType(DType.S8, Shape.of(1, TAPS), Quant.perTensor(0.1f, c.zero)));
        for (int i = 0; i < TAPS; i++) {
            w.setInteger(i, c.weights.get(i));
        }
        GraphBuilder b = new GraphBuilder("layer");
        b.input("x", x);
        b.constant("w", w);
        b.constant("b", Tensor.of(Shape.of(1), c.bias));
        FullyConnected op = new FullyConnected(false, Activation.NONE);
        TensorType y = new TensorType(DType.S8, Shape.of(1, 1), Quant.perTensor(100f, 0));
        return b.output(b.add("y", op, List.of("x", "w", "b"), y)).build();
    }

    @Property(seed = "91", tries = 60)
    void boundsAreThoseOfAllInputs(@ForAll("cases") Case c) {
        Layer layer = Certificate.of(graph(c)).layers().get(0);
        long least = Long.MAX_VALUE;
        long most = Long.MIN_VALUE;
        // The extremes lie where every tap is at an end of its codes, or in the padding.
        int[] ends = {-128, 127, c.inputZero};
        for (int i = 0; i < 27; i++) {
            long sum = c.bias;
            int rest = i;
            for (int t = 0; t < TAPS; t++) {
                sum += (long) (c.weights.get(t) - c.zero) * (ends[rest % 3] - c.inputZero);
                rest /= 3;
            }
            least = Math.min(least, sum);
            most = Math.max(most, sum);
        }
        assertEquals(least, layer.lowest());
        assertEquals(most, layer.highest());
        assertTrue(layer.partial() >= Math.max(Math.abs(least), Math.abs(most)));
        assertTrue(layer.isProved());
    }

    @Property(seed = "17", tries = 60)
    void witnessesReachTheBound(@ForAll("cases") Case c) {
        Witness w = Witness.of(graph(c), "y");
        Layer layer = w.layer();
        assertTrue(w.accumulator() == layer.lowest() || w.accumulator() == layer.highest());
        assertEquals(1, w.share());
    }

    @Test
    void layersWithoutWitnessAreRefused() {
        Case c = new Case(List.of(1, 2, 3), 0, 0, 0);
        FormatException e = assertThrows(FormatException.class, () -> Witness.of(graph(c), "z"));
        assertTrue(e.getMessage().contains("proved are [y]"), e.getMessage());
    }

    @Test
    void aLayerThatMayOverflowIsNamed() {
        Case c = new Case(List.of(127, 127, 127), 0, Integer.MAX_VALUE, -128);
        Certificate certificate = Certificate.of(graph(c));
        assertFalse(certificate.isProved());
        assertEquals("y", certificate.layers().get(0).name());
        assertEquals(33, certificate.layers().get(0).bits());
        assertEquals(-1, certificate.layers().get(0).margin());
    }

    @Provide
    Arbitrary<Case> cases() {
        Arbitrary<Integer> codes = Arbitraries.integers().between(-128, 127);
        return codes.list()
                .ofSize(TAPS)
                .flatMap(
                        w ->
                                codes.flatMap(
                                        z ->
                                                codes.flatMap(
                                                        x ->
                                                                Arbitraries.integers()
                                                                        .between(-9999, 9999)
                                                                        .map(
                                                                                b ->
                                                                                        new Case(
                                                                                                w,
                                                                                                        z,
                                                                                                b,
                                                                                                        x)))))
                .withoutEdgeCases();
    }
}
