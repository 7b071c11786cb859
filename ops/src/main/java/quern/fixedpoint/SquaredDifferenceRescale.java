package quern.fixedpoint;

/**
 * Quantized square of a difference of codes in a fixed-point mode: with {@code twice = 2 * max(sa,
 * sb)}, {@code d = MBQM((a - Za) * 2^k, sa / twice) - MBQM((b - Zb) * 2^k, sb / twice)} and {@code
 * clamp(MBQM(d * d, twice^2 / (2^2k * so)) + Zo)}; {@code twice} and {@code 2^2k * so} are
 * binary32, the rest of the factors binary64. {@code k} is 7 for 8-bit codes and 0 for S16 codes,
 * whose zero points are 0.
 *
 * @param leftShift {@code k}
 * @param multiplierA the factor of the first input
 * @param multiplierB the factor of the second input
 * @param multiplierOut the factor of the square
 */
public record SquaredDifferenceRescale(
        int leftShift,
        int zeroA,
        Multiplier multiplierA,
        int zeroB,
        Multiplier multiplierB,
        int zeroOut,
        Multiplier multiplierOut,
        int min,
        int max,
        RoundingMode mode) {
    private static final int LEFT_SHIFT = 7;

    public SquaredDifferenceRescale {
        Scales.range(min, max);
    }

    /**
     * Prepares the function of two tensors of 8-bit codes for their scales and zero points.
     *
     * @throws IllegalArgumentException if a scale is not positive and finite, the mode has no
     *     fixed-point multipliers, or the range is empty
     */
    public static SquaredDifferenceRescale of(
            float scaleA,
            int zeroA,
            float scaleB,
            int zeroB,
            float scaleOut,
            int zeroOut,
            int min,
            int max,
            RoundingMode mode) {
        return of(LEFT_SHIFT, scaleA, zeroA, scaleB, zeroB, scaleOut, zeroOut, min, max, mode);
    }

    /** The same for S16 codes; it is defined for zero points of 0 only. */
    public static SquaredDifferenceRescale ofInt16(
            float scaleA,
            int zeroA,
            float scaleB,
            int zeroB,
            float scaleOut,
            int zeroOut,
            int min,
            int max,
            RoundingMode mode) {
        return of(0, scaleA, zeroA, scaleB, zeroB, scaleOut, zeroOut, min, max, mode);
    }

    private static SquaredDifferenceRescale of(
            int leftShift,
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
        double twice = 2 * Math.max(scaleA, scaleB);
        return new SquaredDifferenceRescale(
                leftShift,
                zeroA,
                Multiplier.of(scaleA / twice, mode),
                zeroB,
                Multiplier.of(scaleB / twice, mode),
                zeroOut,
                Multiplier.of(twice * twice / ((1 << 2 * leftShift) * scaleOut), mode),
                min,
                max,
                mode);
    }

    /** Whether every square stays in int32, also when the last factor moves it left. */
    public boolean isDefined() {
        boolean fits = leftShift > 0 || zeroA == 0 && zeroB == 0;
        return fits && multiplierOut.shift() <= 0;
    }

    /** Returns the output code of two input codes. */
    public int apply(int a, int b) {
        int difference = rescaled(a - zeroA, multiplierA) - rescaled(b - zeroB, multiplierB);
        int steps =
                FixedPoint.multiplyByQuantizedMultiplier(
                        difference * difference, multiplierOut, mode);
        return FixedPoint.clamp(steps, min - zeroOut, max - zeroOut) + zeroOut;
    }

    private int rescaled(int steps, Multiplier multiplier) {
        return FixedPoint.multiplyByQuantizedMultiplier(steps << leftShift, multiplier, mode);
    }
}
