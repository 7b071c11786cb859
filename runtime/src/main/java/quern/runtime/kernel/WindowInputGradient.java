package quern.runtime.kernel;

import java.util.Arrays;
import quern.op.Window;
import quern.op.gradient.ConvInputGradient;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Products;
import quern.runtime.micro.Walk;
import quern.tensor.DType.Storage;
import quern.tensor.Shape;

/**
 * The gradient of a convolution by its input as a convolution: the gradient by its output is staged
 * image by image with zeros around it and, for strides, between its pixels; the filter is packed
 * from its last tap to its first. Each part packs for itself, in every run.
 */
final class WindowInputGradient implements Kernel {
    private final PanelProducts products;
    private final Operand g;
    private final Operand w;
    private final Operand y;
    private final Window rows;
    private final Window columns;
    private final int images;
    private final int outputs;
    private final int inputs;
    private final int groups;
    private final int taps;
    private final int lines;
    private final int line;
    private final int panels;
    private final Walk walk;
    private final Scratch staged;
    private final Scratch packed;

    WindowInputGradient(ConvInputGradient op, Preparation p) {
        Shape gs = p.type(0).shape();
        Shape ws = p.type(1).shape();
        this.products = new PanelProducts(p);
        this.g = p.input(0);
        this.w = p.input(1);
        this.y = p.output();
        this.rows = op.rows(op.size().at(0), ws.dim(1));
        this.columns = op.columns(op.size().at(1), ws.dim(2));
        this.images = gs.dim(0);
        this.groups = op.groups();
        this.outputs = gs.dim(3) / groups;
        this.inputs = ws.dim(3);
        this.lines = rows.input() + (rows.kernel() - 1) * rows.dilation();
        this.line = columns.input() + (columns.kernel() - 1) * columns.dilation();
        this.panels = (inputs + Products.WIDEST - 1) / Products.WIDEST;
        int all = outputs * groups;
        this.taps = rows.kernel() * columns.kernel() * outputs;
        int[] from = new int[rows.input() * columns.input()];
        int[] to = new int[from.length];
        for (int i = 0; i < from.length; i++) {
            from[i] = (i / columns.input() * line + i % columns.input()) * all;
            to[i] = i * inputs * groups;
        }
        int[] places = new int[taps];
        for (int k = 0; k < taps; k++) {
            int tap = k / outputs;
            int row = tap / columns.kernel() * rows.dilation();
            int column = tap % columns.kernel() * columns.dilation();
            places[k] = (row * line + column) * all + k % outputs;
        }
        this.walk = new Walk(from, to, places);
        this.staged = p.workspace().scratch(Storage.FLOAT, Math.multiplyExact(lines * line, all));
        this.packed =
                p.workspace()
                        .scratch(
                                Storage.FLOAT,
                                Math.multiplyExact(taps * groups * panels, Products.WIDEST));
    }

    @Override
    public String name() {
        return "convInputGradientF32";
    }

    @Override
    public int pieces() {
        return images;
    }

    @Override
    public long work() {
        return (long) y.elements() * taps;
    }

    @Override
    public void run(Arena arena, int part, int parts) {
        int last = Split.start(images, part + 1, parts);
        int first = Split.start(images, part, parts);
        if (first == last) {
            return;
        }
        pack(arena, packed.offset(arena, part));
        Arrays.fill(
                arena.floats(),
                staged.offset(arena, part),
                staged.offset(arena, part) + staged.size(),
                0f);
        for (int image = first; image < last; image++) {
            stage(arena, image, staged.offset(arena, part));
            for (int i = 0; i < groups * panels; i++) {
                panel(arena, part, image, i / panels, i % panels);
            }
        }
    }

    private void panel(Arena arena, int part, int image, int group, int panel) {
        int n = Math.min(Products.WIDEST, inputs - panel * Products.WIDEST);
        int at = (group * panels + panel) * taps * Products.WIDEST;
        int to = image * rows.input() * columns.input() * inputs * groups;
        to += group * inputs + panel * Products.WIDEST;
        products.run(
                walk,
                0,
                rows.input() * columns.input(),
                arena.floats(),
                staged.offset(arena, part) + group * outputs,
                arena.floats(),
                packed.offset(arena, part) + at,
                Slab.width(n),
                y.floats(arena),
                y.offset(arena) + to,
                n);
    }

    private void pack(Arena arena, int to) {
        float[] from = w.floats(arena);
        float[] all = arena.floats();
        int area = rows.kernel() * columns.kernel();
        for (int i = 0; i < groups * panels; i++) {
            int first = i % panels * Products.WIDEST;
            int n = Math.min(Products.WIDEST, inputs - first);
            int width = Slab.width(n);
            int at = to + i * taps * Products.WIDEST;
            for (int k = 0; k < taps; k++) {
                int o = i / panels * outputs + k % outputs;
                int tap = area - 1 - k / outputs;
                int source = w.offset(arena) + (o * area + tap) * inputs + first;
                System.arraycopy(from, source, all, at + k * width, n);
                Arrays.fill(all, at + k * width + n, at + (k + 1) * width, 0f);
            }
        }
    }

    /** Puts an image's gradient where its pixels belong; what lies between stays zero. */
    private void stage(Arena arena, int image, int to) {
        int all = outputs * groups;
        int down = (rows.kernel() - 1) * rows.dilation() - rows.before();
        int across = (columns.kernel() - 1) * columns.dilation() - columns.before();
        for (int oh = 0; oh < rows.output(); oh++) {
            int r = oh * rows.stride() + down;
            for (int ow = 0; r >= 0 && r < lines && ow < columns.output(); ow++) {
                int c = ow * columns.stride() + across;
                if (c >= 0 && c < line) {
                    int from = ((image * rows.output() + oh) * columns.output() + ow) * all;
                    System.arraycopy(
                            g.floats(arena),
                            g.offset(arena) + from,
                            arena.floats(),
                            to + (r * line + c) * all,
                            all);
                }
            }
        }
    }
}
