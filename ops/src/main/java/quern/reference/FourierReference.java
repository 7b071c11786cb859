package quern.reference;

import quern.numeric.Twiddles;
import quern.op.signal.ComplexAbs;
import quern.op.signal.Imag;
import quern.op.signal.Real;
import quern.op.signal.Rfft2d;
import quern.tensor.Shape;
import quern.tensor.Tensor;

/**
 * Fourier transform of matrices in binary64: each row, then each column, rounded to binary32 at the
 * end.
 *
 * <p>A transform of n values is {@code E[k] + t}, and {@code E[k] - t} at {@code k + n/2}, with
 * {@code t = w[k] * O[k]}, from the transforms E and O of the values of even and odd place; {@code
 * t} is {@code (wr*Or - wi*Oi, wr*Oi + wi*Or)} with each operation rounded. The factors w are
 * {@link Twiddles}.
 */
final class FourierReference {
    private FourierReference() {}

    static void rfft2d(Rfft2d op, KernelContext c) {
        Tensor x = c.input(0);
        Shape shape = x.shape();
        int rows = shape.dim(shape.rank() - 2);
        int columns = shape.dim(shape.rank() - 1);
        int height = op.length().at(0);
        int width = op.length().at(1);
        int half = width / 2 + 1;
        Twiddles across = Twiddles.of(width);
        Twiddles down = Twiddles.of(height);
        int matrices = c.output().elements() / (height * half * 2);
        for (int m = 0; m < matrices; m++) {
            double[][][] spectra = new double[height][][];
            for (int h = 0; h < height; h++) {
                double[] re = new double[width];
                for (int w = 0; h < rows && w < Math.min(width, columns); w++) {
                    re[w] = x.real((m * rows + h) * columns + w);
                }
                spectra[h] = transform(re, new double[width], across);
            }
            for (int v = 0; v < half; v++) {
                double[] re = new double[height];
                double[] im = new double[height];
                for (int h = 0; h < height; h++) {
                    re[h] = spectra[h][0][v];
                    im[h] = spectra[h][1][v];
                }
                double[][] y = transform(re, im, down);
                for (int u = 0; u < height; u++) {
                    int at = ((m * height + u) * half + v) * 2;
                    c.output().setReal(at, (float) y[0][u]);
                    c.output().setReal(at + 1, (float) y[1][u]);
                }
            }
        }
    }

    /** Real and imaginary parts of the transform. */
    private static double[][] transform(double[] re, double[] im, Twiddles w) {
        int n = re.length;
        if (n == 1) {
            return new double[][] {re, im};
        }
        int half = n / 2;
        double[][] even = transform(every(re, 0), every(im, 0), w);
        double[][] odd = transform(every(re, 1), every(im, 1), w);
        int step = w.cosines().length / half;
        double[][] y = new double[2][n];
        for (int k = 0; k < half; k++) {
            double wr = w.cosines()[k * step];
            double wi = w.sines()[k * step];
            double tr = wr * odd[0][k] - wi * odd[1][k];
            double ti = wr * odd[1][k] + wi * odd[0][k];
            y[0][k] = even[0][k] + tr;
            y[1][k] = even[1][k] + ti;
            y[0][k + half] = even[0][k] - tr;
            y[1][k + half] = even[1][k] - ti;
        }
        return y;
    }

    private static double[] every(double[] x, int first) {
        double[] half = new double[x.length / 2];
        for (int i = 0; i < half.length; i++) {
            half[i] = x[2 * i + first];
        }
        return half;
    }

    static void abs(ComplexAbs op, KernelContext c) {
        Tensor x = c.input(0);
        for (int i = 0; i < c.output().elements(); i++) {
            c.output().setReal(i, abs(x.real(2 * i), x.real(2 * i + 1)));
        }
    }

    private static float abs(float re, float im) {
        if (Float.isInfinite(re) || Float.isInfinite(im)) {
            return Float.POSITIVE_INFINITY;
        }
        return (float) Math.sqrt((double) re * re + (double) im * im);
    }

    static void real(Real op, KernelContext c) {
        part(c, 0);
    }

    static void imag(Imag op, KernelContext c) {
        part(c, 1);
    }

    private static void part(KernelContext c, int part) {
        for (int i = 0; i < c.output().elements(); i++) {
            c.output().setReal(i, c.input(0).real(2 * i + part));
        }
    }
}
