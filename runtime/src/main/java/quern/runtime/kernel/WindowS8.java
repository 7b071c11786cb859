package quern.runtime.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Products;
import quern.runtime.micro.Walk;
import quern.tensor.DType.Storage;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Windows over 8-bit codes, some neighbouring codes at a time. Taps in the padding read the zero
 * point. Codes are multiplied as they are, the zero point's share is part of the bias.
 */
final class WindowS8 implements WindowKernel.Lanes, Blocks.Stage {
    private static final int SIGN = 0x80;

    private final Products products;
    private final Operand x;
    private final Walk walk;
    private final Scratch staged;
    private final byte pad;
    private final int flip;
    private final int inputs;
    private final List<Slab> slabs;
    private final byte[][] weights;
    private final int[][] biases;
    private final CodeRows rows;

    /** Neighbouring taps that are multiplied at one time: the first, and how many. */
    private record Group(int tap, int count) {}

    /** Weights of each panel as they are multiplied, and for each channel their sum. */
    private record Packed(byte[][] weights, int[][] sums) {}

    /** What these depend on besides the weights. */
    private record Form(TensorType type, int offset, int groups, int taps, int run) {}

    private WindowS8(
            Preparation p,
            Products products,
            Blocks blocks,
            Packed packed,
            int[] bias,
            Requantization output) {
        int[] taps = blocks.taps();
        this.products = products;
        this.x = p.input(0);
        this.walk =
                blocks.walk(groups(blocks.shape()).stream().mapToInt(g -> taps[g.tap()]).toArray());
        int room = blocks.staged() ? blocks.stagedElements() + Products.GROUP : 0;
        this.staged = p.workspace().scratch(Storage.BYTE, room);
        this.pad = (byte) x.type().zeroPoint(0);
        this.flip = x.type().dtype().isSigned() ? SIGN : 0;
        this.inputs = blocks.shape().inputs();
        this.slabs = Slab.of(blocks.shape());
        this.weights = packed.weights();
        this.biases = new int[slabs.size()][];
        for (int i = 0; i < biases.length; i++) {
            biases[i] = biases(slabs.get(i), packed.sums()[i], bias);
        }
        this.rows = new CodeRows(p, output, bias, walk, Products.WIDEST);
    }

    /** The kernel, unless a weight without its zero point is no signed byte. */
    static Optional<Kernel> conv(
            String name,
            Preparation p,
            Products products,
            ConvShape shape,
            int[] bias,
            Requantization output) {
        Tensor w = p.input(1).constant();
        Form form = new Form(w.type(), w.offset(), shape.groups(), shape.taps(), run(shape));
        Optional<Packed> packed = p.workspace().packs().get(w, form, () -> pack(shape, w));
        boolean whole = groups(shape).stream().allMatch(g -> g.count() == Products.GROUP);
        Blocks blocks = Blocks.of(shape, !whole);
        return packed.map(
                all ->
                        new WindowKernel(
                                name,
                                blocks,
                                new WindowS8(p, products, blocks, all, bias, output),
                                p));
    }

    /** How many taps stand next to each other in the image. */
    private static int run(ConvShape shape) {
        return (shape.contiguous() ? shape.columns().kernel() : 1) * shape.inputs();
    }

    /** The taps of a window in groups that stand next to each other in the image. */
    private static List<Group> groups(ConvShape shape) {
        int run = run(shape);
        List<Group> all = new ArrayList<>();
        for (int first = 0; first < shape.taps(); first += run) {
            for (int k = 0; k < run; k += Products.GROUP) {
                all.add(new Group(first + k, Math.min(Products.GROUP, run - k)));
            }
        }
        return all;
    }

    private static Optional<Packed> pack(ConvShape shape, Tensor w) {
        List<Group> groups = groups(shape);
        List<Slab> slabs = Slab.of(shape);
        Packed all = new Packed(new byte[slabs.size()][], new int[slabs.size()][]);
        for (int i = 0; i < slabs.size(); i++) {
            Slab s = slabs.get(i);
            all.weights[i] = new byte[groups.size() * s.width() * Products.GROUP];
            all.sums[i] = new int[s.n()];
            for (int g = 0; g < groups.size(); g++) {
                for (int c = 0; c < s.n(); c++) {
                    int zero = w.type().zeroPoint(s.start() + c);
                    for (int j = 0; j < groups.get(g).count(); j++) {
                        int k = shape.weight(s.start() + c, groups.get(g).tap() + j);
                        int v = w.code(k) - zero;
                        if (v != (byte) v) {
                            return Optional.empty();
                        }
                        all.weights[i][(g * s.width() + c) * Products.GROUP + j] = (byte) v;
                        all.sums[i][c] += v;
                    }
                }
            }
        }
        return Optional.of(all);
    }

    /** What is left of {@code bias + sum((x - zero) w)} without the products that are made. */
    private int[] biases(Slab s, int[] sums, int[] bias) {
        int zero = x.type().zeroPoint(0) + (flip == 0 ? 0 : SIGN);
        int[] all = new int[s.width()];
        for (int c = 0; c < s.n(); c++) {
            all[c] = bias[s.start() + c] - zero * sums[c];
        }
        return all;
    }

    @Override
    public int panels() {
        return slabs.size();
    }

    @Override
    public int start(int panel) {
        return Slab.start(slabs, panel);
    }

    @Override
    public Blocks.Stage stage() {
        return this;
    }

    @Override
    public long packedBytes() {
        return Arrays.stream(weights).mapToLong(w -> w.length).sum();
    }

    @Override
    public void copy(Arena arena, int part, int from, int to, int n) {
        System.arraycopy(
                x.bytes(arena),
                x.offset(arena) + from,
                arena.bytes(),
                staged.offset(arena, part) + to,
                n);
    }

    @Override
    public void pad(Arena arena, int part, int to, int n) {
        int at = staged.offset(arena, part) + to;
        Arrays.fill(arena.bytes(), at, at + n, pad);
    }

    @Override
    public void run(Arena arena, int part, int panel, int from, int pixels, int to) {
        Slab s = slabs.get(panel);
        boolean copied = staged.size() > 0;
        products.gemmS8S32(
                walk,
                0,
                pixels,
                copied ? arena.bytes() : x.bytes(arena),
                (copied ? staged.offset(arena, part) : from) + s.group() * inputs,
                flip,
                weights[panel],
                0,
                s.width(),
                biases[panel],
                0,
                rows.accumulators(arena, part));
        rows.end(arena, part, pixels, s.width(), s.start(), s.n(), to);
    }
}
