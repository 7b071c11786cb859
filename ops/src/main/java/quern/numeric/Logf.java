package quern.numeric;

/**
 * The natural logarithm in binary32, the same bits on every machine. With {@code x = 2^n * (1 + f)}
 * and {@code sqrt(1/2) <= 1 + f < sqrt(2)}, the result is {@code n ln 2 + f - f^2/2 + f^3 * p(f)};
 * {@code p} is a minimax polynomial of degree 8.
 *
 * <p>The error against {@link StrictMath#log} is below 0.81 ulp over all floats. Zero of either
 * sign gives negative infinity, negative numbers and NaN give NaN, subnormals are handled.
 */
public final class Logf {
    /** The raw bits of the float nearest to sqrt(1/2). */
    public static final int SQRT_HALF_BITS = 0x3F3504F3;

    /** The coefficients of {@code p}, of f^0 to f^8. */
    public static final float P0 = 0.33333313f;

    public static final float P1 = -0.25000012f;
    public static final float P2 = 0.20002069f;
    public static final float P3 = -0.16667871f;
    public static final float P4 = 0.14220361f;
    public static final float P5 = -0.12407833f;
    public static final float P6 = 0.11884834f;
    public static final float P7 = -0.116627626f;
    public static final float P8 = 0.067388326f;

    private static final float TWO_TO_23 = 8388608f;

    private Logf() {}

    /** Returns the natural logarithm of {@code x}. */
    public static float log(float x) {
        boolean subnormal = x < Float.MIN_NORMAL;
        int bits = Float.floatToRawIntBits(subnormal ? x * TWO_TO_23 : x);
        int exponent = (bits - SQRT_HALF_BITS) >> 23;
        float f = Float.intBitsToFloat(bits - (exponent << 23)) - 1f;
        float n = exponent - (subnormal ? 23 : 0);
        float square = f * f;
        float y = Fma.fma(n, Expf.LN2_LO, f * square * p(f));
        y = f + Fma.fma(-0.5f, square, y);
        y = Fma.fma(n, Expf.LN2_HI, y);
        if (x > 0) {
            return x < Float.POSITIVE_INFINITY ? y : x;
        }
        return x == 0 ? Float.NEGATIVE_INFINITY : Float.NaN;
    }

    private static float p(float f) {
        float p = Fma.fma(P8, f, P7);
        p = Fma.fma(p, f, P6);
        p = Fma.fma(p, f, P5);
        p = Fma.fma(p, f, P4);
        p = Fma.fma(p, f, P3);
        p = Fma.fma(p, f, P2);
        p = Fma.fma(p, f, P1);
        return Fma.fma(p, f, P0);
    }
}
