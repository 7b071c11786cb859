package quern.runtime.kernel;

import java.util.Arrays;
import quern.op.Activation;
import quern.op.Window;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Products;
import quern.runtime.micro.Walk;
import quern.tensor.DType.Storage;

/**
 * Convolutions of float32 numbers whose weights come in while the graph runs, as in training: each
 * part packs the weights for itself, then goes over its images, of which what lies in the padding
 * is staged.
 */
final class WindowVariableF32 implements Kernel {
    private final String name;
    private final Products products;
    private final ConvShape shape;
    private final Operand x;
    private final Operand w;
    private final Operand bias;
    private final Operand y;
    private final Activation activation;
    private final int lines;
    private final int line;
    private final boolean padded;
    private final int panels;
    private final Walk walk;
    private final Scratch staged;
    private final Scratch packed;
    private final Scratch biases;

    WindowVariableF32(
            String name, Preparation p, Products products, ConvShape shape, Activation activation) {
        this.name = name;
        this.products = products;
        this.shape = shape;
        this.x = p.input(0);
        this.w = p.input(1);
        this.bias = p.has(2) ? p.input(2) : null;
        this.y = p.output();
        this.activation = activation;
        Window rows = shape.rows();
        Window columns = shape.columns();
        this.padded = rows.padded() || columns.padded();
        this.lines = padded ? span(rows) : rows.input();
        this.line = padded ? span(columns) : columns.input();
        this.panels = (shape.outputs() + Products.WIDEST - 1) / Products.WIDEST;
        int channels = shape.inputChannels();
        int[] from = new int[rows.output() * columns.output()];
        int[] to = new int[from.length];
        for (int i = 0; i < from.length; i++) {
            int row = i / columns.output() * rows.stride();
            int column = i % columns.output() * columns.stride();
            from[i] = (row * line + column) * channels;
            to[i] = i * shape.outputChannels();
        }
        int[] taps = new int[shape.taps()];
        for (int k = 0; k < taps.length; k++) {
            int tap = k / shape.inputs();
            int row = tap / columns.kernel() * rows.dilation();
            int column = tap % columns.kernel() * columns.dilation();
            taps[k] = (row * line + column) * channels + k % shape.inputs();
        }
        this.walk = new Walk(from, to, taps);
        int image = padded ? Math.multiplyExact(lines * line, channels) : 0;
        int slabs = shape.groups() * panels;
        this.staged = p.workspace().scratch(Storage.FLOAT, image);
        this.packed =
                p.workspace()
                        .scratch(
                                Storage.FLOAT,
                                Math.multiplyExact(shape.taps() * slabs, Products.WIDEST));
        this.biases = p.workspace().scratch(Storage.FLOAT, slabs * Products.WIDEST);
    }

    private static int span(Window w) {
        return (w.output() - 1) * w.stride() + (w.kernel() - 1) * w.dilation() + 1;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int pieces() {
        return shape.images();
    }

    @Override
    public long work() {
        return shape.macs();
    }

    @Override
    public void run(Arena arena, int part, int parts) {
        int first = Split.start(shape.images(), part, parts);
        int last = Split.start(shape.images(), part + 1, parts);
        if (first == last) {
            return;
        }
        for (int i = 0; i < shape.groups() * panels; i++) {
            pack(arena, part, i);
        }
        int in = shape.rows().input() * shape.columns().input() * shape.inputChannels();
        for (int image = first; image < last; image++) {
            float[] from = x.floats(arena);
            int at = x.offset(arena) + image * in;
            if (padded) {
                stage(arena, at, staged.offset(arena, part));
                from = arena.floats();
                at = staged.offset(arena, part);
            }
            for (int i = 0; i < shape.groups() * panels; i++) {
                panel(arena, part, image, i, from, at);
            }
        }
    }

    private void panel(Arena arena, int part, int image, int slab, float[] from, int at) {
        int group = slab / panels;
        int o = slab % panels * Products.WIDEST;
        int n = Math.min(Products.WIDEST, shape.outputs() - o);
        int pixels = walk.from().length;
        products.gemmF32(
                walk,
                0,
                pixels,
                from,
                at + group * shape.inputs(),
                arena.floats(),
                packed.offset(arena, part) + slab * shape.taps() * Products.WIDEST,
                Slab.width(n),
                arena.floats(),
                biases.offset(arena, part) + slab * Products.WIDEST,
                activation.min(),
                activation.max(),
                y.floats(arena),
                y.offset(arena)
                        + image * pixels * shape.outputChannels()
                        + group * shape.outputs()
                        + o,
                n);
    }

    private void pack(Arena arena, int part, int slab) {
        int o = slab % panels * Products.WIDEST;
        int n = Math.min(Products.WIDEST, shape.outputs() - o);
        int channel = slab / panels * shape.outputs() + o;
        int width = Slab.width(n);
        int to = packed.offset(arena, part) + slab * shape.taps() * Products.WIDEST;
        float[] all = arena.floats();
        int from = w.offset(arena) + channel * shape.taps();
        Transposition.rowsToColumns(w.floats(arena), from, shape.taps(), n, all, to, width);
        for (int k = 0; n < width && k < shape.taps(); k++) {
            Arrays.fill(all, to + k * width + n, to + (k + 1) * width, 0f);
        }
        int at = biases.offset(arena, part) + slab * Products.WIDEST;
        Arrays.fill(all, at, at + Products.WIDEST, 0f);
        if (bias != null) {
            System.arraycopy(bias.floats(arena), bias.offset(arena) + channel, all, at, n);
        }
    }

    private void stage(Arena arena, int from, int to) {
        Window rows = shape.rows();
        Window columns = shape.columns();
        int channels = shape.inputChannels();
        int start = Math.min(columns.before(), line);
        int copied = Math.max(0, Math.min(columns.input(), line - start));
        float[] all = arena.floats();
        for (int r = 0; r < lines; r++) {
            int at = to + r * line * channels;
            int h = r - rows.before();
            if (!rows.inside(h)) {
                Arrays.fill(all, at, at + line * channels, 0f);
                continue;
            }
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
