package quern.runtime.kernel;

import quern.runtime.arena.Arena;
import quern.runtime.micro.Microkernels;
import quern.runtime.micro.Products;
import quern.runtime.micro.Walk;
import quern.tensor.DType.Storage;
import quern.tensor.Tensor;

/** A window for each channel of 8-bit codes, as whole numbers of binary32, whose sums are exact. */
final class WindowDepthwiseS8 implements WindowKernel.Lanes {
    private final Microkernels micro;
    private final Products products;
    private final StagedReals staged;
    private final Walk dense;
    private final float[] weights;
    private final float[] noBias;
    private final CodeRows rows;

    private WindowDepthwiseS8(
            Preparation p, Products products, Blocks blocks, int[] bias, Requantization output) {
        this.micro = p.micro();
        this.products = products;
        this.staged = StagedReals.of(p, blocks);
        Walk walk = blocks.walk(blocks.places());
        this.dense = blocks.dense(walk, bias.length);
        this.weights = new float[p.input(1).elements()];
        Tensor w = p.input(1).constant();
        for (int i = 0; i < weights.length; i++) {
            weights[i] = w.code(i) - w.type().zeroPoint(i % bias.length);
        }
        this.noBias = new float[bias.length];
        int most = Math.multiplyExact(blocks.mostPixels(), bias.length);
        p.workspace().accumulators(Storage.FLOAT, most);
        this.rows = new CodeRows(p, output, bias, walk, bias.length);
    }

    /** Whether binary32 adds up every window exactly. */
    static boolean fits(Preparation p, ConvShape shape) {
        Tensor w = p.input(1).constant();
        return WholeTaps.of(shape, p.type(0), w, 0, shape.outputChannels()).size() == 1;
    }

    static Kernel conv(
            String name,
            Preparation p,
            Products products,
            ConvShape shape,
            int[] bias,
            Requantization output) {
        Blocks blocks = Blocks.of(shape, true);
        WindowDepthwiseS8 lanes = new WindowDepthwiseS8(p, products, blocks, bias, output);
        return new WindowKernel(name, blocks, lanes, p);
    }

    @Override
    public Blocks.Stage stage() {
        return staged;
    }

    @Override
    public int panels() {
        return 1;
    }

    @Override
    public int start(int panel) {
        return panel * noBias.length;
    }

    @Override
    public long packedBytes() {
        return (long) weights.length * Float.BYTES;
    }

    @Override
    public void run(Arena arena, int part, int panel, int from, int pixels, int to) {
        int channels = noBias.length;
        int[] acc = rows.accumulators(arena, part);
        float[] sums = arena.floatRows(part)[0];
        products.depthwiseF32(
                dense,
                0,
                pixels,
                staged.floats(arena),
                staged.offset(arena, part, from),
                weights,
                noBias,
                Float.NEGATIVE_INFINITY,
                Float.POSITIVE_INFINITY,
                sums,
                0,
                channels);
        rows.begin(acc, pixels, channels, 0, channels);
        micro.addWholeS32(sums, 0, acc, pixels * channels);
        rows.end(arena, part, pixels, channels, 0, channels, to);
    }
}
