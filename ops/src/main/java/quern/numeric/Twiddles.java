package quern.numeric;

/**
 * The factors of a radix-2 Fourier transform of n values in binary64: {@code exp(-2 pi i k / n)}
 * for {@code 0 <= k < n / 2}, from {@link StrictMath}, whose results are the same on every JVM. The
 * factors of a transform of {@code n / m} values are every m-th of them.
 *
 * @param cosines the real parts
 * @param sines the imaginary parts
 */
public record Twiddles(double[] cosines, double[] sines) {
    /** The factors of a transform of {@code n} values, a power of two. */
    public static Twiddles of(int n) {
        double[] cosines = new double[n / 2];
        double[] sines = new double[n / 2];
        for (int k = 0; k < n / 2; k++) {
            double angle = -2 * Math.PI * k / n;
            cosines[k] = StrictMath.cos(angle);
            sines[k] = StrictMath.sin(angle);
        }
        return new Twiddles(cosines, sines);
    }
}
