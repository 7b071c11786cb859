package quern.numeric;

/**
 * The hyperbolic tangent in binary32, the same bits on every machine: {@code -m / (2 + m)} with
 * {@code m = exp(-2|x|) - 1}, the sign of {@code x} put back. {@code m} is {@code 2^n * p + (2^n -
 * 1)} with the reduction and polynomial of {@link Expf}; the quotient is corrected by its remainder
 * and by what was rounded away from {@code m} and {@code 2 + m}.
 *
 * <p>There is no branch. The error against {@link StrictMath#tanh} is below 1.5 ulp over all
 * floats. NaN gives NaN; zero keeps its sign.
 */
public final class Tanhf {
    /** From here on the result is 1. */
    public static final float HIGHEST = 10f;

    private Tanhf() {}

    /** Returns the hyperbolic tangent of {@code x}. */
    public static float tanh(float x) {
        float y = -2f * Math.min(Math.abs(x), HIGHEST);
        float rounded = Fma.fma(y, Expf.LOG2_E, Expf.ROUND_TO_INT);
        float n = rounded - Expf.ROUND_TO_INT;
        float r = Fma.fma(n, -Expf.LN2_LO, Fma.fma(n, -Expf.LN2_HI, y));
        float p = Fma.fma(r * r, Expf.q(r), r);
        float power = Expf.powerOfTwo(Float.floatToRawIntBits(rounded) - Expf.ROUND_TO_INT_BITS);
        float m = Fma.fma(power, p, power - 1f);
        float mLow = Fma.fma(power, p, (power - 1f) - m);
        float denominator = 2f + m;
        float low = (m - (denominator - 2f)) + mLow;
        float quotient = -m / denominator;
        float remainder = Fma.fma(-quotient, low, Fma.fma(-quotient, denominator, -m) - mLow);
        // 1/(2+m) = (1 + tanh)/2.
        float result = Fma.fma(remainder, 0.5f * (1f + quotient), quotient);
        return Math.copySign(result, x);
    }
}
