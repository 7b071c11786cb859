package quern.quant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import quern.cases.OpCase;
import quern.cases.OpCases;
import quern.error.FormatException;
import quern.fixedpoint.RoundingMode;
import quern.graph.Graph;
import quern.graph.Node;
import quern.op.UnaryMath;
import quern.op.activation.Logistic;
import quern.op.activation.Softmax;
import quern.op.activation.Tanh;
import quern.op.math.Add;
import quern.op.math.Mul;
import quern.op.math.SquaredDifference;
import quern.op.nn.Conv2d;
import quern.op.nn.FullyConnected;
import quern.quant.affine.AffineScheme;
import quern.quant.affine.Codes;
import quern.quant.affine.Extremes;
import quern.quant.rule.QuantRule;
import quern.quant.rule.QuantRules;
import quern.reference.ReferenceInterpreter;
import quern.rewrite.Simplify;
import quern.runtime.Session;
import quern.tensor.DType;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Activations of 16 bits: every float case that has such a form, and a network. */
class WideCasesTest {
    private static final Set<Class<?>> MUST =
            Set.of(
                    Conv2d.class,
                    FullyConnected.class,
                    Add.class,
                    Mul.class,
                    Softmax.class,
                    Logistic.class,
                    Tanh.class);

    private static final int TABLE_STEP = 128;

    private static QuantOptions options(RoundingMode rounding) {
        return QuantOptions.PLAIN.toBuilder().wideActivations(true).rounding(rounding).build();
    }

    @Property(seed = "47", tries = 3000)
    void errorsStayWithinWhatTheScalesAllow(
            @ForAll("cases") OpCase c, @ForAll("modes") RoundingMode rounding) {
        check(c, options(rounding));
    }

    @Test
    void theUsualOperatorsHaveTheForm() {
        Set<Class<?>> seen = new HashSet<>();
        for (OpCase c : OpCases.awkward()) {
            if (OpRuns.isOrdinary(c) && check(c, options(RoundingMode.DOUBLE))) {
                seen.add(c.node().op().getClass());
            }
        }
        assertTrue(seen.containsAll(MUST), seen::toString);
    }

    @Test
    void aNetworkIsNearlyExactAndRunsTheSameInASession() {
        Graph net = TestNets.small();
        List<List<Tensor>> samples = TestNets.samples(net, 12);
        for (RoundingMode mode : RoundingMode.values()) {
            QuantOptions o = QuantOptions.builder().wideActivations(true).rounding(mode).build();
            Graph q = Quantizer.quantize(net, samples, o);
            assertEquals(DType.S16, q.inputs().get(0).type().dtype());
            for (Node n : q.nodes()) {
                assertEquals(DType.S16, n.output().type().dtype(), n::toString);
            }
            assertTrue(
                    q.constants().values().stream().anyMatch(t -> t.dtype() == DType.S64),
                    "biases are int64");
            Tensor codes =
                    Codes.quantize(
                            samples.get(0).get(0),
                            AffineScheme.S16_SYMMETRIC,
                            q.inputs().get(0).type().quant());
            Tensor reference = new ReferenceInterpreter(q).run(List.of(codes)).get(0);
            Tensor real = new ReferenceInterpreter(net).run(samples.get(0)).get(0);
            Tensor made = Codes.dequantize(reference);
            for (int i = 0; i < real.elements(); i++) {
                assertEquals(real.real(i), made.real(i), 0.02, mode::label);
            }
            try (Session session = Session.open(q)) {
                Tensor fast = session.run(codes).get(0);
                for (int i = 0; i < real.elements(); i++) {
                    assertEquals(reference.code(i), fast.code(i), mode::label);
                }
            }
        }
    }

    @Test
    void unsignedCodesAndGivenOnesAreRefused() {
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        QuantOptions.builder()
                                .wideActivations(true)
                                .unsignedActivations(true)
                                .build());
    }

    /** Whether the case has a form for 16 bits; then it must be close to the float operator. */
    private static boolean check(OpCase c, QuantOptions options) {
        List<List<Tensor>> samples = List.of(c.inputs());
        Graph quantized;
        try {
            quantized = Quantizer.quantize(c.graph(), samples, options);
        } catch (FormatException e) {
            return false;
        }
        Node made = quantized.producer(quantized.outputs().get(0)).orElseThrow();
        if (Simplify.simplify(c.graph()).nodes().size() != 1) {
            return false;
        }
        assertEquals(DType.S16, made.output().type().dtype());
        List<Tensor> codes = new ArrayList<>();
        for (int i = 0; i < c.inputs().size(); i++) {
            TensorType type = quantized.inputs().get(i).type();
            codes.add(
                    type.isQuantized()
                            ? Codes.quantize(
                                    c.inputs().get(i), AffineScheme.S16_SYMMETRIC, type.quant())
                            : c.inputs().get(i));
        }
        Map<String, Tensor> values = OpRuns.all(quantized, codes);
        Tensor y = Codes.dequantize(values.get(made.name()));
        List<Tensor> operands = operands(c);
        Tensor real = OpRuns.run(c.node().op(), operands);
        if (Extremes.firstNotFinite(real).isPresent()) {
            return false;
        }
        List<TensorType> types =
                made.inputs().stream()
                        .map(quantized::type)
                        .filter(TensorType::isQuantized)
                        .toList();
        Tensor bound = ErrorBound.of(c.node(), operands, types, made.output().type());
        for (int i = 0; i < real.elements(); i++) {
            double most = bound.real(i) + more(made, operands, types, real, i);
            assertEquals(real.real(i), y.real(i), most, c::toString);
        }
        return true;
    }

    /** What 16-bit arithmetic adds: lines between the points of a table, differences of 15 bits. */
    private static double more(
            Node made, List<Tensor> operands, List<TensorType> types, Tensor real, int i) {
        if (made.op() instanceof SquaredDifference) {
            double d = 2.02 * Math.max(types.get(0).scale(0), types.get(1).scale(0));
            return (2 * Math.sqrt(real.real(i)) + 2 * d) * d;
        } else if (!(made.op() instanceof UnaryMath)) {
            return 0;
        }
        double h = TABLE_STEP * types.get(0).scale(0);
        Tensor x = operands.get(0);
        double low = OpRuns.run(made.op(), List.of(OpRuns.map(x, v -> v - h))).real(i);
        double high = OpRuns.run(made.op(), List.of(OpRuns.map(x, v -> v + h))).real(i);
        return Math.abs(low - 2 * real.real(i) + high)
                + 1e-2 * h * h
                + made.output().type().scale(0);
    }

    private static List<Tensor> operands(OpCase c) {
        Map<String, Tensor> values = OpRuns.all(c.graph(), c.inputs());
        return c.node().inputs().stream().filter(n -> !n.isEmpty()).map(values::get).toList();
    }

    @Provide
    Arbitrary<OpCase> cases() {
        List<OpCases.Row> rows =
                OpCases.rows().stream()
                        .filter(r -> !(rule(r) instanceof QuantRule.KeepFloat))
                        .toList();
        return Arbitraries.of(rows).flatMap(OpCases.Row::arbitrary).filter(OpRuns::isOrdinary);
    }

    private static QuantRule rule(OpCases.Row row) {
        return QuantRules.rows().get(row.type());
    }

    @Provide
    Arbitrary<RoundingMode> modes() {
        return Arbitraries.of(RoundingMode.values());
    }
}
