package quern.runtime.kernel;

import java.util.Arrays;
import java.util.List;
import quern.op.Activation;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Products;
import quern.runtime.micro.Walk;
import quern.tensor.DType.Storage;
import quern.tensor.Tensor;

/** Windows over float32 numbers; taps in the padding are executed with zeros. */
final class WindowF32 implements WindowKernel.Lanes {
    private final Products products;
    private final Operand x;
    private final Operand y;
    private final Walk walk;
    private final Scratch staged;
    private final int inputs;
    private final Slab[] slabs;
    private final float[][] weights;
    private final float[][] biases;
    private final Activation activation;

    private WindowF32(Preparation p, Products products, Blocks blocks, float[][] weights) {
        this.products = products;
        this.x = p.input(0);
        this.y = p.output();
        this.walk = blocks.walk(blocks.taps());
        this.staged = p.workspace().scratch(Storage.FLOAT, blocks.stagedElements());
        this.inputs = blocks.shape().inputs();
        this.slabs = Slab.of(blocks.shape()).toArray(Slab[]::new);
        this.weights = weights;
        this.biases = new float[slabs.length][];
        for (int i = 0; i < slabs.length; i++) {
            biases[i] = new float[slabs[i].width()];
            for (int c = 0; p.has(2) && c < slabs[i].n(); c++) {
                biases[i][c] = p.input(2).constant().real(slabs[i].start() + c);
            }
        }
        this.activation = ConvKernels.activation(p);
    }

    /** What the packed weights depend on besides the weights. */
    private record Form(int offset, int groups, int taps) {}

    /** The kernel of a convolution with constant weights and bias. */
    static Kernel conv(String name, Preparation p, Products products, ConvShape shape) {
        Blocks blocks = Blocks.of(shape, false);
        Tensor w = p.input(1).constant();
        float[][] packed =
                p.workspace()
                        .packs()
                        .get(
                                w,
                                new Form(w.offset(), shape.groups(), shape.taps()),
                                () -> pack(shape, w));
        WindowF32 lanes = new WindowF32(p, products, blocks, packed);
        return new WindowKernel(name, blocks, lanes, p);
    }

    private static float[][] pack(ConvShape shape, Tensor w) {
        List<Slab> slabs = Slab.of(shape);
        float[][] all = new float[slabs.size()][];
        for (int i = 0; i < all.length; i++) {
            Slab s = slabs.get(i);
            all[i] = new float[shape.taps() * s.width()];
            for (int k = 0; k < shape.taps(); k++) {
                for (int c = 0; c < s.n(); c++) {
                    all[i][k * s.width() + c] = w.real(shape.weight(s.start() + c, k));
                }
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
        System.arraycopy(
                x.floats(arena),
                x.offset(arena) + from,
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
        boolean copied = staged.size() > 0;
        products.gemmF32(
                walk,
                0,
                pixels,
                copied ? arena.floats() : x.floats(arena),
                (copied ? staged.offset(arena, part) : from) + s.group() * inputs,
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
