package quern.runtime.kernel;

import java.util.Arrays;
import quern.numeric.Fma;
import quern.op.Window;
import quern.op.gradient.ConvFilterGradient;
import quern.runtime.arena.Arena;
import quern.tensor.DType.Storage;
import quern.tensor.Shape;

/**
 * The gradient of a depthwise convolution by its filter. Parts share the taps; each takes all
 * images, one after the other.
 */
final class DepthwiseFilterGradient implements Kernel {
    private static final float[] ZERO = new float[1];

    private final Operand x;
    private final Operand g;
    private final Operand y;
    private final Window rows;
    private final Window columns;
    private final int images;
    private final int channels;
    private final int outputs;
    private final Scratch sums;

    DepthwiseFilterGradient(ConvFilterGradient op, Preparation p) {
        Shape xs = p.type(0).shape();
        this.x = p.input(0);
        this.g = p.input(1);
        this.y = p.output();
        this.rows = op.rows(xs.dim(1), op.kernel().at(0));
        this.columns = op.columns(xs.dim(2), op.kernel().at(1));
        this.images = xs.dim(0);
        this.channels = xs.dim(3);
        this.outputs = p.type(1).shape().dim(3);
        int depth = BatchTree.rows(BatchTree.leaves(images));
        this.sums = p.workspace().scratch(Storage.FLOAT, Math.multiplyExact(outputs, depth));
        p.workspace().accumulators(Storage.FLOAT, outputs);
    }

    @Override
    public String name() {
        return "depthwiseFilterGradientF32";
    }

    @Override
    public int pieces() {
        return rows.kernel() * columns.kernel();
    }

    @Override
    public long work() {
        return (long) y.elements() * images * rows.output() * columns.output();
    }

    @Override
    public void run(Arena arena, int part, int parts) {
        int last = Split.start(pieces(), part + 1, parts);
        int at = sums.offset(arena, part);
        float[] all = arena.floats();
        for (int tap = Split.start(pieces(), part, parts); tap < last; tap++) {
            int leaves = BatchTree.leaves(images);
            for (int n = 0; n < leaves; n++) {
                float[] acc = arena.floatRows(part)[0];
                Arrays.fill(acc, 0, outputs, 0f);
                if (n < images) {
                    image(arena, acc, tap, n);
                }
                System.arraycopy(acc, 0, all, at, outputs);
                BatchTree.add(all, at, outputs, n);
            }
            System.arraycopy(all, at, y.floats(arena), y.offset(arena) + tap * outputs, outputs);
        }
    }

    private void image(Arena arena, float[] acc, int tap, int n) {
        float[] in = x.floats(arena);
        float[] by = g.floats(arena);
        for (int oh = 0; oh < rows.output(); oh++) {
            int h = rows.at(oh, tap / columns.kernel());
            for (int ow = 0; ow < columns.output(); ow++) {
                int w = columns.at(ow, tap % columns.kernel());
                int to = ((n * rows.output() + oh) * columns.output() + ow) * outputs;
                to += g.offset(arena);
                if (!rows.inside(h) || !columns.inside(w)) {
                    row(ZERO, 0, 0, outputs, by, to, acc);
                    continue;
                }
                int from = ((n * rows.input() + h) * columns.input() + w) * channels;
                from += x.offset(arena);
                if (channels == outputs) {
                    row(in, from, by, to, acc, outputs);
                } else {
                    row(in, from, 1, outputs / channels, by, to, acc);
                }
            }
        }
    }

    private static void row(float[] x, int from, float[] g, int to, float[] acc, int n) {
        for (int c = 0; c < n; c++) {
            acc[c] = Fma.fma(x[from + c], g[to + c], acc[c]);
        }
    }

    /** Some output channels to each input channel; a step of 0 stays at one number. */
    private void row(float[] x, int from, int step, int each, float[] g, int to, float[] acc) {
        for (int c = 0; c < outputs; c++) {
            acc[c] = Fma.fma(x[from + c / each * step], g[to + c], acc[c]);
        }
    }
}
