package quern.fixedpoint;

import quern.numeric.Fma;

/**
 * Quantized addition of 8-bit codes.
 *
 * <ul>
 *   <li>double, single: with {@code twice = 2 * max(sa, sb)}, {@code clamp(MBQM(MBQM((a - Za) *
 *       2^20, sa / twice) + MBQM((b - Zb) * 2^20, sb / twice), twice / (2^20 * so)) + Zo)}; the
 *       multipliers are computed in binary64
 *   <li>float-even, all in binary32: {@code ra = sa / so}, {@code rb = sb / so}, {@code k = Zo -
 *       fma(ra, Za, rb * Zb)}, {@code clamp(rint(fma(a, ra, fma(b, rb, k))))}; the raw codes and
 *       the zero points stand inside the rounding
 * </ul>
 *
 * <p>Immutable; for any number of threads.
 */
public final class AddRescale {
    /** The left shift that keeps fractional digits of the inputs in the fixed-point modes. */
    public static final int LEFT_SHIFT = 20;

    private static final Multiplier NONE = new Multiplier(0, 0);

    private final RoundingMode mode;
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

    private AddRescale(
            float scaleA,
            int zeroA,
            float scaleB,
            int zeroB,
            float scaleOut,
            int zeroOut,
            int min,
            int max,
            RoundingMode mode) {
        Scales.range(min, max);
        Scales.positive("scale of the first input", scaleA);
        Scales.positive("scale of the second input", scaleB);
        Scales.positive("output scale", scaleOut);
        this.mode = mode;
        this.zeroA = zeroA;
        this.zeroB = zeroB;
        this.zeroOut = zeroOut;
        this.min = min;
        this.max = max;
        switch (mode) {
            case DOUBLE, SINGLE -> {
                double twice = 2.0 * Math.max(scaleA, scaleB);
                multiplierA = Multiplier.of(scaleA / twice, mode);
                multiplierB = Multiplier.of(scaleB / twice, mode);
                multiplierOut =
                        Multiplier.of(twice / ((1 << LEFT_SHIFT) * (double) scaleOut), mode);
                ratioA = 0;
                ratioB = 0;
                constant = 0;
            }
            case FLOAT_EVEN -> {
                multiplierA = NONE;
                multiplierB = NONE;
                multiplierOut = NONE;
                ratioA = Scales.finite("ratio of the first input", scaleA / scaleOut);
                ratioB = Scales.finite("ratio of the second input", scaleB / scaleOut);
                constant =
                        Scales.finite(
                                "offset of the sum",
                                zeroOut - Fma.fma(ratioA, (float) zeroA, ratioB * zeroB));
            }
            default -> throw mode.undefinedFor("quantized addition");
        }
    }

    /**
     * Prepares the addition of two tensors for their scales and zero points.
     *
     * @param min the smallest output code, see {@link ActivationRange}
     * @throws IllegalArgumentException if a scale is not positive and finite, a ratio of scales
     *     overflows binary32 in float-even, or the range is empty
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
        return new AddRescale(scaleA, zeroA, scaleB, zeroB, scaleOut, zeroOut, min, max, mode);
    }

    /** Returns the output code of two input codes. */
    public int apply(int a, int b) {
        if (mode == RoundingMode.FLOAT_EVEN) {
            float v = Fma.fma((float) a, ratioA, Fma.fma((float) b, ratioB, constant));
            return FixedPoint.clamp((int) Math.rint(v), min, max);
        }
        int sum = termA(a) + termB(b);
        int steps = FixedPoint.multiplyByQuantizedMultiplier(sum, multiplierOut, mode);
        return FixedPoint.clamp(steps, min - zeroOut, max - zeroOut) + zeroOut;
    }

    /** Returns what code {@code a} adds to the sum before its last factor; fixed-point modes. */
    public int termA(int a) {
        return rescaled(a - zeroA, multiplierA);
    }

    /** Returns what code {@code b} adds to the sum before its last factor; fixed-point modes. */
    public int termB(int b) {
        return rescaled(b - zeroB, multiplierB);
    }

    private int rescaled(int steps, Multiplier multiplier) {
        return FixedPoint.multiplyByQuantizedMultiplier(steps << LEFT_SHIFT, multiplier, mode);
    }

    public RoundingMode mode() {
        return mode;
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

    /** Returns the factor of the first input; (0, 0) in float-even. */
    public Multiplier multiplierA() {
        return multiplierA;
    }

    /** Returns the factor of the second input; (0, 0) in float-even. */
    public Multiplier multiplierB() {
        return multiplierB;
    }

    /** Returns the factor of the sum; (0, 0) in float-even. */
    public Multiplier multiplierOut() {
        return multiplierOut;
    }

    /** Returns {@code ra} of float-even, else 0. */
    public float ratioA() {
        return ratioA;
    }

    /** Returns {@code rb} of float-even, else 0. */
    public float ratioB() {
        return ratioB;
    }

    /** Returns {@code k} of float-even, else 0. */
    public float constant() {
        return constant;
    }
}
