package quern.fixedpoint;

/**
 * The arithmetic of a leaky or parametric ReLU in a fixed-point mode: a centred code {@code x}
 * becomes {@code MBQM(x, positive)} steps of the output where it is not negative, else {@code
 * MBQM(x * a, negative)}; what a left shift moves beyond 32 bits saturates.
 *
 * @param positive the factor {@code inScale / outScale}
 * @param negative the factor of {@code x * a}
 */
public record LeakyRescale(Multiplier positive, Multiplier negative, RoundingMode mode) {
    /**
     * For one real slope, with {@code a = 1}: {@code negative = (inScale * slope) / outScale}; all
     * in binary32.
     *
     * @throws IllegalArgumentException if a factor is not finite or the mode has no fixed-point
     *     multipliers
     */
    public static LeakyRescale ofSlope(
            float inScale, float slope, float outScale, RoundingMode mode) {
        return new LeakyRescale(
                Multiplier.of(inScale / outScale, mode),
                Multiplier.of(inScale * slope / outScale, mode),
                mode);
    }

    /**
     * For slopes that are centred codes {@code a}: {@code negative = inScale * slopeScale /
     * outScale}; all in binary64.
     *
     * @throws IllegalArgumentException if the mode has no fixed-point multipliers
     */
    public static LeakyRescale ofCodes(
            float inScale, float slopeScale, float outScale, RoundingMode mode) {
        return new LeakyRescale(
                Multiplier.of((double) inScale / outScale, mode),
                Multiplier.of((double) inScale * slopeScale / outScale, mode),
                mode);
    }

    /** Returns the steps of the output above its zero point. */
    public int steps(int x, int a) {
        return x >= 0
                ? FixedPoint.saturatingMultiplyByQuantizedMultiplier(x, positive, mode)
                : FixedPoint.saturatingMultiplyByQuantizedMultiplier(x * a, negative, mode);
    }
}
