package quern.numeric;

/**
 * The error function and the Gaussian error linear unit in binary32, the same bits on every
 * machine. Both come from {@code erfc(z) = exp(-z^2) P((z - 3) / (z + 3))} for {@code z >= 0} in
 * binary64, {@code P} a polynomial of degree 12 with a relative error below 10^-10, and are rounded
 * once; near zero the error function is a series.
 *
 * <p>The errors are below 0.51 ulp over all floats. NaN gives NaN.
 */
public final class Erff {
    private static final double SQRT_HALF = 0x1.6a09e667f3bcdp-1;
    private static final double TWO_OVER_SQRT_PI = 0x1.20dd750429b6dp+0;

    /** From here on exp(-z^2) is nothing to binary32. */
    private static final double LARGEST = 11;

    private Erff() {}

    /** Returns {@code 2/sqrt(pi)} times the integral of {@code exp(-t^2)} from 0 to {@code x}. */
    public static float erf(float x) {
        double z = Math.abs(x);
        if (z < 0.5) {
            return (float) (x * TWO_OVER_SQRT_PI * series((double) x * x));
        }
        return Math.copySign((float) (1 - erfc(z)), x);
    }

    /**
     * Returns {@code x (1 + erf(x / sqrt(2))) / 2}, {@code x} times the probability that a standard
     * normal variable is below {@code x}; NaN for negative infinity.
     */
    public static float gelu(float x) {
        double z = Math.abs(x) * SQRT_HALF;
        double tail = 0.5 * erfc(z);
        return (float) (x < 0 ? x * tail : x * (1 - tail));
    }

    /** {@code 1 - erf(z)} for {@code z >= 0}. */
    private static double erfc(double z) {
        if (!(z < LARGEST)) {
            return z == z ? 0 : z;
        }
        double t = (z - 3) / (z + 3);
        double p = -6.4874780596321604e-06;
        p = p * t - 9.11209139392257e-06;
        p = p * t + 6.397195840480883e-05;
        p = p * t + 4.280791639455006e-05;
        p = p * t - 0.0005974504248549359;
        p = p * t + 0.0007084984279246008;
        p = p * t + 0.004269286081396491;
        p = p * t - 0.024392613816269816;
        p = p * t + 0.07166581771107768;
        p = p * t - 0.15011592867108536;
        p = p * t + 0.24560380251840966;
        p = p * t - 0.3262335602049839;
        p = p * t + 0.17900115117673246;
        return Wide.exp(-z * z) * p;
    }

    /** {@code 1 - z/3 + z^2/(5*2!) - z^3/(7*3!) + ...} for {@code z < 1/4}. */
    private static double series(double z) {
        double p = -1.0 / 75600;
        p = p * z + 1.0 / 9360;
        p = p * z - 1.0 / 1320;
        p = p * z + 1.0 / 216;
        p = p * z - 1.0 / 42;
        p = p * z + 1.0 / 10;
        p = p * z - 1.0 / 3;
        return 1 + z * p;
    }
}
