package quern.fixedpoint;

/**
 * Primitive operations of fixed-point arithmetic. A Qk number with {@code k} integer bits is an
 * {@code int} that stands for {@code raw / 2^(31-k)}.
 *
 * <p>All functions are pure, allocate nothing and are defined for every {@code int}; where a result
 * does not fit, the text says whether it saturates or wraps.
 */
public final class FixedPoint {
    private FixedPoint() {}

    /**
     * Returns {@code a*b / 2^31} rounded to nearest, ties toward positive infinity; the one
     * overflow, both arguments {@code -2^31}, saturates to {@code 2^31-1}. The product of a Qj and
     * a Qk number, as a Q(j+k) number.
     */
    public static int saturatingRoundingDoublingHighMul(int a, int b) {
        if (a == Integer.MIN_VALUE && b == Integer.MIN_VALUE) {
            return Integer.MAX_VALUE;
        }
        return (int) (((long) a * b + (1L << 30)) >> 31);
    }

    /**
     * Returns {@code a*b / 2^15} rounded to nearest, ties toward positive infinity, for 16-bit
     * arguments; both {@code -2^15} saturates to {@code 2^15-1}.
     */
    public static short saturatingRoundingDoublingHighMul16(short a, short b) {
        if (a == Short.MIN_VALUE && b == Short.MIN_VALUE) {
            return Short.MAX_VALUE;
        }
        return (short) ((a * b + (1 << 14)) >> 15);
    }

    /**
     * Returns {@code x / 2^exponent} rounded to nearest, ties away from zero.
     *
     * @param exponent 0 to 31
     */
    public static int roundingDivideByPot(int x, int exponent) {
        int mask = (int) ((1L << exponent) - 1);
        int remainder = x & mask;
        int threshold = (mask >>> 1) + (x < 0 ? 1 : 0);
        return (x >> exponent) + (remainder > threshold ? 1 : 0);
    }

    /**
     * Returns {@code x * 2^exponent}, saturated to 32 bits.
     *
     * @param exponent 0 to 31
     */
    public static int saturatingLeftShift(int x, int exponent) {
        return saturate((long) x << exponent);
    }

    /** Returns the nearest {@code int}. */
    public static int saturate(long x) {
        return (int) Math.min(Math.max(x, Integer.MIN_VALUE), Integer.MAX_VALUE);
    }

    /** Returns the value limited to {@code min..max}. */
    public static int clamp(int x, int min, int max) {
        return Math.min(Math.max(x, min), max);
    }

    /**
     * Multiplies by {@code mantissa * 2^(shift-31)} with two roundings: {@link
     * #saturatingRoundingDoublingHighMul}, then {@link #roundingDivideByPot}. A positive shift
     * moves {@code x} left first, wrapping at 32 bits: exact only for {@code |x| < 2^(31-shift)}.
     *
     * @param shift -31 to 31
     */
    public static int multiplyByQuantizedMultiplierDouble(int x, int mantissa, int shift) {
        int left = Math.max(shift, 0);
        int right = Math.max(-shift, 0);
        return roundingDivideByPot(saturatingRoundingDoublingHighMul(x << left, mantissa), right);
    }

    /**
     * Multiplies by {@code mantissa * 2^(shift-31)} with one rounding of the exact product, ties
     * toward positive infinity. A result beyond 32 bits wraps: none does for {@code |x| <
     * 2^(31-shift)}.
     *
     * @param shift -31 to 30
     */
    public static int multiplyByQuantizedMultiplierSingle(int x, int mantissa, int shift) {
        int right = 31 - shift;
        return (int) (((long) x * mantissa + (1L << (right - 1))) >> right);
    }

    /**
     * Multiplies a 48-bit accumulator by {@code mantissa * 2^(shift-31)}: the mantissa is reduced
     * to 16 bits, then one rounding, ties toward positive infinity. A result beyond 32 bits wraps.
     *
     * @param x of a magnitude below {@code 2^47}
     * @param mantissa not negative
     * @param shift -31 to 7
     */
    public static int multiplyByQuantizedMultiplierInt64(long x, int mantissa, int shift) {
        int right = 15 - shift;
        return (int) ((x * reduced(mantissa) + (1L << (right - 1))) >> right);
    }

    private static int reduced(int mantissa) {
        return mantissa < 0x7FFF0000 ? (mantissa + (1 << 15)) >> 16 : 0x7FFF;
    }

    /**
     * The same for results that are limited to 16 bits afterwards: defined for every shift, and
     * where it does not fit 32 bits, the result is large enough to be limited rightly.
     *
     * @param shift -31 to 31
     */
    static int saturatingMultiplyByQuantizedMultiplierInt64(long x, int mantissa, int shift) {
        int right = 15 - shift;
        // A factor of 2^7 or more takes everything larger beyond 16 bits.
        long limited = shift > 7 ? Math.min(Math.max(x, -1 << 16), 1 << 16) : x;
        long product = limited * reduced(mantissa);
        return saturate(right > 0 ? (product + (1L << (right - 1))) >> right : product << -right);
    }

    /**
     * {@link #multiplyByQuantizedMultiplier(int, Multiplier, RoundingMode)} that does not wrap
     * where a left shift leaves 32 bits: the same digits of the exact product, saturated.
     */
    public static int saturatingMultiplyByQuantizedMultiplier(
            int x, Multiplier multiplier, RoundingMode mode) {
        return saturatingMultiplyByQuantizedMultiplier(
                x, multiplier.mantissa(), multiplier.shift(), mode);
    }

    static int saturatingMultiplyByQuantizedMultiplier(
            int x, int mantissa, int shift, RoundingMode mode) {
        if (shift > 0) {
            long product = (long) x * mantissa;
            return saturate(
                    shift == 31 ? product : (product + (1L << (30 - shift))) >> (31 - shift));
        }
        return multiplyByQuantizedMultiplier(x, mantissa, shift, mode);
    }

    /**
     * Returns {@code a * b} times {@code m}, as {@link #multiplyByQuantizedMultiplierInt64}, but
     * saturated to 32 bits.
     *
     * @param b of a magnitude of {@code 2^16} at most
     * @param m with a shift of 7 at most
     */
    public static int scaledProduct(int a, int b, Multiplier m) {
        int reduced = reduced(m.mantissa());
        int right = 15 - m.shift();
        // 48 bits times 16 bits, and half of the last place: no overflow.
        return saturate(((long) a * b * reduced + (1L << (right - 1))) >> right);
    }

    /**
     * Multiplies by {@code mantissa * 2^(shift-31)} in a fixed-point rounding mode.
     *
     * @throws IllegalArgumentException if the mode has no fixed-point multiplication
     */
    public static int multiplyByQuantizedMultiplier(
            int x, int mantissa, int shift, RoundingMode mode) {
        return switch (mode) {
            case DOUBLE -> multiplyByQuantizedMultiplierDouble(x, mantissa, shift);
            case SINGLE -> multiplyByQuantizedMultiplierSingle(x, mantissa, shift);
            default -> throw mode.undefinedFor("fixed-point multiplication");
        };
    }

    /** The same for a {@link Multiplier}. */
    public static int multiplyByQuantizedMultiplier(
            int x, Multiplier multiplier, RoundingMode mode) {
        return multiplyByQuantizedMultiplier(x, multiplier.mantissa(), multiplier.shift(), mode);
    }
}
