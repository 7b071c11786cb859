package quern.runtime.kernel;

import java.util.Arrays;
import java.util.List;
import quern.fixedpoint.Requantizer;
import quern.op.Window;
import quern.runtime.arena.Arena;
import quern.tensor.DType.Storage;

/**
 * Convolution of S16 codes with constant weights, depthwise and fully connected layers too: for
 * each panel of weights and each output pixel a row of accumulators, then the output stage.
 *
 * <p>Products are added up in int32; where that does not hold all of them, it holds {@link #BLOCK},
 * after which the row is added to one of {@code long}. Taps in the padding add nothing.
 */
final class ConvS16 extends PanelKernel<int[]> {
    /** Products of a 16-bit code and a weight of up to 255 that int32 holds. */
    private static final int BLOCK = 256;

    private final boolean depthwise;
    private final long[] bias;
    private final Requantizer output;
    private final boolean int32;
    private final int block;
    private final Scratch wide;

    /**
     * @param panels of a depthwise convolution with one output channel an input channel, one panel
     *     of all channels
     * @param bias one an output channel
     * @param int32 whether the bias has 32 bits
     * @param fits whether int32 holds every accumulator
     */
    ConvS16(
            String name,
            Preparation p,
            ConvShape shape,
            boolean depthwise,
            List<Panel<int[]>> panels,
            long[] bias,
            Requantizer output,
            boolean int32,
            boolean fits) {
        super(name, shape, panels, p.input(0), p.output());
        this.depthwise = depthwise;
        this.bias = bias;
        this.output = output;
        this.int32 = int32;
        this.block = fits ? Integer.MAX_VALUE : BLOCK;
        p.workspace().accumulators(Storage.INT, Panel.widest(panels));
        this.wide = p.workspace().scratch(Storage.LONG, Panel.widest(panels));
    }

    @Override
    void run(Arena arena, int part, Panel<int[]> panel, int first, int last) {
        for (int pixel = first; pixel < last; pixel++) {
            pixel(arena, part, panel, pixel);
        }
    }

    private void pixel(Arena arena, int part, Panel<int[]> panel, int pixel) {
        Window rows = shape.rows();
        Window columns = shape.columns();
        int[] acc = arena.intRows(part)[0];
        long[] sums = (long[]) arena.slab(Storage.LONG);
        int sum = wide.offset(arena, part);
        Arrays.fill(acc, 0, panel.width(), 0);
        System.arraycopy(bias, panel.start(), sums, sum, panel.width());
        int row = pixel / columns.output();
        int top = rows.at(row % rows.output(), 0);
        int left = columns.at(pixel % columns.output(), 0);
        int image = row / rows.output() * rows.input();
        int used = 0;
        for (int kh = 0; kh < rows.kernel(); kh++) {
            int h = top + kh * rows.dilation();
            for (int kw = columns.firstInside(left); kw < columns.lastInside(left); kw++) {
                if (rows.inside(h)) {
                    int w = left + kw * columns.dilation();
                    int at = ((image + h) * columns.input() + w) * shape.inputChannels();
                    int k = kh * columns.kernel() + kw;
                    used = taps(arena, at, k, panel, acc, used, sums, sum);
                }
            }
        }
        flush(acc, panel.width(), sums, sum);
        short[] out = y.shorts(arena);
        int to = y.offset(arena) + pixel * shape.outputChannels() + panel.start();
        for (int c = 0; c < panel.width(); c++) {
            out[to + c] = (short) output.applyWide(sums[sum + c], panel.start() + c, int32);
        }
    }

    /**
     * Adds the products of one pixel and kernel position; returns how many products the
     * accumulators hold now.
     */
    private int taps(
            Arena arena,
            int pixel,
            int position,
            Panel<int[]> panel,
            int[] acc,
            int held,
            long[] sums,
            int sum) {
        short[] in = x.shorts(arena);
        int used = held;
        if (depthwise) {
            used = room(used, acc, panel.width(), sums, sum);
            lanes(in, x.offset(arena) + pixel, panel.rows()[position], acc, panel.width());
            return used + 1;
        }
        int from = x.offset(arena) + pixel + panel.group() * shape.inputs();
        int k = position * shape.inputs();
        int done = 0;
        while (done < shape.inputs()) {
            used = room(used, acc, panel.width(), sums, sum);
            int n = Math.min(shape.inputs() - done, block - used);
            products(in, from + done, n, panel.rows(), k + done, acc, panel.width());
            used += n;
            done += n;
        }
        return used;
    }

    /** Makes room for at least one product. */
    private int room(int used, int[] acc, int width, long[] sums, int sum) {
        if (used < block) {
            return used;
        }
        flush(acc, width, sums, sum);
        return 0;
    }

    private static void flush(int[] acc, int width, long[] sums, int sum) {
        for (int c = 0; c < width; c++) {
            sums[sum + c] += acc[c];
            acc[c] = 0;
        }
    }

    private static void lanes(short[] in, int from, int[] weights, int[] acc, int n) {
        for (int c = 0; c < n; c++) {
            acc[c] += in[from + c] * weights[c];
        }
    }

    private static void products(
            short[] in, int from, int n, int[][] rows, int k, int[] acc, int width) {
        int i = 0;
        for (; i + 4 <= n; i += 4) {
            int at = from + i;
            four(
                    in[at],
                    rows[k + i],
                    in[at + 1],
                    rows[k + i + 1],
                    in[at + 2],
                    rows[k + i + 2],
                    in[at + 3],
                    rows[k + i + 3],
                    acc,
                    width);
        }
        for (; i < n; i++) {
            int v = in[from + i];
            int[] row = rows[k + i];
            for (int c = 0; c < width; c++) {
                acc[c] += v * row[c];
            }
        }
    }

    private static void four(
            int v0,
            int[] r0,
            int v1,
            int[] r1,
            int v2,
            int[] r2,
            int v3,
            int[] r3,
            int[] acc,
            int n) {
        for (int c = 0; c < n; c++) {
            acc[c] += v0 * r0[c] + v1 * r1[c] + v2 * r2[c] + v3 * r3[c];
        }
    }
}
