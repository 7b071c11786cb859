package quern.fixedpoint;

/**
 * The set-up of an int8 logistic or tanh: the factor that takes a centred code to the Q4.27 input
 * of {@link FixedPointMath#logistic} and {@link FixedPointMath#tanh}, and the magnitude from which
 * on the result is saturated.
 *
 * @param multiplier the factor {@code inputScale * 2^27}
 * @param radius {@code floor(15 * 2^27 / 2^shift)} with {@code 2^shift} the power of two above the
 *     factor: only centred codes of a smaller magnitude are evaluated
 * @param mode a fixed-point mode
 */
public record LogisticScale(Multiplier multiplier, int radius, RoundingMode mode) {
    /** Integer bits of the input of the fixed-point functions, Q4.27. */
    public static final int INTEGER_BITS = 4;

    private static final int FRACTIONAL_BITS = 31 - INTEGER_BITS;

    /**
     * Computes the set-up in binary64.
     *
     * @throws IllegalArgumentException if the scale is not positive and finite, or the mode has no
     *     fixed-point functions
     */
    public static LogisticScale of(float inputScale, RoundingMode mode) {
        Scales.positive("input scale", inputScale);
        double real = Math.scalb((double) inputScale, FRACTIONAL_BITS);
        int shift = Math.getExponent(real) + 1;
        double largest = Math.scalb((1 << INTEGER_BITS) - 1.0, FRACTIONAL_BITS - shift);
        int radius = (int) Math.min(Math.floor(largest), Integer.MAX_VALUE);
        return new LogisticScale(Multiplier.of(real, mode), radius, mode);
    }

    /** Returns the Q4.27 value of a centred code of a magnitude below the radius. */
    public int rescale(int centred) {
        return FixedPoint.multiplyByQuantizedMultiplier(centred, multiplier, mode);
    }
}
