package quern.fixedpoint;

import quern.numeric.Expf;

/**
 * Softmax of 16-bit codes in a fixed-point mode, results in Q0.15.
 *
 * <p>The difference to the largest code of the row is rescaled so that -65535 to 0 stand for -10 to
 * 0; its exponential comes from an {@link InterpolatedTable16}, in Q0.15. The sum of a row is an
 * {@code int} that saturates; its reciprocal comes from a table of {@code 1 / (1 + x)} over 0 to 1.
 *
 * @param multiplier the factor {@code inScale * beta / (10 / 65535)}, in binary64
 */
public record Softmax16(Multiplier multiplier, RoundingMode mode) {
    private static final InterpolatedTable16 EXP =
            new InterpolatedTable16(10f / 65535, Short.MAX_VALUE, 2f / 65535, Expf::exp);

    private static final InterpolatedTable16 RECIPROCAL =
            new InterpolatedTable16(1f / 65535, Short.MIN_VALUE, 2f / 65535, x -> 1 / (1 + x));

    /**
     * The set-up of a softmax of {@code beta * x}.
     *
     * @throws IllegalArgumentException if the scale is not positive and finite or the mode has no
     *     fixed-point softmax
     */
    public static Softmax16 of(float beta, float inScale, RoundingMode mode) {
        Scales.positive("input scale", inScale);
        double factor = (double) inScale * beta / (10.0 / 65535.0);
        return new Softmax16(Multiplier.of(factor, mode), mode);
    }

    /** Returns the exponential of a difference of codes, which is not positive, in Q0.15. */
    public int exp(int difference) {
        return EXP.at(
                FixedPoint.saturatingMultiplyByQuantizedMultiplier(difference, multiplier, mode)
                        + Short.MAX_VALUE);
    }

    /** Returns the reciprocal of a sum of exponentials, scaled to its highest bit, in Q0.15. */
    public static int reciprocal(int sum) {
        int zeros = Integer.numberOfLeadingZeros(sum);
        return RECIPROCAL.at((int) (((((long) sum) << (zeros - 1)) + 8192) >> 14) - 98304);
    }

    /**
     * Returns the quotient of an exponential and a sum in Q0.15, 0 to 32767.
     *
     * @param sum positive
     * @param reciprocal that of the sum
     */
    public static int quotient(int exponential, int sum, int reciprocal) {
        int right = 31 - Integer.numberOfLeadingZeros(sum);
        int y = (exponential * reciprocal + (1 << (right - 1))) >> right;
        return FixedPoint.clamp(y, 0, Short.MAX_VALUE);
    }

    /** Entry {@code i} of the table of exponentials. */
    static int expEntry(int i) {
        return EXP.value(i);
    }

    /** Entry {@code i} of the table of reciprocals. */
    static int reciprocalEntry(int i) {
        return RECIPROCAL.value(i);
    }
}
