package quern.fixedpoint;

/**
 * How large the accumulator of an integer kernel can become: {@code |bias| + inputMaxAbs * sum|w -
 * weightZeroPoint|} for one output channel. It bounds every partial sum in every order of addition,
 * so an int32 accumulator is safe where the bound fits.
 */
public final class AccumulatorBound {
    private AccumulatorBound() {}

    /** Returns {@code max |q - zeroPoint|} over the codes {@code qmin..qmax}. */
    public static int inputMaxAbs(int qmin, int qmax, int zeroPoint) {
        return Math.toIntExact(
                Math.max(Math.abs((long) qmin - zeroPoint), Math.abs((long) qmax - zeroPoint)));
    }

    /**
     * Returns {@code sum |w[offset + i*stride] - weightZeroPoint|} for {@code 0 <= i < count}, the
     * weights of one output channel.
     */
    public static long weightAbsSum(
            byte[] weights, int offset, int stride, int count, int weightZeroPoint) {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += Math.abs((long) weights[offset + i * stride] - weightZeroPoint);
        }
        return sum;
    }

    /** The same for unsigned 8-bit weights. */
    public static long weightAbsSumUnsigned(
            byte[] weights, int offset, int stride, int count, int weightZeroPoint) {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += Math.abs((long) (weights[offset + i * stride] & 0xFF) - weightZeroPoint);
        }
        return sum;
    }

    /**
     * Returns the bound of one channel, saturated to {@code Long.MAX_VALUE}.
     *
     * @param inputMaxAbs see {@link #inputMaxAbs}
     * @param weightAbsSum see {@link #weightAbsSum}
     */
    public static long of(int inputMaxAbs, long weightAbsSum, long bias) {
        long biasAbs = bias == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(bias);
        long high = Math.multiplyHigh(inputMaxAbs, weightAbsSum);
        long product = inputMaxAbs * weightAbsSum;
        if (high != 0 || product < 0 || product > Long.MAX_VALUE - biasAbs) {
            return Long.MAX_VALUE;
        }
        return product + biasAbs;
    }

    /** Returns whether an int32 accumulator holds every value up to the bound, of either sign. */
    public static boolean fitsInt32(long bound) {
        return bound <= Integer.MAX_VALUE;
    }
}
