package quern.runtime.micro;

import quern.fixedpoint.RoundingMode;

/**
 * How accumulators become codes, in the terms of {@link Microkernels#requantizeDouble}, {@link
 * Microkernels#requantizeSingle} or {@link Microkernels#requantizeFloatEven}. Nobody changes the
 * arrays.
 *
 * @param mode DOUBLE or SINGLE, which use {@code mantissa} and {@code right}, or FLOAT_EVEN or
 *     XNNPACK, which use {@code scale}
 * @param step 1 for factors for each channel, 0 for one
 * @param zero zero point
 * @param min least code
 * @param max largest code
 */
public record Factors(
        RoundingMode mode,
        int[] mantissa,
        int[] right,
        float[] scale,
        int step,
        int zero,
        int min,
        int max) {
    /**
     * Turns {@code n} accumulators into codes by the loop of the mode; the factors of accumulator
     * {@code i} are those at {@code first + i * step}.
     *
     * @param acc what it holds afterwards is not defined
     */
    public void run(
            Microkernels micro, int[] acc, int n, int first, int step, byte[] y, int yOffset) {
        switch (mode) {
            case DOUBLE ->
                    micro.requantizeDouble(
                            acc, n, mantissa, right, first, step, zero, min, max, y, yOffset);
            case SINGLE ->
                    micro.requantizeSingle(
                            acc, n, mantissa, right, first, step, zero, min, max, y, yOffset);
            default ->
                    micro.requantizeFloatEven(
                            acc, n, scale, first, step, zero, min, max, y, yOffset);
        }
    }
}
