package quern.runtime.kernel;

import java.util.ArrayList;
import java.util.List;
import quern.runtime.micro.Products;
import quern.tensor.DType;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Neighbouring output channels of a group as {@link Products} want them.
 *
 * @param group the channel group
 * @param start the first output channel
 * @param n number of output channels
 * @param width {@code n}, rounded up to whole vectors
 */
record Slab(int group, int start, int n, int width) {
    /** A bias for any panel that has none. Nobody changes it. */
    static final float[] NO_BIAS = new float[Products.WIDEST];

    /** All output channels of a convolution. */
    static List<Slab> of(ConvShape shape) {
        List<Slab> all = new ArrayList<>();
        for (int g = 0; g < shape.groups(); g++) {
            int end = (g + 1) * shape.outputs();
            for (int c = g * shape.outputs(); c < end; c += Products.WIDEST) {
                int n = Math.min(Products.WIDEST, end - c);
                all.add(new Slab(g, c, n, width(n)));
            }
        }
        return all;
    }

    /** What packed weights depend on besides the weights. */
    private record Form(TensorType type, int offset, int groups, int taps) {}

    /**
     * The constant weights of all panels as float32 numbers, made once for all plans of a graph:
     * those of a tap for each channel, then those of the next. Codes are without their zero point.
     */
    static float[][] reals(Preparation p, ConvShape shape) {
        Tensor w = p.input(1).constant();
        Form form = new Form(w.type(), w.offset(), shape.groups(), shape.taps());
        return p.workspace().packs().get(w, form, () -> pack(shape, w));
    }

    private static float[][] pack(ConvShape shape, Tensor w) {
        List<Slab> slabs = of(shape);
        float[][] all = new float[slabs.size()][];
        boolean real = w.dtype() == DType.F32;
        for (int i = 0; i < all.length; i++) {
            Slab s = slabs.get(i);
            all[i] = new float[shape.taps() * s.width];
            for (int c = 0; c < s.n; c++) {
                int o = s.start + c;
                for (int k = 0; k < shape.taps(); k++) {
                    int at = shape.weight(o, k);
                    all[i][k * s.width + c] =
                            real ? w.real(at) : w.code(at) - w.type().zeroPoint(o);
                }
            }
        }
        return all;
    }

    /** {@link WindowKernel.Lanes#start}. */
    static int start(List<Slab> slabs, int panel) {
        Slab s = slabs.get(Math.min(panel, slabs.size() - 1));
        return panel < slabs.size() ? s.start() : s.start() + s.n();
    }

    /** The width of a panel of so many channels. */
    static int width(int n) {
        return (n + Products.NARROWEST - 1) / Products.NARROWEST * Products.NARROWEST;
    }
}
