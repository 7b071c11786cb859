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
        int max) {}
