package quern.fixedpoint;

/**
 * Quantized subtraction of 8-bit codes.
 *
 * <ul>
 *   <li>double, single: with {@code twice = 2 * max(sa, sb)}, {@code clamp(MBQM(MBQM((a - Za) *
 *       2^20, sa / twice) - MBQM((b - Zb) * 2^20, sb / twice), twice / (2^20 * so)) + Zo)}. The
 *       factors are computed in binary32, unlike those of {@link AddRescale}.
 *   <li>xnnpack: as {@link AddRescale}, the second term subtracted; a factor is a multiplier of
 *       shift 31, that of the difference {@code (1, 31 - s)}
 * </ul>
 *
 * @param multiplierA the factor of the first input
 * @param multiplierB the factor of the second input
 * @param multiplierOut the factor of the difference
 * @param min the smallest output code, see {@link ActivationRange}
 */
public record SubRescale(
        int zeroA,
        Multiplier multiplierA,
        int zeroB,
        Multiplier multiplierB,
        int zeroOut,
        Multiplier multiplierOut,
        int min,
        int max,
        RoundingMode mode) {
    public SubRescale {
        Scales.range(min, max);
    }

    /**
     * Prepares the subtraction of two tensors for their scales and zero points.
     *
     * @throws IllegalArgumentException if a scale is not positive and finite, the mode has no
     *     fixed-point subtraction, or the range is empty
     */
    public static SubRescale of(
            float scaleA,
            int zeroA,
            float scaleB,
            int zeroB,
            float scaleOut,
            int zeroOut,
            int min,
            int max,
            RoundingMode requested) {
        Scales.positive("scale of the first input", scaleA);
        Scales.positive("scale of the second input", scaleB);
        Scales.positive("output scale", scaleOut);
        RoundingMode mode = XnnpackSum.mode(scaleA, scaleB, scaleOut, requested);
        if (mode == RoundingMode.XNNPACK) {
            XnnpackSum sum = XnnpackSum.of(scaleA, scaleB, scaleOut);
            return new SubRescale(
                    zeroA,
                    new Multiplier(sum.factorA(), 31),
                    zeroB,
                    new Multiplier(sum.factorB(), 31),
                    zeroOut,
                    new Multiplier(1, 31 - sum.shift()),
                    min,
                    max,
                    mode);
        }
        float twice = 2 * Math.max(scaleA, scaleB);
        return new SubRescale(
                zeroA,
                Multiplier.of(scaleA / twice, mode),
                zeroB,
                Multiplier.of(scaleB / twice, mode),
                zeroOut,
                Multiplier.of(twice / ((1 << AddRescale.LEFT_SHIFT) * scaleOut), mode),
                min,
                max,
                mode);
    }

    /** Returns the output code of two input codes. */
    public int apply(int a, int b) {
        int difference = termA(a) - termB(b);
        int steps =
                mode == RoundingMode.XNNPACK
                        ? FixedPoint.multiplyByQuantizedMultiplierSingle(
                                difference, multiplierOut.mantissa(), multiplierOut.shift())
                        : FixedPoint.multiplyByQuantizedMultiplier(difference, multiplierOut, mode);
        return FixedPoint.clamp(steps, min - zeroOut, max - zeroOut) + zeroOut;
    }

    /** Returns what code {@code a} adds to the difference before its last factor. */
    public int termA(int a) {
        return rescaled(a - zeroA, multiplierA);
    }

    /** Returns what code {@code b} takes off the difference before its last factor. */
    public int termB(int b) {
        return rescaled(b - zeroB, multiplierB);
    }

    private int rescaled(int steps, Multiplier multiplier) {
        return mode == RoundingMode.XNNPACK
                ? steps * multiplier.mantissa()
                : FixedPoint.multiplyByQuantizedMultiplier(
                        steps << AddRescale.LEFT_SHIFT, multiplier, mode);
    }
}
