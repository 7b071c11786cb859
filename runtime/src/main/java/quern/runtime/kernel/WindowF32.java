package quern.runtime.kernel;

import java.util.Arrays;
import java.util.List;
import quern.op.Activation;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Products;
import quern.runtime.micro.Walk;

/** Windows over float32 numbers; taps in the padding are executed with zeros. */
final class WindowF32 implements WindowKernel.Lanes {
    private final Products products;
    private final Operand y;
    private final Walk walk;
    private final StagedReals staged;
    private final int inputs;
    private final List<Slab> slabs;
    private final float[][] weights;
    private final float[][] biases;
    private final Activation activation;

    private WindowF32(Preparation p, Products products, Blocks blocks) {
        this.products = products;
        this.y = p.output();
        this.walk = blocks.walk(blocks.taps());
        this.staged = StagedReals.of(p, blocks);
        this.inputs = blocks.shape().inputs();
        this.slabs = Slab.of(blocks.shape());
        this.weights = Slab.reals(p, blocks.shape());
        this.biases = new float[slabs.size()][];
        for (int i = 0; i < slabs.size(); i++) {
            Slab s = slabs.get(i);
            biases[i] = new float[s.width()];
            for (int c = 0; p.has(2) && c < s.n(); c++) {
                biases[i][c] = p.input(2).constant().real(s.start() + c);
            }
        }
        this.activation = ConvKernels.activation(p);
    }

    /** The kernel of a convolution with constant weights and bias. */
    static Kernel conv(String name, Preparation p, Products products, ConvShape shape) {
        Blocks blocks = Blocks.of(shape, false);
        WindowF32 lanes = new WindowF32(p, products, blocks);
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
        products.gemmF32(
                walk,
                0,
                pixels,
                staged.floats(arena),
                staged.offset(arena, part, from) + s.group() * inputs,
                weights[panel],
                0,
                s.width(),
                biases[panel],
                0,
                activation.min(),
                activation.max(),
                y.floats(arena),
                to + s.start(),
                s.n());
    }
}
