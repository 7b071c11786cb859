package quern.runtime.kernel;

import java.util.Arrays;
import quern.numeric.Fma;
import quern.op.Window;
import quern.op.gradient.ConvInputGradient;
import quern.runtime.arena.Arena;
import quern.tensor.DType.Storage;
import quern.tensor.Shape;

/** The gradient of a depthwise convolution by its input, pixel by pixel. */
final class DepthwiseInputGradient implements Kernel {
    private final Operand g;
    private final Operand w;
    private final Operand y;
    private final Window rows;
    private final Window columns;
    private final int images;
    private final int channels;
    private final int outputs;

    DepthwiseInputGradient(ConvInputGradient op, Preparation p) {
        Shape gs = p.type(0).shape();
        Shape ws = p.type(1).shape();
        this.g = p.input(0);
        this.w = p.input(1);
        this.y = p.output();
        this.rows = op.rows(op.size().at(0), ws.dim(1));
        this.columns = op.columns(op.size().at(1), ws.dim(2));
        this.images = gs.dim(0);
        this.outputs = gs.dim(3);
        this.channels = op.size().at(2);
        p.workspace().accumulators(Storage.FLOAT, channels, outputs);
    }

    @Override
    public String name() {
        return "depthwiseInputGradientF32";
    }

    @Override
    public int pieces() {
        return images * rows.input();
    }

    @Override
    public long work() {
        return (long) y.elements() * rows.kernel() * columns.kernel() * (outputs / channels);
    }

    @Override
    public void run(Arena arena, int part, int parts) {
        int last = Split.start(pieces(), part + 1, parts);
        for (int piece = Split.start(pieces(), part, parts); piece < last; piece++) {
            for (int column = 0; column < columns.input(); column++) {
                pixel(arena, part, piece / rows.input(), piece % rows.input(), column);
            }
        }
    }

    private void pixel(Arena arena, int part, int n, int row, int column) {
        float[] acc = arena.floatRows(part)[0];
        float[] zero = arena.floatRows(part)[1];
        Arrays.fill(acc, 0, channels, 0f);
        Arrays.fill(zero, 0, outputs, 0f);
        float[] by = g.floats(arena);
        float[] filter = w.floats(arena);
        int each = outputs / channels;
        for (int tap = rows.kernel() * columns.kernel() - 1; tap >= 0; tap--) {
            int oh = output(rows, row, tap / columns.kernel());
            int ow = output(columns, column, tap % columns.kernel());
            boolean met = oh >= 0 && ow >= 0;
            int at = ((n * rows.output() + oh) * columns.output() + ow) * outputs;
            int from = met ? g.offset(arena) + at : 0;
            float[] source = met ? by : zero;
            int weight = w.offset(arena) + tap * outputs;
            if (each == 1) {
                row(source, from, filter, weight, acc, channels);
            } else {
                for (int o = 0; o < outputs; o++) {
                    int c = o / each;
                    acc[c] = Fma.fma(source[from + o], filter[weight + o], acc[c]);
                }
            }
        }
        int to = ((n * rows.input() + row) * columns.input() + column) * channels;
        System.arraycopy(acc, 0, y.floats(arena), y.offset(arena) + to, channels);
    }

    private static int output(Window w, int i, int k) {
        int at = i + w.before() - k * w.dilation();
        return at < 0 || at % w.stride() != 0 || at / w.stride() >= w.output()
                ? -1
                : at / w.stride();
    }

    private static void row(float[] g, int from, float[] w, int at, float[] acc, int n) {
        for (int c = 0; c < n; c++) {
            acc[c] = Fma.fma(g[from + c], w[at + c], acc[c]);
        }
    }
}
