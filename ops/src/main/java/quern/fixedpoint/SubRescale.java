package quern.fixedpoint;

/**
 * Quantized subtraction of 8-bit or 16-bit codes.
 *
 * <ul>
 *   <li>double, single: with {@code twice = 2 * max(sa, sb)}, {@code clamp(MBQM(MBQM((a - Za) *
 *       2^20, sa / twice) - MBQM((b - Zb) * 2^20, sb / twice), twice / (2^20 * so)) + Zo)}. The
 *       factors are computed in binary32, unlike those of {@link AddRescale}. The left shift is 20
 *       for 8-bit codes and 15 for 16-bit codes, whose last factor saturates if it shifts to the
 *       left.
 *   <li>xnnpack: as {@link AddRescale}, the second term subtracted; a factor is a multiplier of
 *       shift 31, that of the difference {@code (1, 31 - s)}; of 16-bit codes as double
 * </ul>
 *
 * @param multiplierA the factor of the first input
 * @param multiplierB the factor of the second input
 * @param multiplierOut the factor of the difference
 * @param leftShift 20, or 15 for 16-bit codes
 * @param min the smallest output code, see {@link ActivationRange}
 */
public record SubRescale(
        int zeroA,
        Multiplier multiplierA,
        int zeroB,
        Multiplier multiplierB,
        int zeroOut,
        Multiplier multiplierOut,
        int leftShift,
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
                    AddRescale.LEFT_SHIFT,
                    min,
                    max,
                    mode);
        }
        return shifted(
                scaleA,
                zeroA,
                scaleB,
                zeroB,
                scaleOut,
                zeroOut,
                AddRescale.LEFT_SHIFT,
                min,
                max,
                mode);
    }

    /** The same for 16-bit codes. */
    public static SubRescale ofInt16(
            float scaleA,
            int zeroA,
            float scaleB,
            int zeroB,
            float scaleOut,
            int zeroOut,
            int min,
            int max,
            RoundingMode mode) {
        Scales.positive("scale of the first input", scaleA);
        Scales.positive("scale of the second input", scaleB);
        Scales.positive("output scale", scaleOut);
        return shifted(
                scaleA,
                zeroA,
                scaleB,
                zeroB,
                scaleOut,
                zeroOut,
                AddRescale.LEFT_SHIFT_16,
                min,
                max,
                mode == RoundingMode.XNNPACK ? RoundingMode.DOUBLE : mode);
    }

    private static SubRescale shifted(
            float scaleA,
            int zeroA,
            float scaleB,
            int zeroB,
            float scaleOut,
            int zeroOut,
            int leftShift,
            int min,
            int max,
            RoundingMode mode) {
        float twice = 2 * Math.max(scaleA, scaleB);
        return new SubRescale(
                zeroA,
                Multiplier.of(scaleA / twice, mode),
                zeroB,
                Multiplier.of(scaleB / twice, mode),
                zeroOut,
                Multiplier.of(twice / ((1 << leftShift) * scaleOut), mode),
                leftShift,
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
                        : leftShift == AddRescale.LEFT_SHIFT_16
                                ? FixedPoint.saturatingMultiplyByQuantizedMultiplier(
                                        difference, multiplierOut, mode)
                                : FixedPoint.multiplyByQuantizedMultiplier(
                                        difference, multiplierOut, mode);
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
                : FixedPoint.multiplyByQuantizedMultiplier(steps << leftShift, multiplier, mode);
    }
}
