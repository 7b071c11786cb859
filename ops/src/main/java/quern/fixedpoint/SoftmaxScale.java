package quern.fixedpoint;

/**
 * The set-up of an int8 softmax: the factor that takes a difference of codes to the fixed-point
 * input of {@link FixedPointMath#expOnNegativeValues}, and the difference below which an element
 * counts as zero.
 *
 * @param mantissa Q0.31 mantissa of the factor
 * @param leftShift its shift, see {@link Multiplier}; not negative for any scale of practical use
 * @param diffMin the smallest {@code q - max} that is evaluated, not positive
 * @param mode a fixed-point mode
 */
public record SoftmaxScale(int mantissa, int leftShift, int diffMin, RoundingMode mode) {
    /** Integer bits of the int8 softmax: the exponential's input is Q5.26. */
    public static final int INTEGER_BITS = 5;

    /** The set-up with {@link #INTEGER_BITS}. */
    public static SoftmaxScale of(float beta, float inputScale, RoundingMode mode) {
        return of(beta, inputScale, INTEGER_BITS, mode);
    }

    /**
     * Computes the factor {@code min(beta * inputScale * 2^(31-integerBits), cap)} in binary64 with
     * a cap of {@code 2^31-1} (double) or {@code 2^30-1} (single), and {@code diffMin =
     * -floor((2^integerBits - 1) * 2^(31-integerBits) / 2^leftShift)}, saturated.
     *
     * @throws IllegalArgumentException if beta or scale is negative or not finite, or the mode has
     *     no fixed-point softmax
     */
    public static SoftmaxScale of(
            float beta, float inputScale, int integerBits, RoundingMode mode) {
        double cap =
                switch (mode) {
                    case DOUBLE -> (1L << 31) - 1.0;
                    case SINGLE -> (1L << 30) - 1.0;
                    default -> throw mode.undefinedFor("fixed-point softmax");
                };
        if (!(beta >= 0 && inputScale >= 0)) {
            throw new IllegalArgumentException(
                    "softmax needs beta and input scale of at least 0, not "
                            + beta
                            + " and "
                            + inputScale);
        }
        double real = (double) beta * (double) inputScale * (1 << (31 - integerBits));
        Multiplier multiplier = Multiplier.of(Math.min(real, cap), mode);
        double largest = ((1 << integerBits) - 1) * (double) (1 << (31 - integerBits));
        double radius = Math.floor(Math.scalb(largest, -multiplier.shift()));
        return new SoftmaxScale(
                multiplier.mantissa(),
                multiplier.shift(),
                (int) -Math.min(radius, Integer.MAX_VALUE),
                mode);
    }

    /** Returns the fixed-point value of a difference {@code diffMin <= diff <= 0}. */
    public int rescale(int diff) {
        return FixedPoint.multiplyByQuantizedMultiplier(diff, mantissa, leftShift, mode);
    }
}
