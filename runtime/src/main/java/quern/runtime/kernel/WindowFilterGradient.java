package quern.runtime.kernel;

import java.util.Arrays;
import quern.op.Window;
import quern.op.gradient.ConvFilterGradient;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Products;
import quern.runtime.micro.Walk;
import quern.tensor.DType.Storage;
import quern.tensor.Shape;

/**
 * The gradient of a convolution by its filter as products over windows: an element of the filter is
 * a pixel, an output pixel a tap, and the gradient by the output the panel of weights. Parts share
 * the elements of the filter; each takes all images, one after the other.
 */
final class WindowFilterGradient implements Kernel {
    private final PanelProducts products;
    private final Operand x;
    private final Operand g;
    private final Operand y;
    private final Window rows;
    private final Window columns;
    private final int images;
    private final int groups;
    private final int outputs;
    private final int inputs;
    private final int lines;
    private final int line;
    private final int elements;
    private final boolean padded;
    private final Walk walk;
    private final Scratch staged;
    private final Scratch packed;
    private final Scratch sums;

    WindowFilterGradient(ConvFilterGradient op, Preparation p) {
        Shape xs = p.type(0).shape();
        this.products = new PanelProducts(p);
        this.x = p.input(0);
        this.g = p.input(1);
        this.y = p.output();
        this.rows = op.rows(xs.dim(1), op.kernel().at(0));
        this.columns = op.columns(xs.dim(2), op.kernel().at(1));
        this.images = xs.dim(0);
        this.groups = op.groups();
        this.inputs = xs.dim(3) / groups;
        this.outputs = p.type(1).shape().dim(3) / groups;
        this.padded = rows.padded() || columns.padded();
        this.lines = padded ? span(rows) : rows.input();
        this.line = padded ? span(columns) : columns.input();
        int channels = xs.dim(3);
        this.elements = rows.kernel() * columns.kernel() * inputs;
        int[] from = new int[elements];
        int[] to = new int[elements];
        for (int k = 0; k < elements; k++) {
            int tap = k / inputs;
            int row = tap / columns.kernel() * rows.dilation();
            int column = tap % columns.kernel() * columns.dilation();
            from[k] = (row * line + column) * channels + k % inputs;
            to[k] = k * outputs;
        }
        int[] taps = new int[rows.output() * columns.output()];
        for (int t = 0; t < taps.length; t++) {
            int row = t / columns.output() * rows.stride();
            int column = t % columns.output() * columns.stride();
            taps[t] = (row * line + column) * channels;
        }
        this.walk = new Walk(from, to, taps);
        int image = padded ? Math.multiplyExact(lines * line, channels) : 0;
        this.staged = p.workspace().scratch(Storage.FLOAT, image);
        this.packed =
                p.workspace()
                        .scratch(Storage.FLOAT, Math.multiplyExact(taps.length, Products.WIDEST));
        int depth = BatchTree.rows(BatchTree.leaves(images));
        this.sums =
                p.workspace().scratch(Storage.FLOAT, Math.multiplyExact(elements * outputs, depth));
    }

    private static int span(Window w) {
        return (w.output() - 1) * w.stride() + (w.kernel() - 1) * w.dilation() + 1;
    }

    @Override
    public String name() {
        return "convFilterGradientF32";
    }

    @Override
    public int pieces() {
        return elements;
    }

    @Override
    public long work() {
        return (long) y.elements() * images * rows.output() * columns.output();
    }

    @Override
    public void run(Arena arena, int part, int parts) {
        int first = Split.start(elements, part, parts);
        int count = Split.start(elements, part + 1, parts) - first;
        int size = count * outputs;
        int at = sums.offset(arena, part);
        float[] all = arena.floats();
        for (int group = 0; count > 0 && group < groups; group++) {
            int leaves = BatchTree.leaves(images);
            for (int n = 0; n < leaves; n++) {
                if (n < images) {
                    image(arena, part, n, group, first, count);
                } else {
                    Arrays.fill(all, at, at + size, 0f);
                }
                BatchTree.add(all, at, size, n);
            }
            store(arena, at, group, first, count);
        }
        if (images == 0 && count > 0) {
            Arrays.fill(y.floats(arena), y.offset(arena), y.offset(arena) + y.elements(), 0f);
        }
    }

    /** The sum, which stands in row 0, to output channels first. */
    private void store(Arena arena, int at, int group, int first, int count) {
        float[] all = arena.floats();
        float[] out = y.floats(arena);
        for (int o = 0; o < outputs; o++) {
            int to = y.offset(arena) + (group * outputs + o) * elements + first;
            for (int k = 0; k < count; k++) {
                out[to + k] = all[at + k * outputs + o];
            }
        }
    }

    private void image(Arena arena, int part, int n, int group, int first, int count) {
        int channels = inputs * groups;
        float[] from = x.floats(arena);
        int at = x.offset(arena) + n * rows.input() * columns.input() * channels;
        if (padded) {
            if (group == 0 || groups > 1) {
                stage(arena, at, staged.offset(arena, part));
            }
            from = arena.floats();
            at = staged.offset(arena, part);
        }
        int pixels = rows.output() * columns.output();
        int source = g.offset(arena) + n * pixels * outputs * groups + group * outputs;
        int target = sums.offset(arena, part) - first * outputs;
        for (int o = 0; o < outputs; o += Products.WIDEST) {
            int width = Math.min(Products.WIDEST, outputs - o);
            boolean ready = width == outputs && groups == 1 && Slab.width(width) == width;
            int w = source;
            if (!ready) {
                w = packed.offset(arena, part);
                pack(arena, source + o, w, width);
            }
            products.run(
                    walk,
                    first,
                    count,
                    from,
                    at + group * inputs,
                    ready ? g.floats(arena) : arena.floats(),
                    w,
                    Slab.width(width),
                    arena.floats(),
                    target + o,
                    width);
        }
    }

    private void pack(Arena arena, int from, int to, int n) {
        int width = Slab.width(n);
        float[] all = arena.floats();
        float[] in = g.floats(arena);
        int step = outputs * groups;
        for (int t = 0; t < rows.output() * columns.output(); t++) {
            System.arraycopy(in, from + t * step, all, to + t * width, n);
            Arrays.fill(all, to + t * width + n, to + (t + 1) * width, 0f);
        }
    }

    private void stage(Arena arena, int from, int to) {
        int channels = inputs * groups;
        int left = columns.before();
        int copied = Math.max(0, Math.min(columns.input(), line - left));
        float[] all = arena.floats();
        for (int r = 0; r < lines; r++) {
            int at = to + r * line * channels;
            int h = r - rows.before();
            if (!rows.inside(h)) {
                Arrays.fill(all, at, at + line * channels, 0f);
                continue;
            }
            int start = Math.min(left, line);
            Arrays.fill(all, at, at + start * channels, 0f);
            System.arraycopy(
                    x.floats(arena),
                    from + h * columns.input() * channels,
                    all,
                    at + start * channels,
                    copied * channels);
            Arrays.fill(all, at + (start + copied) * channels, at + line * channels, 0f);
        }
    }
}
