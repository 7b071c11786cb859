package quern.fixedpoint;

import quern.numeric.Fma;

/**
 * Quantized addition of 8-bit or 16-bit codes.
 *
 * <ul>
 *   <li>double, single: with {@code twice = 2 * max(sa, sb)}, {@code clamp(MBQM(MBQM((a - Za) *
 *       2^20, sa / twice) + MBQM((b - Zb) * 2^20, sb / twice), twice / (2^20 * so)) + Zo)}; the
 *       multipliers are computed in binary64. The left shift is 20 for 8-bit codes and 15 for
 *       16-bit codes, and then a last multiplier that shifts to the left saturates. {@link
 *       PowerOfTwoSum} is another form of that.
 *   <li>float-even, onnx-ref, all in binary32: {@code ra = sa / so}, {@code rb = sb / so}, {@code k
 *       = Zo - fma(ra, Za, rb * Zb)}, {@code clamp(rint(fma(a, ra, fma(b, rb, k))))}; the raw codes
 *       and the zero points stand inside the rounding
 *   <li>xnnpack: {@code clamp(floor(((a - Za) * fa + (b - Zb) * fb) / 2^s + 1/2) + Zo)} with {@code
 *       ra} and {@code rb} as above, {@code s = 20 - floor(log2(max(ra, rb)))}, {@code fa = rint(ra
 *       * 2^s)} and {@code fb = rint(rb * 2^s)}. A ratio below {@code 2^-10}, or of {@code 2^8} or
 *       more, or codes of 16 bits, XNNPACK leaves to TFLite: the sum is then that of mode double.
 * </ul>
 *
 * <p>Immutable; for any number of threads.
 */
public final class AddRescale {
    /** The left shift that keeps fractional digits of 8-bit inputs in the fixed-point modes. */
    public static final int LEFT_SHIFT = 20;

    /** The left shift of 16-bit inputs. */
    static final int LEFT_SHIFT_16 = 15;

    private static final Multiplier NONE = new Multiplier(0, 0);
    private static final XnnpackSum NO_SUM = new XnnpackSum(0, 0, 1);

    private final RoundingMode mode;
    private final int leftShift;
    private final int zeroA;
    private final int zeroB;
    private final int zeroOut;
    private final int min;
    private final int max;
    private final Multiplier multiplierA;
    private final Multiplier multiplierB;
    private final Multiplier multiplierOut;
    private final float ratioA;
    private final float ratioB;
    private final float constant;
    private final XnnpackSum sum;

    private AddRescale(
            float scaleA,
            int zeroA,
            float scaleB,
            int zeroB,
            float scaleOut,
            int zeroOut,
            int min,
            int max,
            RoundingMode mode,
            int leftShift) {
        Scales.range(min, max);
        Scales.positive("scale of the first input", scaleA);
        Scales.positive("scale of the second input", scaleB);
        Scales.positive("output scale", scaleOut);
        this.mode = mode;
        this.leftShift = leftShift;
        this.zeroA = zeroA;
        this.zeroB = zeroB;
        this.zeroOut = zeroOut;
        this.min = min;
        this.max = max;
        double twice = 2.0 * Math.max(scaleA, scaleB);
        boolean fixed = mode.isFixedPoint();
        multiplierA = fixed ? Multiplier.of(scaleA / twice, mode) : NONE;
        multiplierB = fixed ? Multiplier.of(scaleB / twice, mode) : NONE;
        multiplierOut =
                fixed ? Multiplier.of(twice / ((1 << leftShift) * (double) scaleOut), mode) : NONE;
        sum = mode == RoundingMode.XNNPACK ? XnnpackSum.of(scaleA, scaleB, scaleOut) : NO_SUM;
        if (isFloat()) {
            ratioA = Scales.finite("ratio of the first input", scaleA / scaleOut);
            ratioB = Scales.finite("ratio of the second input", scaleB / scaleOut);
            float zeros = Fma.fma(ratioA, (float) zeroA, ratioB * zeroB);
            constant = Scales.finite("offset of the sum", zeroOut - zeros);
        } else {
            ratioA = 0;
            ratioB = 0;
            constant = 0;
        }
    }

