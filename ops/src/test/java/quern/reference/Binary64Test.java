package quern.reference;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import quern.cases.Draw;
import quern.cases.OpCase;
import quern.cases.OpCases;
import quern.op.activation.LogSoftmax;
import quern.op.activation.Logistic;
import quern.op.activation.Softmax;
import quern.op.activation.Tanh;
import quern.op.math.Exp;
import quern.op.math.Log;
import quern.op.math.Rsqrt;
import quern.op.math.SquaredDifference;
import quern.op.quantize.Cast;
import quern.op.quantize.DynamicQuantize;
import quern.op.reduction.ArgMax;
import quern.op.reduction.ArgMin;
import quern.op.reduction.CumSum;
import quern.op.reduction.ReduceAll;
import quern.op.reduction.ReduceAny;
import quern.op.reduction.ReduceProd;
import quern.op.reduction.TopK;
import quern.tensor.DType;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Random cases of every operator that computes: float32 results within a rounding error of binary64
 * for each step, codes within one step of the real result, in every rounding mode; those of 16 bits
 * besides within the relative error of a multiplier. Plain integers are exact and have tests of
 * their own.
 */
class Binary64Test {
    private static final int CASES = 400;
    private static final double EPSILON = Math.ulp(1f);

    /** The relative error of a multiplier of 15 bits, which 48-bit accumulators are taken times. */
    private static final double MANTISSA_16 = 0x1p-15;

    /** Beyond this, a float32 result or intermediate may be infinite. */
    private static final double LARGE = Float.MAX_VALUE / 4;

    /** Packages and operators that move, compare, decide or keep state, which other tests cover. */
    private static final Set<String> PACKAGES =
            Set.of(
                    "shape",
                    "dynamic",
                    "image",
                    "logic",
                    "control",
                    "recurrent",
                    "detection",
                    "signal",
                    "gradient");

    private static final Set<Class<?>> OTHERS =
            Set.of(
                    Cast.class,
                    DynamicQuantize.class,
                    ArgMax.class,
                    ArgMin.class,
                    TopK.class,
                    CumSum.class,
                    ReduceAll.class,
                    ReduceAny.class,
                    ReduceProd.class);

    static Stream<OpCases.Row> computing() {
        return OpCases.rows().stream()
                .filter(r -> !OTHERS.contains(r.type()))
                .filter(r -> !PACKAGES.contains(folder(r.type())));
    }

    private static String folder(Class<?> type) {
        String name = type.getPackageName();
        return name.substring(name.lastIndexOf('.') + 1);
    }

    @ParameterizedTest
    @MethodSource("computing")
    void agreesWithBinary64(OpCases.Row row) {
        int compared = 0;
        for (int seed = 0; seed < CASES; seed++) {
            OpCase c = row.random(seed % (Draw.MAX_SIZE + 1), seed);
            if (c.isFinite()) {
                compared += compare(c);
            }
        }
        assertTrue(compared > CASES, "only " + compared + " elements were compared");
    }

    private static int compare(OpCase c) {
        Tensor y = new ReferenceInterpreter(c.graph()).run(c.inputs()).get(0);
        if (y.dtype() == DType.F64 || y.dtype().isInteger() && !y.type().isQuantized()) {
            return 0;
        }
        Binary64 real = Binary64.of(c);
        int compared = 0;
        for (int i = 0; i < y.elements(); i++) {
            double expected = real.values()[i];
            double magnitude = real.magnitudes()[i];
            if (!(magnitude < LARGE)) {
                continue;
            }
            double error =
                    y.dtype() == DType.F32
                            ? Math.abs(y.real(i) - expected) - tolerance(c, magnitude)
                            : codeError(y, i, expected)
                                    - slack(c, y, expected)
                                    - wideSlack(c, y, expected)
                                    - tableSlack(c, y, i);
            boolean same = y.dtype() == DType.F32 && y.real(i) == expected;
            int element = i;
            assertTrue(
                    same || error <= 0,
                    () -> "element " + element + " should be near " + expected + " in " + c + y);
            compared++;
        }
        return compared;
    }

    private static double tolerance(OpCase c, double magnitude) {
        int terms = c.inputs().get(0).elements() + 4;
        return terms * EPSILON * magnitude + terms * Float.MIN_VALUE;
    }

    /**
     * Further steps that a formula allows: of a square of a difference, because few bits or none
     * are behind the point; of a logarithm of softmax, because below -15.5 all is the least code.
     */
    private static double slack(OpCase c, Tensor y, double expected) {
        if (c.node().op() instanceof LogSoftmax) {
            return expected < -15.4 ? 8 : 0;
        }
        if (!(c.node().op() instanceof SquaredDifference)) {
            return 0;
        }
        double scale = c.graph().type(c.node().inputs().get(0)).scale(0);
        scale = Math.max(scale, c.graph().type(c.node().inputs().get(1)).scale(0));
        double unit = 2 * scale / (y.dtype() == DType.S16 ? 1 : 128) * 1.5;
        return (2 * Math.sqrt(expected) * unit + unit * unit) / y.type().scale(0);
    }

    /**
     * How much an exponential or a logarithm of 16-bit codes in fixed point changes within two of
     * the 512 steps of its table: more than the chord between two entries is off. A logarithm near
     * zero may be anything.
     */
    private static double tableSlack(OpCase c, Tensor y, int i) {
        boolean log = c.node().op() instanceof Log;
        if (y.dtype() != DType.S16
                || !c.node().rounding().isFixedPoint()
                || !(log || c.node().op() instanceof Exp)) {
            return 0;
        }
        TensorType in = c.graph().type(c.node().inputs().get(0));
        double step = 128 * in.scale(0);
        double x = in.scale(0) * (c.inputs().get(0).code(i) - in.zeroPoint(0));
        double change =
                log
                        ? x > 2 * step ? Math.log((x + step) / (x - step)) : Double.MAX_VALUE
                        : Math.exp(x + step) - Math.exp(x - step);
        return 2 + change / y.type().scale(0);
    }

    /** How much further than one step the code is from the real result. */
    private static double codeError(Tensor y, int i, double expected) {
        TensorType type = y.type();
        double steps = expected / type.scale(0) + type.zeroPoint(0);
        double clamped = Math.min(Math.max(steps, type.codeMin()), type.codeMax());
        return Math.abs(y.integer(i) - clamped) - 1.001;
    }

    /**
     * What a formula of 16 or 32 bits may add: the relative error of its multiplier or of binary32,
     * or the errors of a table, which {@code SigmoidTable16Test} measures. A softmax takes every
     * exponential for up to ten units more or less, and their sum with them.
     */
    private static double wideSlack(OpCase c, Tensor y, double expected) {
        double steps = Math.abs(expected / y.type().scale(0));
        if (y.dtype() == DType.S32) {
            return steps * 2 * EPSILON;
        } else if (y.dtype() != DType.S16) {
            return 0;
        }
        return c.node().op() instanceof Softmax softmax
                ? 10 + steps * 10 * y.shape().dim(softmax.axis()) / 32768
                : c.node().op() instanceof Logistic || c.node().op() instanceof Tanh
                        ? 8
                        : steps * (c.node().op() instanceof Rsqrt ? 8 * MANTISSA_16 : MANTISSA_16);
    }
}
