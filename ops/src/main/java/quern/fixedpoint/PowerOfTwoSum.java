package quern.fixedpoint;

/**
 * Sum or difference of 16-bit codes whose scales are powers of two and whose zero points are 0, as
 * TFLite computes it where a file asks for it: the operand of the smaller scale is divided by a
 * power of two, ties away from zero; the result saturates.
 *
 * @param shiftA the power of two that divides the first operand, 0 to 31
 * @param shiftB the same of the second operand; one of both is 0
 * @param minus whether it is a difference
 * @param min the smallest output code
 */
public record PowerOfTwoSum(int shiftA, int shiftB, boolean minus, int min, int max) {
    private static final double TOLERANCE = 1.0006933874625807;

    /**
     * Prepares the sum for three scales, each within {@code 2^0.001} times a power of two.
     *
     * @throws IllegalArgumentException if they are not, or no operand has the output's scale, or
     *     one has a larger scale
     */
    public static PowerOfTwoSum of(
            float scaleA, float scaleB, float scaleOut, boolean minus, int min, int max) {
        Scales.range(min, max);
        int a = exponent(scaleOut) - exponent(scaleA);
        int b = exponent(scaleOut) - exponent(scaleB);
        if (!isPower(scaleA) || !isPower(scaleB) || !isPower(scaleOut) || Math.min(a, b) != 0) {
            throw new IllegalArgumentException(
                    "scales "
                            + scaleA
                            + " and "
                            + scaleB
                            + " with output scale "
                            + scaleOut
                            + " are not powers of two of which the larger is the output's");
        }
        return new PowerOfTwoSum(Math.min(a, 31), Math.min(b, 31), minus, min, max);
    }

    /** Whether a scale is within {@code 2^0.001} times a power of two. */
    public static boolean isPower(float scale) {
        if (!(scale > 0) || Float.isInfinite(scale)) {
            return false;
        }
        double ratio = Math.scalb((double) scale, -exponent(scale));
        return ratio < TOLERANCE && ratio * TOLERANCE > 1;
    }

    /** The exponent of the power of two that is nearest, a factor of 1.5 apart at most. */
    private static int exponent(float scale) {
        return Math.getExponent(scale * 4.0 / 3);
    }

    /** Returns the output code of two input codes. */
    public int apply(int a, int b) {
        int first = FixedPoint.roundingDivideByPot(a, shiftA);
        int second = FixedPoint.roundingDivideByPot(b, shiftB);
        return FixedPoint.clamp(minus ? first - second : first + second, min, max);
    }
}
