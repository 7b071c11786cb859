package quern.numeric;

/**
 * Sine and cosine in binary32, the same bits on every machine. The argument is reduced to {@code r
 * = x - n pi/2} with {@code |r| <= pi/4}, by two products for small arguments and by 96 bits of
 * 2/pi for others, so that every finite argument is reduced correctly; the series of sine or cosine
 * in binary64 is rounded once.
 *
 * <p>The errors against {@link StrictMath#sin} and {@link StrictMath#cos} are below 0.51 ulp over
 * all floats. NaN and infinities give NaN; the sine of zero keeps the sign.
 */
public final class Trigf {
    private static final double TWO_OVER_PI = 0x1.45f306dc9c883p-1;

    /** pi/2 as the sum of two numbers; the first has 33 bits. */
    private static final double HALF_PI_HI = 0x1.921fb54400000p+0;

    private static final double HALF_PI_LO = 0x1.0b4611a626331p-34;

    /** pi/2 in units of 2^62. */
    private static final double HALF_PI_62 = 0x1.921fb54442d18p-62;

    /** Below this, {@code n} times the first part of pi/2 is exact. */
    private static final float SMALL = 0x1p17f;

    /** A word of zeros and the first 256 bits of 2/pi behind the binary point. */
    private static final int[] TWO_OVER_PI_BITS = {
        0,
        0xa2f9836e,
        0x4e441529,
        0xfc2757d1,
        0xf534ddc0,
        0xdb629599,
        0x3c439041,
        0xfe5163ab,
        0xdebbc561
    };

    private Trigf() {}

    /** Returns the sine of {@code x}, in radians. */
    public static float sin(float x) {
        return x == 0 ? x : quadrant(x, 0);
    }

    /** Returns the cosine of {@code x}, in radians. */
    public static float cos(float x) {
        return quadrant(x, 1);
    }

    /** The sine of {@code x + turns pi/2}. */
    private static float quadrant(float x, int turns) {
        if (!(Math.abs(x) < SMALL)) {
            return Float.isFinite(x) ? large(x, turns) : Float.NaN;
        }
        double n = Math.rint(x * TWO_OVER_PI);
        return series((int) n + turns, x - n * HALF_PI_HI - n * HALF_PI_LO);
    }

    /**
     * Arguments {@code m 2^e} from 2^17 on: {@code m} times 96 bits of 2/pi, modulo 4. The bits
     * before these make multiples of 4, those behind them less than 2^-69.
     */
    private static float large(float x, int turns) {
        int bits = Float.floatToRawIntBits(x);
        long m = bits & 0x7FFFFF | 0x800000;
        int first = (bits >>> 23 & 0xFF) - 150 + 30;
        long low = m * word(first + 64);
        long middle = m * word(first + 32) + (low >>> 32);
        long high = m * word(first) + (middle >>> 32);
        // Two bits before the binary point, 62 behind it.
        long quarters = high << 32 | middle & 0xFFFFFFFFL;
        int n = (int) ((quarters + (1L << 61)) >>> 62);
        double fraction = (quarters - ((long) n << 62)) + (low & 0xFFFFFFFFL) * 0x1p-32;
        double r = fraction * HALF_PI_62;
        return x < 0 ? series(turns - n, -r) : series(turns + n, r);
    }

    /** 32 bits of the table from a bit on. */
    private static long word(int bit) {
        int i = bit >> 5;
        long pair = (long) TWO_OVER_PI_BITS[i] << 32 | TWO_OVER_PI_BITS[i + 1] & 0xFFFFFFFFL;
        return pair >>> 32 - (bit & 31) & 0xFFFFFFFFL;
    }

    /** The sine of {@code r + n pi/2}. */
    private static float series(int n, double r) {
        double z = r * r;
        double p;
        if ((n & 1) == 0) {
            p = 1.0 / 6227020800.0;
            p = p * z - 1.0 / 39916800;
            p = p * z + 1.0 / 362880;
            p = p * z - 1.0 / 5040;
            p = p * z + 1.0 / 120;
            p = p * z - 1.0 / 6;
            p = r + r * z * p;
        } else {
            p = 1.0 / 479001600;
            p = p * z - 1.0 / 3628800;
            p = p * z + 1.0 / 40320;
            p = p * z - 1.0 / 720;
            p = p * z + 1.0 / 24;
            p = p * z - 0.5;
            p = 1 + z * p;
        }
        return (float) ((n & 2) == 0 ? p : -p);
    }
}
