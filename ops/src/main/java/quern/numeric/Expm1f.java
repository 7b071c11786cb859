package quern.numeric;

/**
 * The exponential function minus one in binary32, the same bits on every machine: computed in
 * binary64 and rounded once.
 *
 * <p>The error against {@link StrictMath#expm1} is below 0.51 ulp over all floats. NaN gives NaN,
 * zero keeps its sign.
 */
public final class Expm1f {
    private Expm1f() {}

    /** Returns {@code e^x - 1}. */
    public static float expm1(float x) {
        return x == 0 ? x : (float) Wide.expMinusOne(x);
    }
}
