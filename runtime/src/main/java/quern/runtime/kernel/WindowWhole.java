package quern.runtime.kernel;

import java.util.Arrays;
import java.util.List;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Microkernels;
import quern.runtime.micro.Products;
import quern.runtime.micro.Walk;
import quern.tensor.DType.Storage;
import quern.tensor.Tensor;

/**
 * Windows over 8-bit codes as whole numbers of binary32, for tiers without products of codes. The
 * image is staged as numbers without its zero point; the sums of some taps are exact and are added
 * up in int32.
 */
final class WindowWhole implements WindowKernel.Lanes {
    private static final float[] NO_BIAS = new float[Products.WIDEST];

    private final Microkernels micro;
    private final Products products;
    private final Operand x;
    private final Codes codes;
    private final Scratch staged;
    private final int inputs;
    private final Slab[] slabs;
    private final float[][] weights;
    private final Walk[][] walks;
    private final int[][] firsts;
    private final CodeRows rows;

    private WindowWhole(
            Preparation p, Products products, Blocks blocks, int[] bias, Requantization output) {
        ConvShape shape = blocks.shape();
        Tensor w = p.input(1).constant();
        this.micro = p.micro();
        this.products = products;
        this.x = p.input(0);
        this.codes = Codes.of(x.type());
        this.staged = p.workspace().scratch(Storage.FLOAT, blocks.stagedElements());
        this.inputs = shape.inputs();
        this.slabs = Slab.of(shape).toArray(Slab[]::new);
        this.weights = new float[slabs.length][];
        this.walks = new Walk[slabs.length][];
        this.firsts = new int[slabs.length][];
        int[] taps = blocks.taps();
        Walk all = blocks.walk(taps);
        for (int i = 0; i < slabs.length; i++) {
            Slab s = slabs[i];
            weights[i] = pack(shape, s, w);
            List<WholeTaps> runs = WholeTaps.of(shape, x.type(), w, s.start(), s.n());
            Walk dense = blocks.dense(all, s.width());
            walks[i] =
                    runs.stream()
                            .map(r -> Arrays.copyOfRange(taps, r.first(), r.first() + r.count()))
                            .map(t -> new Walk(dense.from(), dense.to(), t))
                            .toArray(Walk[]::new);
            firsts[i] = runs.stream().mapToInt(WholeTaps::first).toArray();
        }
        int most = Math.multiplyExact(blocks.mostPixels(), Products.WIDEST);
        p.workspace().accumulators(Storage.FLOAT, most);
        this.rows = new CodeRows(p, output, bias, all, Products.WIDEST);
    }

    static Kernel conv(
            String name,
            Preparation p,
            Products products,
            ConvShape shape,
            int[] bias,
            Requantization output) {
        Blocks blocks = Blocks.of(shape, true);
        WindowWhole lanes = new WindowWhole(p, products, blocks, bias, output);
        return new WindowKernel(name, blocks, lanes, p);
    }

    private static float[] pack(ConvShape shape, Slab s, Tensor w) {
        float[] all = new float[shape.taps() * s.width()];
        for (int c = 0; c < s.n(); c++) {
            int o = s.start() + c;
            for (int k = 0; k < shape.taps(); k++) {
                all[k * s.width() + c] = w.code(shape.weight(o, k)) - w.type().zeroPoint(o);
            }
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
        return Arrays.stream(weights).mapToLong(w -> (long) w.length * Float.BYTES).sum();
    }

    @Override
    public void copy(Arena arena, int part, int from, int to, int n) {
        micro.widenS8F32(
                x.bytes(arena),
                x.offset(arena) + from,
                codes.mask(),
                codes.zero(),
                arena.floats(),
                staged.offset(arena, part) + to,
                n);
    }

    @Override
    public void pad(Arena arena, int part, int to, int n) {
        int at = staged.offset(arena, part) + to;
        Arrays.fill(arena.floats(), at, at + n, 0f);
    }

    @Override
    public void run(Arena arena, int part, int panel, int from, int pixels, int to) {
        Slab s = slabs[panel];
        int[] acc = rows.accumulators(arena, part);
        float[] sums = arena.floatRows(part)[0];
        rows.begin(acc, pixels, s.width(), s.start(), s.n());
        for (int i = 0; i < walks[panel].length; i++) {
            products.gemmF32(
                    walks[panel][i],
                    0,
                    pixels,
                    arena.floats(),
                    staged.offset(arena, part) + s.group() * inputs,
                    weights[panel],
                    firsts[panel][i] * s.width(),
                    s.width(),
                    NO_BIAS,
                    0,
                    Float.NEGATIVE_INFINITY,
                    Float.POSITIVE_INFINITY,
                    sums,
                    0,
                    s.width());
            micro.addWholeS32(sums, 0, acc, pixels * s.width());
        }
        rows.end(arena, part, pixels, s.width(), s.start(), s.n(), to);
    }
}
