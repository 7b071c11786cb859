package quern.numeric;

/**
 * The exponential function in binary32, the same bits on every machine. With {@code n} the integer
 * nearest to {@code x / ln 2} and {@code r = x - n ln 2}, the result is {@code 2^n * (1 + r + r^2 *
 * q(r))}; {@code q} is a minimax polynomial of degree 4 for {@code |r| <= ln(2)/2}.
 *
 * <p>There is no branch, so that vector code can do the same steps; it takes the constants from
 * here. The error against {@link StrictMath#exp} is below 0.78 ulp over all floats. NaN gives NaN,
 * overflow gives infinity, results below the normal range are rounded to subnormals or 0.
 */
public final class Expf {
    /** Below {@link #LOWEST} the result is 0, above {@link #HIGHEST} infinite. */
    public static final float LOWEST = -104f;

    public static final float HIGHEST = 89f;

    /** Adding 1.5 * 2^23 leaves the nearest integer, ties to even, in the low bits. */
    public static final float ROUND_TO_INT = 12582912f;

    /** The raw bits of {@link #ROUND_TO_INT}. */
    public static final int ROUND_TO_INT_BITS = 0x4B400000;

    public static final float LOG2_E = 1.442695f;

    /** ln 2 as the sum of two floats. */
    public static final float LN2_HI = 0.6931472f;

    public static final float LN2_LO = -1.9046542e-9f;

    /** The coefficients of {@code q}, of r^0 to r^4. */
    public static final float Q0 = 0.49999994f;

    public static final float Q1 = 0.16666521f;
    public static final float Q2 = 0.041668266f;
    public static final float Q3 = 0.008368673f;
    public static final float Q4 = 0.0013820603f;

    private Expf() {}

    /** Returns e to the power of {@code x}. */
    public static float exp(float x) {
        float limited = Math.min(Math.max(x, LOWEST), HIGHEST);
        float rounded = Fma.fma(limited, LOG2_E, ROUND_TO_INT);
        float n = rounded - ROUND_TO_INT;
        // The first product cancels exactly; what the second rounds away is kept in rLow.
        float exact = Fma.fma(n, -LN2_HI, limited);
        float r = Fma.fma(n, -LN2_LO, exact);
        float rLow = Fma.fma(n, -LN2_LO, exact - r);
        float high = 1f + r;
        float low = r - (high - 1f);
        float y = high + (Fma.fma(r * r, q(r), rLow) + low);
        // Two steps: 2^n itself may be outside the normal range.
        int exponent = Float.floatToRawIntBits(rounded) - ROUND_TO_INT_BITS;
        int half = exponent >> 1;
        return y * powerOfTwo(half) * powerOfTwo(exponent - half);
    }

    static float q(float r) {
        float q = Fma.fma(Q4, r, Q3);
        q = Fma.fma(q, r, Q2);
        q = Fma.fma(q, r, Q1);
        return Fma.fma(q, r, Q0);
    }

    /** Returns {@code 2^exponent}, exponent -126 to 127. */
    static float powerOfTwo(int exponent) {
        return Float.intBitsToFloat((exponent + 127) << 23);
    }
}
