package quern.fixedpoint;

/**
 * Quantized square of a difference of 8-bit codes in a fixed-point mode: with {@code twice = 2 *
 * max(sa, sb)}, {@code d = MBQM((a - Za) * 2^7, sa / twice) - MBQM((b - Zb) * 2^7, sb / twice)} and
 * {@code clamp(MBQM(d * d, twice^2 / (2^14 * so)) + Zo)}; {@code twice} and {@code 2^14 * so} are
 * binary32, the rest of the factors binary64.
 *
 * @param multiplierA the factor of the first input
 * @param multiplierB the factor of the second input
 * @param multiplierOut the factor of the square
 */
public record SquaredDifferenceRescale(
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
     * Prepares the function of two tensors for their scales and zero points.
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
        Scales.positive("scale of the first input", scaleA);
        Scales.positive("scale of the second input", scaleB);
        Scales.positive("output scale", scaleOut);
        double twice = 2 * Math.max(scaleA, scaleB);
        return new SquaredDifferenceRescale(
                zeroA,
                Multiplier.of(scaleA / twice, mode),
                zeroB,
                Multiplier.of(scaleB / twice, mode),
                zeroOut,
                Multiplier.of(twice * twice / ((1 << 2 * LEFT_SHIFT) * scaleOut), mode),
                min,
                max,
                mode);
    }

    /** Whether the last factor is below one: no other leaves every square in int32. */
    public boolean isDefined() {
        return multiplierOut.shift() <= 0;
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
        return FixedPoint.multiplyByQuantizedMultiplier(steps << LEFT_SHIFT, multiplier, mode);
    }
}
