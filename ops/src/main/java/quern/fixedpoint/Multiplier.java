package quern.fixedpoint;

/**
 * A real factor in fixed point: {@code mantissa * 2^(shift - 31)}. A positive shift is a left
 * shift, a negative one a right shift. Normalized mantissas have a magnitude of at least {@code
 * 2^30}; zero is (0, 0).
 *
 * @param mantissa the factor's digits, Q0.31
 * @param shift the exponent, -31 to 31
 */
public record Multiplier(int mantissa, int shift) {
    /** The smallest shift; smaller factors become zero. */
    public static final int MIN_SHIFT = -31;

    /** The largest shift of {@link RoundingMode#DOUBLE}; larger factors saturate. */
    public static final int MAX_SHIFT = 31;

    /** The largest shift of {@link RoundingMode#SINGLE}; larger factors saturate. */
    public static final int MAX_SHIFT_SINGLE = 30;

    public Multiplier {
        if (shift < MIN_SHIFT || shift > MAX_SHIFT) {
            throw new IllegalArgumentException(
                    "multiplier shift " + shift + " is not between -31 and 31");
        }
    }

    /**
     * Converts a real factor: with {@code real = q * 2^shift} and {@code 0.5 <= |q| < 1}, the
     * mantissa is {@code q * 2^31} rounded to nearest, ties away from zero. A shift below -31 gives
     * zero, a shift above 30 (single) or 31 (double) the largest value of that shift.
     *
     * @throws IllegalArgumentException if {@code real} is not finite or the mode has no fixed-point
     *     multipliers
     */
    public static Multiplier of(double real, RoundingMode mode) {
        int maxShift = maxShift(mode);
        if (!Double.isFinite(real)) {
            throw new IllegalArgumentException("multiplier " + real + " is not finite");
        }
        if (real == 0) {
            return new Multiplier(0, 0);
        }
        int shift = Math.getExponent(real) + 1;
        if (shift < MIN_SHIFT - 1) {
            return new Multiplier(0, 0);
        }
        long mantissa = (long) Rounding.halfAwayFromZero(Math.scalb(real, 31 - shift));
        if (Math.abs(mantissa) == 1L << 31) {
            mantissa /= 2;
            shift++;
        }
        if (shift < MIN_SHIFT) {
            return new Multiplier(0, 0);
        }
        if (shift > maxShift) {
            return new Multiplier(real > 0 ? Integer.MAX_VALUE : -Integer.MAX_VALUE, maxShift);
        }
        return new Multiplier((int) mantissa, shift);
    }

    static int maxShift(RoundingMode mode) {
        return switch (mode) {
            case DOUBLE -> MAX_SHIFT;
            case SINGLE -> MAX_SHIFT_SINGLE;
            default -> throw mode.undefinedFor("a fixed-point multiplier");
        };
    }

    /** Returns the exact value of this factor. */
    public double value() {
        return Math.scalb((double) mantissa, shift - 31);
    }
}
