package quern.runtime.kernel;

import java.util.Arrays;
import quern.op.Window;
import quern.op.gradient.MaxPoolGradient;
import quern.runtime.arena.Arena;
import quern.tensor.Shape;

/** The gradient of a maximum pooling, image by image. */
final class MaxPoolGradientF32 implements Kernel {
    private final Operand x;
    private final Operand g;
    private final Operand y;
    private final Window rows;
    private final Window columns;
    private final int images;
    private final int channels;

    MaxPoolGradientF32(MaxPoolGradient op, Preparation p) {
        Shape xs = p.type(0).shape();
        this.x = p.input(0);
        this.g = p.input(1);
        this.y = p.output();
        this.rows = op.rows(xs.dim(1));
        this.columns = op.columns(xs.dim(2));
        this.images = xs.dim(0);
        this.channels = xs.dim(3);
    }

    @Override
    public String name() {
        return "maxPoolGradientF32";
    }

    @Override
    public int pieces() {
        return images;
    }

    @Override
    public long work() {
        return (long) g.elements() * rows.kernel() * columns.kernel();
    }

    @Override
    public void run(Arena arena, int part, int parts) {
        int last = Split.start(images, part + 1, parts);
        int size = rows.input() * columns.input() * channels;
        for (int n = Split.start(images, part, parts); n < last; n++) {
            int to = y.offset(arena) + n * size;
            Arrays.fill(y.floats(arena), to, to + size, 0f);
            int from = g.offset(arena) + n * rows.output() * columns.output() * channels;
            for (int oh = 0; oh < rows.output(); oh++) {
                for (int ow = 0; ow < columns.output(); ow++) {
                    pixel(arena, x.offset(arena) + n * size, to, from, oh, ow);
                    from += channels;
                }
            }
        }
    }

    private void pixel(Arena arena, int in, int to, int from, int oh, int ow) {
        float[] values = x.floats(arena);
        float[] by = g.floats(arena);
        float[] out = y.floats(arena);
        int top = rows.firstInside(rows.at(oh, 0));
        int bottom = rows.lastInside(rows.at(oh, 0));
        int left = columns.firstInside(columns.at(ow, 0));
        int right = columns.lastInside(columns.at(ow, 0));
        if (top >= bottom || left >= right) {
            return;
        }
        int first = (rows.at(oh, top) * columns.input() + columns.at(ow, left)) * channels;
        for (int c = 0; c < channels; c++) {
            int best = first + c;
            for (int kh = top; kh < bottom; kh++) {
                int line = rows.at(oh, kh) * columns.input();
                for (int kw = left; kw < right; kw++) {
                    int place = (line + columns.at(ow, kw)) * channels + c;
                    best = values[in + place] > values[in + best] ? place : best;
                }
            }
            out[to + best] += by[from + c];
        }
    }
}
