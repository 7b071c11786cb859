package quern.fixedpoint;

import static quern.fixedpoint.FixedPoint.roundingDivideByPot;
import static quern.fixedpoint.FixedPoint.saturatingLeftShift;
import static quern.fixedpoint.FixedPoint.saturatingRoundingDoublingHighMul;

/**
 * Transcendental functions in fixed point, made of 32-bit integer operations only. The formats are
 * those of the int8 softmax, logistic and tanh: every result is a raw Q0.31 number. The recipes are
 * the ones gemmlowp published; their roundings are the same in every rounding mode.
 */
public final class FixedPointMath {
    private static final int ONE_Q0 = Integer.MAX_VALUE;

    /** exp(-1/8) in Q0.31, the value at the centre of the polynomial's interval. */
    private static final int EXP_MINUS_EIGHTH = 1895147668;

    private static final int ONE_THIRD_Q0 = 715827883;

    /** exp(-2^(i-2)) in Q0.31 for i = 0..6. */
    private static final int[] EXP_MINUS_POWER = {
        1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242
    };

    private static final int NEWTON_48_OVER_17 = 1515870810;
    private static final int NEWTON_MINUS_32_OVER_17 = -1010580540;
    private static final int ONE_Q2 = 1 << 29;

    private FixedPointMath() {}

    /**
     * Returns exp(a) as Q0.31.
     *
     * @param a raw Q5.26, not positive
     */
    public static int expOnNegativeValues(int a) {
        return exp(a, 5);
    }

    /**
     * Returns {@code exp(a)} for a raw number with {@code integerBits} integer bits, 0 to 5, not
     * positive.
     */
    private static int exp(int a, int integerBits) {
        if (a == 0) {
            return ONE_Q0;
        }
        int fractionalBits = 31 - integerBits;
        int quarter = 1 << (fractionalBits - 2);
        int fraction = (a & (quarter - 1)) - quarter;
        int multipleOfQuarter = fraction - a;
        int result = expBetweenMinusQuarterAndZero(saturatingLeftShift(fraction, integerBits));
        for (int i = 0; i <= integerBits + 1; i++) {
            if ((multipleOfQuarter >>> (fractionalBits - 2 + i) & 1) != 0) {
                result = saturatingRoundingDoublingHighMul(result, EXP_MINUS_POWER[i]);
            }
        }
        return result;
    }

    private static int expBetweenMinusQuarterAndZero(int a) {
        int x = a + (1 << 28);
        int x2 = saturatingRoundingDoublingHighMul(x, x);
        int x3 = saturatingRoundingDoublingHighMul(x2, x);
        int x4 = saturatingRoundingDoublingHighMul(x2, x2);
        int cubicAndQuartic =
                saturatingRoundingDoublingHighMul(roundingDivideByPot(x4, 2) + x3, ONE_THIRD_Q0);
        int tail = roundingDivideByPot(cubicAndQuartic + x2, 1);
        return EXP_MINUS_EIGHTH + saturatingRoundingDoublingHighMul(EXP_MINUS_EIGHTH, x + tail);
    }

    /**
     * Returns {@code 1/(1+x)} as Q0.31.
     *
     * @param x raw Q0.31, not negative
     */
    public static int oneOverOnePlusX(int x) {
        return saturatingLeftShift(reciprocalOfHalfOnePlus(x), 1);
    }

    /** Returns {@code 2/(1+x)} as Q2.29 by three Newton steps. */
    private static int reciprocalOfHalfOnePlus(int x) {
        int half = (int) (((long) x + ONE_Q0 + 1) >> 1);
        int y =
                NEWTON_48_OVER_17
                        + saturatingRoundingDoublingHighMul(half, NEWTON_MINUS_32_OVER_17);
        for (int i = 0; i < 3; i++) {
            int error = ONE_Q2 - saturatingRoundingDoublingHighMul(half, y);
            y += saturatingLeftShift(saturatingRoundingDoublingHighMul(y, error), 2);
        }
        return y;
    }

    /**
     * Returns the logistic function {@code 1/(1+exp(-x))} as Q0.31.
     *
     * @param x raw Q4.27
     */
    public static int logistic(int x) {
        if (x == 0) {
            return 1 << 30;
        }
        int positive = oneOverOnePlusX(exp(minusMagnitude(x), 4));
        return x > 0 ? positive : ONE_Q0 - positive;
    }

    /**
     * Returns tanh(x) as Q0.31.
     *
     * @param x raw Q4.27
     */
    public static int tanh(int x) {
        if (x == 0) {
            return 0;
        }
        // The same bits read with one integer bit more are twice the value.
        int y = reciprocalOfHalfOnePlus(exp(minusMagnitude(x), 5));
        int positive = saturatingLeftShift(y - ONE_Q2, 2);
        return x > 0 ? positive : -positive;
    }

    private static int minusMagnitude(int x) {
        return x > 0 ? -x : x;
    }
}
