package quern.numeric;

/**
 * The logistic function {@code 1 / (1 + exp(-x))} in binary32, the same bits on every machine. With
 * {@code e = exp(-|x|)} from {@link Expf} it is {@code 1/(1+e)} or, for negative x, {@code
 * e/(1+e)}; the quotient is corrected by its remainder and by what was rounded away from {@code
 * 1+e}.
 *
 * <p>The error against the same formula in binary64 is below 1.5 ulp over all floats. NaN gives
 * NaN; results below the normal range are subnormals or 0.
 */
public final class Sigmoidf {
    private Sigmoidf() {}

    /** Returns the logistic function of {@code x}. */
    public static float sigmoid(float x) {
        float e = Expf.exp(-Math.abs(x));
        float denominator = 1f + e;
        float low = e - (denominator - 1f);
        float numerator = x >= 0 ? 1f : e;
        float y = numerator / denominator;
        float remainder = Fma.fma(-y, low, Fma.fma(-y, denominator, numerator));
        // 1/denominator to first order.
        float reciprocal = x >= 0 ? y : 1f - y;
        return Fma.fma(remainder, reciprocal, y);
    }
}
