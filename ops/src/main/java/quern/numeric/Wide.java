package quern.numeric;

/**
 * Exponential and logarithm in binary64 operations, the same bits on every machine, for functions
 * of binary32 that round once at the end. The relative error is below 2^-44.
 */
public final class Wide {
    /** ln 2 as the sum of two numbers; multiples of the first by small integers are exact. */
    public static final double LN2_HI = 0x1.62e42fee00000p-1;

    public static final double LN2_LO = 0x1.a39ef35793c76p-33;
    public static final double LOG2_E = 0x1.71547652b82fep+0;

    /** {@code 1/2!} to {@code 1/11!}. */
    public static final double E2 = 0.5;

    public static final double E3 = 1.0 / 6;
    public static final double E4 = 1.0 / 24;
    public static final double E5 = 1.0 / 120;
    public static final double E6 = 1.0 / 720;
    public static final double E7 = 1.0 / 5040;
    public static final double E8 = 1.0 / 40320;
    public static final double E9 = 1.0 / 362880;
    public static final double E10 = 1.0 / 3628800;
    public static final double E11 = 1.0 / 39916800;

    private static final long SQRT_HALF_BITS = 0x3FE6A09E667F3BCDL;

    /** Far beyond what binary32 can hold. */
    private static final double LARGEST_EXPONENT = 700;

    private Wide() {}

    /** Returns e to the power of {@code x}; 0 below -700, infinity above 700. */
    static double exp(double x) {
        if (!(Math.abs(x) <= LARGEST_EXPONENT)) {
            return x > 0 ? Double.POSITIVE_INFINITY : x < 0 ? 0 : x;
        }
        double n = Math.rint(x * LOG2_E);
        double power = powerOfTwo((int) n);
        return power + power * expMinusOneSeries(x - n * LN2_HI - n * LN2_LO);
    }

    /** Returns {@code exp(x) - 1}, precise where it is small; -1 below -700. */
    static double expMinusOne(double x) {
        if (!(Math.abs(x) <= LARGEST_EXPONENT)) {
            return exp(x) - 1;
        }
        double n = Math.rint(x * LOG2_E);
        double power = powerOfTwo((int) n);
        return power * expMinusOneSeries(x - n * LN2_HI - n * LN2_LO) + (power - 1);
    }

    /** Returns {@code r + r^2/2! + ... + r^11/11!}, {@code |r|} at most ln(2)/2. */
    private static double expMinusOneSeries(double r) {
        double p = E11;
        p = p * r + E10;
        p = p * r + E9;
        p = p * r + E8;
        p = p * r + E7;
        p = p * r + E6;
        p = p * r + E5;
        p = p * r + E4;
        p = p * r + E3;
        p = p * r + E2;
        return r + r * r * p;
    }

    private static double powerOfTwo(int exponent) {
        return Double.longBitsToDouble((exponent + 1023L) << 52);
    }

    /** Returns the natural logarithm of a positive, finite and normal number. */
    static double log(double x) {
        long bits = Double.doubleToRawLongBits(x);
        long exponent = (bits - SQRT_HALF_BITS) >> 52;
        double m = Double.longBitsToDouble(bits - (exponent << 52));
        // artanh(s) = s + s^3/3 + s^5/5 + ..., |s| at most 3 - sqrt(8).
        double s = (m - 1) / (m + 1);
        double z = s * s;
        double p = 1.0 / 19;
        p = p * z + 1.0 / 17;
        p = p * z + 1.0 / 15;
        p = p * z + 1.0 / 13;
        p = p * z + 1.0 / 11;
        p = p * z + 1.0 / 9;
        p = p * z + 1.0 / 7;
        p = p * z + 1.0 / 5;
        p = p * z + 1.0 / 3;
        return exponent * LN2_HI + (exponent * LN2_LO + 2 * (s + s * z * p));
    }
}
