package quern.runtime.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import quern.op.Window;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Products;
import quern.runtime.micro.Walk;
import quern.tensor.DType.Storage;
import quern.tensor.Tensor;

/**
 * Windows over 8-bit codes, some neighbouring codes at a time. Taps in the padding read the zero
 * point. Codes are multiplied as they are, the zero point's share is part of the bias.
 */
final class WindowS8 implements WindowKernel.Lanes {
    private static final int SIGN = 0x80;

    private final Products products;
    private final Operand x;
    private final Walk walk;
    private final Scratch staged;
    private final byte pad;
    private final int flip;
    private final int inputs;
    private final Slab[] slabs;
    private final byte[][] weights;
    private final int[][] biases;
    private final CodeRows rows;

    /** Neighbouring taps that are multiplied at one time: the first, and how many. */
    private record Group(int tap, int count) {}

    private WindowS8(
            Preparation p, Products products, Blocks blocks, int[] bias, Requantization output) {
        ConvShape shape = blocks.shape();
        Tensor w = p.input(1).constant();
        List<Group> groups = groups(shape);
        int[] taps = blocks.taps();
        this.products = products;
        this.x = p.input(0);
        this.walk = blocks.walk(groups.stream().mapToInt(g -> taps[g.tap()]).toArray());
        int room = blocks.staged() ? blocks.stagedElements() + Products.GROUP : 0;
        this.staged = p.workspace().scratch(Storage.BYTE, room);
        this.pad = (byte) x.type().zeroPoint(0);
        this.flip = x.type().dtype().isSigned() ? SIGN : 0;
        this.inputs = shape.inputs();
        this.slabs = Slab.of(shape).toArray(Slab[]::new);
        this.weights = new byte[slabs.length][];
        this.biases = new int[slabs.length][];
        for (int i = 0; i < slabs.length; i++) {
            weights[i] = pack(shape, slabs[i], groups, w);
            biases[i] = biases(shape, slabs[i], w, bias);
        }
        this.rows = new CodeRows(p, output, bias, walk, Products.WIDEST);
    }

    /** Whether every weight without its zero point is a signed byte. */
    static boolean fits(Tensor w, ConvShape shape) {
        for (int o = 0; o < shape.outputChannels(); o++) {
            int zero = w.type().zeroPoint(o);
            for (int k = 0; k < shape.taps(); k++) {
                int v = w.code(shape.weight(o, k)) - zero;
                if (v != (byte) v) {
                    return false;
                }
            }
        }
        return true;
    }

    static Kernel conv(
            String name,
            Preparation p,
            Products products,
            ConvShape shape,
            int[] bias,
            Requantization output) {
        boolean whole = groups(shape).stream().allMatch(g -> g.count() == Products.GROUP);
        Blocks blocks = Blocks.of(shape, !whole);
        WindowS8 lanes = new WindowS8(p, products, blocks, bias, output);
        return new WindowKernel(name, blocks, lanes, p);
    }

    /** The taps of a window in groups that stand next to each other in the image. */
    private static List<Group> groups(ConvShape shape) {
        Window columns = shape.columns();
        int run = (shape.contiguous() ? columns.kernel() : 1) * shape.inputs();
        List<Group> all = new ArrayList<>();
        for (int first = 0; first < shape.taps(); first += run) {
            for (int k = 0; k < run; k += Products.GROUP) {
                all.add(new Group(first + k, Math.min(Products.GROUP, run - k)));
            }
        }
        return all;
    }

    private static byte[] pack(ConvShape shape, Slab s, List<Group> groups, Tensor w) {
        byte[] all = new byte[groups.size() * s.width() * Products.GROUP];
        for (int g = 0; g < groups.size(); g++) {
            for (int c = 0; c < s.n(); c++) {
                int zero = w.type().zeroPoint(s.start() + c);
                for (int j = 0; j < groups.get(g).count(); j++) {
                    int k = shape.weight(s.start() + c, groups.get(g).tap() + j);
                    int at = (g * s.width() + c) * Products.GROUP + j;
                    all[at] = (byte) (w.code(k) - zero);
                }
            }
        }
        return all;
    }

    /** What is left of {@code bias + sum((x - zero) w)} without the products that are made. */
    private int[] biases(ConvShape shape, Slab s, Tensor w, int[] bias) {
        int zero = x.type().zeroPoint(0) + (flip == 0 ? 0 : SIGN);
        int[] all = new int[s.width()];
        for (int c = 0; c < s.n(); c++) {
            int o = s.start() + c;
            int sum = 0;
            for (int k = 0; k < shape.taps(); k++) {
                sum += w.code(shape.weight(o, k)) - w.type().zeroPoint(o);
            }
            all[c] = bias[o] - zero * sum;
        }
        return all;
    }

    @Override
    public int panels() {
        return slabs.length;
    }

    @Override
    public int start(int panel) {
        Slab s = slabs[Math.min(panel, slabs.length - 1)];
        return panel < slabs.length ? s.start() : s.start() + s.n();
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
        Slab s = slabs[panel];
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
