package quern.runtime.kernel;

import java.util.Arrays;
import java.util.List;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Microkernels;
import quern.runtime.micro.Products;
import quern.runtime.micro.Walk;
import quern.tensor.DType.Storage;

/**
 * Windows over 8-bit codes as whole numbers of binary32, for tiers without products of codes. The
 * image is staged as numbers without its zero point; the sums of some taps are exact and are added
 * up in int32.
 */
final class WindowWhole implements WindowKernel.Lanes {
    private final Microkernels micro;
    private final Products products;
    private final StagedReals staged;
    private final int inputs;
    private final List<Slab> slabs;
    private final float[][] weights;
    private final Walk[][] walks;
    private final int[][] firsts;
    private final CodeRows rows;

    private WindowWhole(
            Preparation p, Products products, Blocks blocks, int[] bias, Requantization output) {
        ConvShape shape = blocks.shape();
        this.micro = p.micro();
        this.products = products;
        this.staged = StagedReals.of(p, blocks);
        this.inputs = shape.inputs();
        this.slabs = Slab.of(shape);
        this.weights = Slab.reals(p, shape);
        this.walks = new Walk[slabs.size()][];
        this.firsts = new int[slabs.size()][];
        int[] taps = blocks.taps();
        Walk all = blocks.walk(taps);
        List<List<WholeTaps>> runs = WholeTaps.ofSlabs(p, shape);
        for (int i = 0; i < slabs.size(); i++) {
            Walk dense = blocks.dense(all, slabs.get(i).width());
            walks[i] =
                    runs.get(i).stream()
                            .map(r -> Arrays.copyOfRange(taps, r.first(), r.first() + r.count()))
                            .map(t -> new Walk(dense.from(), dense.to(), t))
                            .toArray(Walk[]::new);
            firsts[i] = runs.get(i).stream().mapToInt(WholeTaps::first).toArray();
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

    @Override
    public Blocks.Stage stage() {
        return staged;
    }

    @Override
    public int start(int panel) {
        return Slab.start(slabs, panel);
    }

    @Override
    public int panels() {
        return slabs.size();
    }

    @Override
    public long packedBytes() {
        return Arrays.stream(weights).mapToLong(w -> (long) w.length * Float.BYTES).sum();
    }

    @Override
    public void run(Arena arena, int part, int panel, int from, int pixels, int to) {
        Slab s = slabs.get(panel);
        int[] acc = rows.accumulators(arena, part);
        float[] sums = arena.floatRows(part)[0];
        rows.begin(acc, pixels, s.width(), s.start(), s.n());
        for (int i = 0; i < walks[panel].length; i++) {
            products.gemmF32(
                    walks[panel][i],
                    0,
                    pixels,
                    staged.floats(arena),
                    staged.offset(arena, part, from) + s.group() * inputs,
                    weights[panel],
                    firsts[panel][i] * s.width(),
                    s.width(),
                    Slab.NO_BIAS,
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
