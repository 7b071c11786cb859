package quern.fixedpoint;

import static quern.fixedpoint.FixedPoint.multiplyByQuantizedMultiplier;

/**
 * Quantized division of 8-bit codes in a fixed-point mode. With {@code b - Zb} made positive and
 * written as {@code (1 + x) * 2^r}, the quotient is {@code MBQM((a - Za) * 2^h, 1/(1 + x))}, {@code
 * h} its leading sign bits; the result is {@code clamp(MBQM(quotient, f32(sa / f32(sb * so)), r + h
 * bits down) + Zo)}. Divided by zero, positive numbers give {@code max}, others {@code min}.
 *
 * @param multiplier the factor of the quotient
 * @param min the smallest output code, see {@link ActivationRange}
 */
public record DivRescale(
        int zeroA,
        int zeroB,
        int zeroOut,
        Multiplier multiplier,
        int min,
        int max,
        RoundingMode mode) {
    public DivRescale {
        Scales.range(min, max);
    }

    /**
     * Prepares the division of two tensors for their scales and zero points.
     *
     * @throws IllegalArgumentException if a scale is not positive and finite, the mode has no
     *     fixed-point multipliers, or the range is empty
     */
    public static DivRescale of(
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
        float ratio = Math.min(scaleA / (scaleB * scaleOut), Float.MAX_VALUE);
        return new DivRescale(zeroA, zeroB, zeroOut, Multiplier.of(ratio, mode), min, max, mode);
    }

    /** Returns the output code of two input codes. */
    public int apply(int a, int b) {
        int divisor = Math.abs(b - zeroB);
        int dividend = b < zeroB ? zeroA - a : a - zeroA;
        if (divisor == 0 || dividend == 0) {
            return divisor != 0 ? FixedPoint.clamp(zeroOut, min, max) : dividend > 0 ? max : min;
        }
        int zeros = Integer.numberOfLeadingZeros(divisor);
        int inverse = FixedPointMath.oneOverOnePlusX((divisor << zeros) - Integer.MIN_VALUE);
        int headroom = Integer.numberOfLeadingZeros(dividend < 0 ? ~dividend : dividend) - 1;
        int quotient = multiplyByQuantizedMultiplier(dividend, inverse, headroom, mode);
        int shift = multiplier.shift() - (31 - zeros) - headroom;
        if (shift > 0) {
            return dividend > 0 ? max : min;
        }
        int steps =
                shift < Multiplier.MIN_SHIFT
                        ? 0
                        : multiplyByQuantizedMultiplier(
                                quotient, multiplier.mantissa(), shift, mode);
        return FixedPoint.clamp(steps, min - zeroOut, max - zeroOut) + zeroOut;
    }
}
