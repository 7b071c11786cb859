package quern.reference;

import static quern.reference.Dequantized.MANTISSA;
import static quern.reference.Dequantized.U;

import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import quern.cases.OpCase;
import quern.cases.OpCases;
import quern.fixedpoint.RoundingMode;
import quern.op.math.Add;
import quern.op.math.Mul;
import quern.op.pooling.AveragePool2d;
import quern.op.pooling.MaxPool2d;
import quern.op.reduction.Mean;
import quern.tensor.Tensor;

/**
 * The integer kernels of sums, products, pooling and means against the float kernels on the
 * dequantized operands.
 *
 * <p>{@code u = 2^-24}; {@code A} is the result of the float kernel on magnitudes, {@code So} a
 * step of the output and {@code rho} its {@link Dequantized#rounding}. A chain of {@code n}
 * roundings in binary32 has a relative error of at most {@code f(n) = (1 + u)^n - 1}; {@code d = (1
 * + 2^-31)(1 + 2^-53)^2 - 1} is that of a fixed-point multiplier. Codes and zero points have at
 * most magnitude 255. For saturation see {@link Dequantized#assertWithin}.
 */
class QuantizedErrorTest {
    private static final int LARGEST_CODE = 255;
    private static final double FIXED_POINT = (1 + MANTISSA) * Math.pow(1 + 0x1p-53, 2) - 1;

    @Provide
    Arbitrary<OpCase> adds() {
        return OpCases.row(Add.class).arbitrary().filter(OpCase::isQuantized);
    }

    @Provide
    Arbitrary<OpCase> muls() {
        return OpCases.row(Mul.class).arbitrary().filter(OpCase::isQuantized);
    }

    @Provide
    Arbitrary<OpCase> averages() {
        return OpCases.row(AveragePool2d.class).arbitrary().filter(OpCase::isQuantized);
    }

    @Provide
    Arbitrary<OpCase> maxima() {
        return OpCases.row(MaxPool2d.class).arbitrary().filter(OpCase::isQuantized);
    }

    @Provide
    Arbitrary<OpCase> means() {
        return OpCases.row(Mean.class).arbitrary().filter(OpCase::isQuantized);
    }

    private static double f(int roundings) {
        return Math.pow(1 + U, roundings) - 1;
    }

    private static boolean isFloat(Dequantized d) {
        return !d.node().rounding().isFixedPoint();
    }

    private static void assertWithin(Dequantized d, int floatRoundings, DoubleUnaryOperator bound) {
        List<Tensor> codes =
                IntStream.range(0, d.node().inputs().size()).mapToObj(d::operand).toList();
        List<Tensor> reals = codes.stream().map(Dequantized::dequantized).toList();
        Tensor magnitude = d.magnitude(reals);
        d.assertWithin(
                d.integer(codes),
                d.real(reals),
                i -> {
                    double a = Math.max(0, magnitude.real(i)) * (1 + f(floatRoundings));
                    return bound.applyAsDouble(a) + f(floatRoundings) * a;
                });
    }

    /**
     * Fixed point: each operand becomes a multiple of {@code twice 2^-20} with an error of {@code
     * rho} of these and a relative one of {@code d}; the sum is rescaled with the same kinds of
     * error. Float-even: the longest chain is ratio, product, two fused operations around the
     * constant and two on the codes, on terms whose magnitudes add up to {@code 2 * 255 (ra + rb) +
     * 255} steps.
     */
    @Property(seed = "411", tries = 1000)
    void sums(@ForAll("adds") OpCase c) {
        Dequantized d = new Dequantized(c);
        double a = d.operand(0).type().scale(0);
        double b = d.operand(1).type().scale(0);
        double step = c.node().output().type().scale(0);
        double twice = 2 * Math.max(a, b);
        double fine = Math.scalb(twice, -20);
        boolean xnnpack = d.node().rounding() == RoundingMode.XNNPACK;
        // Half a unit of 2^-20 times the power of two below the larger ratio, for each factor.
        double factors = xnnpack ? LARGEST_CODE * Math.scalb(Math.max(a, b), -20) : 0;
        double operands = fine * (d.rounding(a / twice) + d.rounding(b / twice));
        double terms = 2 * LARGEST_CODE * (a + b) + LARGEST_CODE * step;
        assertWithin(
                d,
                2,
                magnitude ->
                        isFloat(d)
                                ? step / 2 + factors + f(6) * terms
                                : operands * (1 + FIXED_POINT)
                                        + (Math.pow(1 + FIXED_POINT, 2) - 1) * magnitude
                                        + d.rounding(fine / step) * step);
    }

    /**
     * Fixed point: one exact product, one multiplier. Float-even: two roundings of the ratio, one
     * of the product, one of the sum with the zero point.
     */
    @Property(seed = "412", tries = 1000)
    void products(@ForAll("muls") OpCase c) {
        Dequantized d = new Dequantized(c);
        double unit = (double) d.operand(0).type().scale(0) * d.operand(1).type().scale(0);
        double step = c.node().output().type().scale(0);
        assertWithin(
                d,
                3,
                a ->
                        isFloat(d)
                                ? step / 2 + f(4) * (a + LARGEST_CODE * step)
                                : FIXED_POINT * a + d.rounding(unit / step) * step);
    }

    /**
     * Fixed point: the exact mean of the codes to the nearest. Float-even: as many roundings as
     * there are taps, one more for a tap itself, two divisions, the sum with the zero point.
     */
    @Property(seed = "413", tries = 1000)
    void averages(@ForAll("averages") OpCase c) {
        Dequantized d = new Dequantized(c);
        AveragePool2d op = (AveragePool2d) c.node().op();
        int taps = op.kernel().at(0) * op.kernel().at(1);
        double step = c.node().output().type().scale(0);
        assertWithin(
                d,
                taps + 2,
                a -> isFloat(d) ? step / 2 + f(taps + 4) * (a + LARGEST_CODE * step) : step / 2);
    }

    /** Nothing is rounded but the real operands, once; a window without taps is the least value. */
    @Property(seed = "414", tries = 1000)
    void maxima(@ForAll("maxima") OpCase c) {
        assertWithin(new Dequantized(c), 1, a -> 0);
    }

    /**
     * Fixed point: the mantissa is divided by {@code count / 2^k}, where {@code 2^k} is the largest
     * power of two in the count, and truncated; it remains at least {@code 2^29}, so this adds a
     * relative error of {@code 2^-29}. The shift is that of the factor divided by {@code 2^k}.
     * Float-even: two roundings of the factor, one of the sum, one of their product.
     */
    @Property(seed = "415", tries = 1000)
    void means(@ForAll("means") OpCase c) {
        Dequantized d = new Dequantized(c);
        Tensor x = d.operand(0);
        int count = x.elements() / Math.max(1, c.node().output().type().shape().elements());
        double step = c.node().output().type().scale(0);
        double power = Integer.highestOneBit(Math.max(1, count));
        double factor = x.type().scale(0) / step / power;
        double truncated = (1 + FIXED_POINT) * (1 + 0x1p-29) - 1;
        assertWithin(
                d,
                count + 2,
                a -> isFloat(d) ? step / 2 + f(4) * a : truncated * a + d.rounding(factor) * step);
    }
}
