package quern.fixedpoint;

import static quern.fixedpoint.FixedPoint.saturate;
import static quern.fixedpoint.FixedPoint.saturatingLeftShift;
import static quern.fixedpoint.FixedPoint.saturatingRoundingDoublingHighMul;

/**
 * The reciprocal square root of an integer as a fixed-point {@link Multiplier}, by Newton steps.
 */
public final class InverseSqrt {
    private static final int ONE_Q3 = 1 << 28;
    private static final int THREE_HALVES_Q3 = 402653184;
    private static final int SQRT_HALF_Q0 = 1518500250;
    private static final int STEPS = 5;

    private InverseSqrt() {}

    /**
     * Returns {@code 1/sqrt(x)}: five Newton steps {@code y = 1.5*y - x/2*y^3} in Q3.28 on {@code
     * x} scaled by a power of four. Zero and one give the largest multiplier with shift 0.
     *
     * @throws IllegalArgumentException if {@code x} is negative
     */
    public static Multiplier of(int x) {
        if (x < 0) {
            throw new IllegalArgumentException("inverse square root of a negative number " + x);
        }
        if (x <= 1) {
            return new Multiplier(Integer.MAX_VALUE, 0);
        }
        int scaled = x;
        int right = 11;
        while (scaled >= 1 << 29) {
            scaled /= 4;
            right++;
        }
        int pairs = (Integer.numberOfLeadingZeros(scaled) - 1) / 2 - 1;
        right -= pairs;
        scaled <<= 2 * pairs;
        int half = FixedPoint.roundingDivideByPot(scaled >> 1, 1);
        int y = ONE_Q3;
        for (int i = 0; i < STEPS; i++) {
            int square = saturatingRoundingDoublingHighMul(y, y);
            int cube = saturatingLeftShift(saturatingRoundingDoublingHighMul(square, y), 6);
            int next =
                    saturatingRoundingDoublingHighMul(THREE_HALVES_Q3, y)
                            - saturatingRoundingDoublingHighMul(half, cube);
            y = saturate((long) next << 3);
        }
        int mantissa = saturatingRoundingDoublingHighMul(y, SQRT_HALF_Q0);
        if (right < 0) {
            mantissa <<= -right;
            right = 0;
        }
        return new Multiplier(mantissa, -right);
    }
}
