package quern.fixedpoint;

/**
 * The arithmetic of an int8 logarithm of softmax, whose result counts in 16ths from 0 downward.
 *
 * @param softmax the factor of a difference of codes, and the least one that is summed
 * @param reverse the reciprocal of the factor
 */
public record LogSoftmaxScale(SoftmaxScale softmax, Multiplier reverse) {
    /** Integer bits of the sum. */
    private static final int SUM_BITS = 12;

    /** A reciprocal that {@link #least} does not use; larger ones count as this. */
    private static final double LARGEST = 2;

    /** From Q5.26 to 16ths. */
    private static final int SHIFT = 22;

    /**
     * The set-up for an input scale; {@code reverse} is {@code 2^(31 - shift) / mantissa} of the
     * factor in binary64.
     *
     * @throws IllegalArgumentException as {@link SoftmaxScale#of(float, float, RoundingMode)}
     */
    public static LogSoftmaxScale of(float inputScale, RoundingMode mode) {
        SoftmaxScale softmax = SoftmaxScale.of(1, inputScale, mode);
        double reciprocal = Math.scalb(1.0, 31 - softmax.leftShift()) / softmax.mantissa();
        return new LogSoftmaxScale(softmax, Multiplier.of(Math.min(reciprocal, LARGEST), mode));
    }

    /** Returns the exponential of {@code q - max} as Q12.19, 0 for one that is not summed. */
    public int exp(int difference) {
        if (difference < softmax.diffMin()) {
            return 0;
        }
        int exp = FixedPointMath.expOnNegativeValues(softmax.rescale(difference));
        return FixedPoint.roundingDivideByPot(exp, SUM_BITS);
    }

    /** Returns the logarithm of a sum of exponentials, which saturates, as Q5.26. */
    public int log(long sum) {
        return FixedPointMath.logOnNotLessThanOne(FixedPoint.saturate(sum));
    }

    /** Returns the difference from which on, downward, every result is the least one. */
    public int least(int logOfSum) {
        int least = softmax.diffMin() - 1;
        return reverse.shift() > 0
                ? least
                : Math.max(
                        least,
                        FixedPoint.multiplyByQuantizedMultiplier(
                                logOfSum + Integer.MIN_VALUE, reverse, softmax.mode()));
    }

    /** Returns the result for {@code q - max} above {@link #least} in 16ths. */
    public int sixteenths(int difference, int logOfSum) {
        int shifted = FixedPoint.saturate((long) softmax.rescale(difference) - logOfSum);
        return FixedPoint.roundingDivideByPot(shifted, SHIFT);
    }
}
