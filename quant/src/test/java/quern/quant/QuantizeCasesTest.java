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
import net.jqwik.api.Combinators;
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
import quern.op.Op;
import quern.op.activation.HardSwish;
import quern.op.activation.LogSoftmax;
import quern.op.activation.Logistic;
import quern.op.activation.Softmax;
import quern.op.activation.Tanh;
import quern.op.math.SquaredDifference;
import quern.quant.affine.AffineScheme;
import quern.quant.affine.Codes;
import quern.quant.affine.Extremes;
import quern.quant.rule.QuantRule;
import quern.quant.rule.QuantRules;
import quern.rewrite.Simplify;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Every float case of every operator, quantized with its own inputs as calibration data. */
class QuantizeCasesTest {
    @Property(seed = "41", tries = 4000)
    void errorsStayWithinWhatTheScalesAllow(
            @ForAll("cases") OpCase c, @ForAll("options") QuantOptions options) {
        check(c, options);
    }

    @Test
    void awkwardCasesToo() {
        Set<Class<? extends Op>> seen = new HashSet<>();
        for (OpCase c : OpCases.awkward()) {
            if (OpRuns.isOrdinary(c)) {
                seen.add(c.node().op().getClass());
                check(c, QuantOptions.PLAIN);
                check(c, QuantOptions.PLAIN.toBuilder().symmetricWeights(false).build());
            }
        }
        QuantRules.rows()
                .forEach(
                        (op, rule) ->
                                assertTrue(
                                        seen.contains(op) || !hasFloatCases(op),
                                        op.getSimpleName()));
    }

    private static boolean hasFloatCases(Class<? extends Op> op) {
        return OpCases.row(op).awkward().stream().anyMatch(OpRuns::isOrdinary);
    }

    private static void check(OpCase c, QuantOptions options) {
        List<List<Tensor>> samples = List.of(c.inputs());
        Graph simple = Simplify.simplify(c.graph());
        if (!canBeQuantized(c, simple)) {
            assertThrows(
                    FormatException.class, () -> Quantizer.quantize(c.graph(), samples, options));
            return;
        }
        Graph quantized = Quantizer.quantize(c.graph(), samples, options);
        assertEquals(c.graph().outputs(), quantized.outputs());
        Node made = quantized.producer(quantized.outputs().get(0)).orElseThrow();
        assertTrue(made.output().type().isQuantized());
        assertEquals(options.rounding(), made.rounding());
        List<Tensor> codes = new ArrayList<>();
        for (int i = 0; i < c.inputs().size(); i++) {
            codes.add(codes(c.inputs().get(i), quantized.inputs().get(i).type()));
        }
        Map<String, Tensor> values = OpRuns.all(quantized, codes);
        Tensor y = Codes.dequantize(values.get(made.name()));
        near(c, OpRuns.run(c.node().op(), operands(c)), y, bound(c, made, quantized));
        sameAsItsCodes(c, made, values, y);
    }

    /** Every node is one of its kind, unless nothing is left or a bias is not a constant. */
    private static boolean canBeQuantized(OpCase c, Graph simple) {
        QuantRule rule = QuantRules.of(c.node().op());
        boolean computedBias =
                rule instanceof QuantRule.Weighted
                        && c.node().has(2)
                        && c.graph().constant(c.node().inputs().get(2)).isEmpty();
        return !(rule instanceof QuantRule.KeepFloat)
                && !computedBias
                && simple.nodes().size() == 1
                && Extremes.firstNotFinite(OpRuns.run(c.node().op(), operands(c))).isEmpty();
    }

    private static List<Tensor> operands(OpCase c) {
        Map<String, Tensor> values = OpRuns.all(c.graph(), c.inputs());
        return c.node().inputs().stream().filter(n -> !n.isEmpty()).map(values::get).toList();
    }

    private static Tensor codes(Tensor real, TensorType type) {
        return type.isQuantized()
                ? Codes.quantize(real, new AffineScheme(type.dtype(), 8, false), type.quant())
                : real;
    }

    private static Tensor bound(OpCase c, Node made, Graph quantized) {
        List<TensorType> types =
                made.inputs().stream()
                        .map(quantized::type)
                        .filter(TensorType::isQuantized)
                        .toList();
        return ErrorBound.of(c.node(), operands(c), types, made.output().type());
    }

    /** Zero divided by zero, which codes may come to, is no number and compared with nothing. */
    private static void near(OpCase c, Tensor expected, Tensor actual, Tensor bound) {
        for (int i = 0; i < expected.elements(); i++) {
            double error = Math.abs((double) expected.real(i) - actual.real(i));
            int at = i;
            assertTrue(
                    Float.isNaN(expected.real(i)) || error <= bound.real(i),
                    () ->
                            "element "
                                    + at
                                    + " is "
                                    + actual.real(at)
                                    + ", not "
                                    + expected.real(at)
                                    + " +- "
                                    + bound.real(at)
                                    + "\n"
                                    + c);
        }
    }

    /** The integer kernel computes what its codes stand for, up to one step of the output. */
    private static void sameAsItsCodes(OpCase c, Node made, Map<String, Tensor> values, Tensor y) {
        TensorType type = made.output().type();
        List<Tensor> reals = OpRuns.realOperands(made, values);
        Tensor exact = OpRuns.run(made.op(), reals);
        double low = (double) type.scale(0) * (type.codeMin() - type.zeroPoint(0));
        double high = (double) type.scale(0) * (type.codeMax() - type.zeroPoint(0));
        boolean table =
                made.op() instanceof Softmax
                        || made.op() instanceof Logistic
                        || made.op() instanceof LogSoftmax
                        || made.op() instanceof Tanh
                        || made.op() instanceof HardSwish;
        double steps = table ? 2 : 1.01;
        Tensor limited = OpRuns.map(exact, v -> Math.max(low, Math.min(high, v)));
        double integer = ErrorBound.integer(made.op(), reals);
        double bits =
                made.op() instanceof SquaredDifference
                        ? ErrorBound.fewBits(
                                made.inputs().stream().map(n -> values.get(n).type()).toList())
                        : 0;
        near(
                c,
                limited,
                y,
                OpRuns.map(
                        exact,
                        v ->
                                steps * type.scale(0)
                                        + integer
                                        + (made.op() instanceof LogSoftmax ? ErrorBound.lost(v) : 0)
                                        + (bits == 0 ? 0 : (2 * Math.sqrt(v) + bits) * bits)));
    }

    @Provide
    Arbitrary<OpCase> cases() {
        return OpCases.any().filter(OpRuns::isOrdinary);
    }

    @Provide
    Arbitrary<QuantOptions> options() {
        Arbitrary<Boolean> flags = Arbitraries.of(true, false);
        return Combinators.combine(
                        Arbitraries.of(8, 8, 4, 6),
                        flags,
                        flags,
                        flags,
                        Arbitraries.of(RoundingMode.values()))
                .as(
                        (bits, perChannel, symmetricWeights, symmetricActivations, rounding) ->
                                QuantOptions.PLAIN.toBuilder()
                                        .weightBits(bits)
                                        .perChannel(perChannel)
                                        .symmetricWeights(symmetricWeights)
                                        .symmetricActivations(symmetricActivations)
                                        .rounding(rounding)
                                        .build());
    }
}
