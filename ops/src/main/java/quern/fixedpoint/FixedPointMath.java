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

    /** ln 2, sqrt(1/2) and (1/2)^(1/4) in Q0.31. */
    private static final int LN_2_Q0 = 1488522236;

    private static final int SQRT_HALF_Q0 = 1518500250;
    private static final int FOURTH_ROOT_HALF_Q0 = 1805811301;

    /** The coefficients of the logarithm's quotient in Q0.31. */
    private static final int LOG_ALPHA_N = 117049297;

    private static final int LOG_ALPHA_D = 127690142;
    private static final int LOG_ALPHA_I = 1057819769;
    private static final int LOG_ALPHA_F = 638450708;

    private static final int QUARTER_Q6 = 1 << 23;

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

    /**
     * Returns the natural logarithm as Q5.26. The argument is {@code 2^n r} with {@code r} around
     * {@code 2^(-1/4)}, for which two candidates half a power apart are made; the logarithm of
     * {@code r} is a quotient of polynomials.
     *
     * @param x raw Q12.19, at least 1
     */
    public static int logOnNotLessThanOne(int x) {
        int zerosA = Integer.numberOfLeadingZeros(x);
        int scaledA =
                saturatingLeftShift(
                        saturatingRoundingDoublingHighMul(
                                saturatingLeftShift(x, zerosA - 1), SQRT_HALF_Q0),
                        1);
        int powerA = ((12 - zerosA) << 25) + QUARTER_Q6;
        int zerosB =
                Integer.numberOfLeadingZeros(saturatingRoundingDoublingHighMul(x, SQRT_HALF_Q0))
                        - 1;
        int scaledB = saturatingLeftShift(x, zerosB);
        int powerB = ((12 - zerosB) << 25) - QUARTER_Q6;
        int r = Math.min(scaledA, scaledB);
        int whole = saturatingRoundingDoublingHighMul(Math.max(powerA, powerB), LN_2_Q0);
        int p = (int) (((long) r + FOURTH_ROOT_HALF_Q0 + 1) / 2);
        int q = 2 * (r - FOURTH_ROOT_HALF_Q0);
        int square = saturatingRoundingDoublingHighMul(q, q);
        int cube = saturatingRoundingDoublingHighMul(q, square);
        int numerator =
                saturatingRoundingDoublingHighMul(q, r)
                        + saturatingRoundingDoublingHighMul(cube, LOG_ALPHA_N);
        int inner = LOG_ALPHA_I + q + saturatingRoundingDoublingHighMul(LOG_ALPHA_D, square);
        int denominatorMinusOne =
                saturatingRoundingDoublingHighMul(p, inner)
                        + saturatingRoundingDoublingHighMul(LOG_ALPHA_F, q);
        int fraction =
                saturatingRoundingDoublingHighMul(
                        roundingDivideByPot(numerator, 6), oneOverOnePlusX(denominatorMinusOne));
        return saturatingLeftShift(whole + fraction, 1);
    }

    private static int minusMagnitude(int x) {
        return x > 0 ? -x : x;
    }
}
