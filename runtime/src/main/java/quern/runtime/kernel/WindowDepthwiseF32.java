package quern.runtime.kernel;

import quern.op.Activation;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Products;
import quern.runtime.micro.Walk;
import quern.tensor.Tensor;

/** A window for each channel of float32 numbers; taps in the padding are executed with zeros. */
final class WindowDepthwiseF32 implements WindowKernel.Lanes {
    private final Products products;
    private final Operand y;
    private final Walk walk;
    private final StagedReals staged;
    private final float[] weights;
    private final float[] bias;
    private final Activation activation;

    private WindowDepthwiseF32(Preparation p, Products products, Blocks blocks) {
        int channels = blocks.shape().outputChannels();
        this.products = products;
        this.y = p.output();
        this.walk = blocks.walk(blocks.places());
        this.staged = StagedReals.of(p, blocks);
        this.weights = weights(p, channels);
        this.bias = new float[channels];
        for (int c = 0; p.has(2) && c < channels; c++) {
            bias[c] = p.input(2).constant().real(c);
        }
        this.activation = ConvKernels.activation(p);
    }

    /** Weights are stored as they are wanted: all channels of a tap, then those of the next. */
    private static float[] weights(Preparation p, int channels) {
        Tensor w = p.input(1).constant();
        float[] all = new float[w.elements()];
        System.arraycopy(w.floats(), w.offset(), all, 0, all.length);
        return all;
    }

    static Kernel conv(String name, Preparation p, Products products, ConvShape shape) {
        Blocks blocks = Blocks.of(shape, false);
        WindowDepthwiseF32 lanes = new WindowDepthwiseF32(p, products, blocks);
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
        return panel * bias.length;
    }

    @Override
    public long packedBytes() {
        return (long) weights.length * Float.BYTES;
    }

    @Override
    public void run(Arena arena, int part, int panel, int from, int pixels, int to) {
        products.depthwiseF32(
                walk,
                0,
                pixels,
                staged.floats(arena),
                staged.offset(arena, part, from),
                weights,
                bias,
                activation.min(),
                activation.max(),
                y.floats(arena),
                to,
                bias.length);
    }
}
