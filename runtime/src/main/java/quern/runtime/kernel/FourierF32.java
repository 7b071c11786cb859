package quern.runtime.kernel;

import java.util.Arrays;
import quern.numeric.Twiddles;
import quern.op.signal.Rfft2d;
import quern.runtime.arena.Arena;
import quern.tensor.DType.Storage;
import quern.tensor.Shape;

/**
 * Fourier transform of matrices in place, in binary64 scratch: values in bit-reversed order, then
 * butterflies over runs of 2, 4, 8, ... values; first rows, then columns.
 */
final class FourierF32 implements Kernel {
    private final Operand x;
    private final Operand y;
    private final int rows;
    private final int columns;
    private final int height;
    private final int width;
    private final int matrices;
    private final Twiddles across;
    private final Twiddles down;
    private final Scratch scratch;

    FourierF32(Rfft2d op, Preparation p) {
        this.x = p.input(0);
        this.y = p.output();
        Shape shape = x.type().shape();
        this.rows = shape.dim(shape.rank() - 2);
        this.columns = shape.dim(shape.rank() - 1);
        this.height = op.length().at(0);
        this.width = op.length().at(1);
        this.matrices = y.elements() / (height * (width / 2 + 1) * 2);
        this.across = Twiddles.of(width);
        this.down = Twiddles.of(height);
        this.scratch = p.workspace().scratch(Storage.DOUBLE, Math.multiplyExact(2 * height, width));
    }

    @Override
    public String name() {
        return "rfft2dF32";
    }

    @Override
    public int pieces() {
        return matrices;
    }

    @Override
    public long work() {
        return (long) matrices * height * width * 8;
    }

    @Override
    public void run(Arena arena, int part, int parts) {
        double[] z = (double[]) arena.slab(Storage.DOUBLE);
        int re = scratch.offset(arena, part);
        int im = re + height * width;
        int end = Split.start(matrices, part + 1, parts);
        for (int m = Split.start(matrices, part, parts); m < end; m++) {
            load(arena, m, z, re, im);
            for (int h = 0; h < height; h++) {
                butterflies(z, re + h * width, im + h * width, 1, width, across);
            }
            for (int v = 0; v <= width / 2; v++) {
                butterflies(z, re + v, im + v, width, height, down);
            }
            store(arena, m, z, re, im);
        }
    }

    /** Puts a matrix into bit-reversed order. */
    private void load(Arena arena, int m, double[] z, int re, int im) {
        float[] in = x.floats(arena);
        Arrays.fill(z, re, re + height * width, 0);
        Arrays.fill(z, im, im + height * width, 0);
        int from = x.offset(arena) + m * rows * columns;
        for (int h = 0; h < Math.min(rows, height); h++) {
            int line = re + reversed(h, height) * width;
            for (int w = 0; w < Math.min(columns, width); w++) {
                z[line + reversed(w, width)] = in[from + h * columns + w];
            }
        }
    }

    private static int reversed(int i, int n) {
        return n == 1 ? 0 : Integer.reverse(i) >>> Integer.numberOfLeadingZeros(n - 1);
    }

    private static void butterflies(
            double[] z, int re, int im, int stride, int n, Twiddles factors) {
        for (int half = 1; half < n; half *= 2) {
            int step = n / 2 / half;
            for (int first = 0; first < n; first += 2 * half) {
                for (int k = 0; k < half; k++) {
                    double wr = factors.cosines()[k * step];
                    double wi = factors.sines()[k * step];
                    int even = (first + k) * stride;
                    int odd = even + half * stride;
                    double tr = wr * z[re + odd] - wi * z[im + odd];
                    double ti = wr * z[im + odd] + wi * z[re + odd];
                    z[re + odd] = z[re + even] - tr;
                    z[im + odd] = z[im + even] - ti;
                    z[re + even] += tr;
                    z[im + even] += ti;
                }
            }
        }
    }

    private void store(Arena arena, int m, double[] z, int re, int im) {
        float[] out = y.floats(arena);
        int half = width / 2 + 1;
        int to = y.offset(arena) + m * height * half * 2;
        for (int u = 0; u < height; u++) {
            for (int v = 0; v < half; v++) {
                out[to++] = (float) z[re + u * width + v];
                out[to++] = (float) z[im + u * width + v];
            }
        }
    }
}
