package quern.fixedpoint;

/**
 * The set-up of an int8 hard swish in the fixed-point modes, which computes in 16 bits: a centred
 * code counts in 128ths of a step. All factors come from binary32 ratios and are reduced to 16
 * bits.
 *
 * @param outMultiplier mantissa, Q0.15, of the factor from 128ths of an input step to output steps
 * @param outExponent its exponent
 * @param reluMultiplier mantissa, Q0.15, of the factor to units of {@code 3 / 32768}
 * @param reluExponent its exponent
 */
public record HardSwishScale(
        short outMultiplier, int outExponent, short reluMultiplier, int reluExponent) {
    private static final float FINE = 1f / 128;
    private static final float RELU_UNIT = 3f / 32768;

    /**
     * Computes the set-up.
     *
     * @throws IllegalArgumentException if a scale is not positive and finite, or the mode has no
     *     fixed-point multipliers
     */
    public static HardSwishScale of(float inScale, float outScale, RoundingMode mode) {
        Scales.positive("input scale", inScale);
        Scales.positive("output scale", outScale);
        float fine = FINE * inScale;
        Multiplier out = Multiplier.of(fine / outScale, mode);
        Multiplier relu = Multiplier.of(fine / RELU_UNIT, mode);
        return new HardSwishScale(reduced(out), out.shift(), reduced(relu), relu.shift());
    }

    private static short reduced(Multiplier m) {
        int half = 1 << 15;
        return m.mantissa() >= Integer.MAX_VALUE - half
                ? Short.MAX_VALUE
                : (short) ((m.mantissa() + half) >> 16);
    }

    /** Whether the arithmetic is defined: the result is never shifted left. */
    public boolean isDefined() {
        return outExponent <= 0;
    }

    /** Returns the steps of the output above its zero point for a centred code of 9 bits. */
    public int steps(int centred) {
        short fine = (short) (centred * 128);
        short out = FixedPoint.saturatingRoundingDoublingHighMul16(fine, outMultiplier);
        short relu = fine;
        if (reluExponent > 0) {
            relu = shiftLeft(relu, reluExponent - 1);
        }
        relu = FixedPoint.saturatingRoundingDoublingHighMul16(relu, reluMultiplier);
        if (reluExponent > 0) {
            relu = shiftLeft(relu, 1);
        } else {
            relu = (short) FixedPoint.roundingDivideByPot(relu, -reluExponent);
        }
        int gate = (relu + (1 << 15)) >> 1;
        int product = gate * out / (1 << 15);
        return FixedPoint.roundingDivideByPot(product, -outExponent);
    }

    private static short shiftLeft(short x, int exponent) {
        int shifted = FixedPoint.saturatingLeftShift(x, exponent);
        return (short) FixedPoint.clamp(shifted, Short.MIN_VALUE, Short.MAX_VALUE);
    }
}