    /**
     * Prepares the addition of two tensors for their scales and zero points.
     *
     * @param min the smallest output code, see {@link ActivationRange}
     * @throws IllegalArgumentException if a scale is not positive and finite, a ratio of scales
     *     overflows binary32 in the float form, or the range is empty
     */
    public static AddRescale of(
            float scaleA,
            int zeroA,
            float scaleB,
            int zeroB,
            float scaleOut,
            int zeroOut,
            int min,
            int max,
            RoundingMode mode) {
        RoundingMode actual = XnnpackSum.mode(scaleA, scaleB, scaleOut, mode);
        return new AddRescale(
                scaleA, zeroA, scaleB, zeroB, scaleOut, zeroOut, min, max, actual, LEFT_SHIFT);
    }

    /** The same for 16-bit codes. */
    public static AddRescale ofInt16(
            float scaleA,
            int zeroA,
            float scaleB,
            int zeroB,
            float scaleOut,
            int zeroOut,
            int min,
            int max,
            RoundingMode mode) {
        RoundingMode actual = mode == RoundingMode.XNNPACK ? RoundingMode.DOUBLE : mode;
        return new AddRescale(
                scaleA, zeroA, scaleB, zeroB, scaleOut, zeroOut, min, max, actual, LEFT_SHIFT_16);
    }

    /** Returns the output code of two input codes. */
    public int apply(int a, int b) {
        if (isFloat()) {
            float v = Fma.fma((float) a, ratioA, Fma.fma((float) b, ratioB, constant));
            return FixedPoint.clamp((int) Math.rint(v), min, max);
        }
        int terms = termA(a) + termB(b);
        int steps =
                mode == RoundingMode.XNNPACK
                        ? sum.steps(terms)
                        : leftShift == LEFT_SHIFT_16
                                ? FixedPoint.saturatingMultiplyByQuantizedMultiplier(
                                        terms, multiplierOut, mode)
                                : FixedPoint.multiplyByQuantizedMultiplier(
                                        terms, multiplierOut, mode);
        return FixedPoint.clamp(steps, min - zeroOut, max - zeroOut) + zeroOut;
    }

    /** Returns what code {@code a} adds to the sum of terms; not in a float form. */
    public int termA(int a) {
        return mode == RoundingMode.XNNPACK
                ? (a - zeroA) * sum.factorA()
                : rescaled(a - zeroA, multiplierA);
    }

    /** Returns what code {@code b} adds to the sum of terms; not in a float form. */
    public int termB(int b) {
        return mode == RoundingMode.XNNPACK
                ? (b - zeroB) * sum.factorB()
                : rescaled(b - zeroB, multiplierB);
    }

    private int rescaled(int steps, Multiplier multiplier) {
        return FixedPoint.multiplyByQuantizedMultiplier(steps << leftShift, multiplier, mode);
    }

    /** Returns the mode of the formula in use: of xnnpack's, double where it has none. */
    public RoundingMode mode() {
        return mode;
    }

    /** Returns whether the formula is the binary32 one of float-even and onnx-ref. */
    public boolean isFloat() {
        return mode == RoundingMode.FLOAT_EVEN || mode == RoundingMode.ONNX_REF;
    }

    /** Returns {@code s} of xnnpack, by whose power of two a sum of terms is divided. */
    public int shift() {
        return sum.shift();
    }

    public int zeroA() {
        return zeroA;
    }

    public int zeroB() {
        return zeroB;
    }

    public int zeroOut() {
        return zeroOut;
    }

    public int min() {
        return min;
    }

    public int max() {
        return max;
    }

    /** Returns the factor of the first input in a fixed-point mode, else (0, 0). */
    public Multiplier multiplierA() {
        return multiplierA;
    }

    /** Returns the factor of the second input in a fixed-point mode, else (0, 0). */
    public Multiplier multiplierB() {
        return multiplierB;
    }

    /** Returns the factor of the sum in a fixed-point mode, else (0, 0). */
    public Multiplier multiplierOut() {
        return multiplierOut;
    }

    /** Returns {@code ra} of the float form, else 0. */
    public float ratioA() {
        return ratioA;
    }

    /** Returns {@code rb} of the float form, else 0. */
    public float ratioB() {
        return ratioB;
    }

    /** Returns {@code k} of the float form, else 0. */
    public float constant() {
        return constant;
    }
}
