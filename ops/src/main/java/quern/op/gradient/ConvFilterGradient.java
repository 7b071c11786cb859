package quern.op.gradient;

import java.util.List;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.ImageOps;
import quern.op.OpInputs;
import quern.op.Padding;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * The gradient of a convolution by its filter: its input {@code x} and {@code g}, the gradient by
 * its output (both NHWC), make {@code dw[o,kh,kw,c]} (1HWC if depthwise), the sum over images and
 * output pixels of {@code x} at tap {@code (kh, kw)} times {@code g[n,oh,ow,o]}. Each image is a
 * chain of fused multiply-adds from +0 in row-major order, taps in the padding included; images are
 * added pairwise in a binary tree over the batch, filled with +0 up to a power of two. F32 only.
 *
 * @param kernel height and width of the filter
 * @param stride of the convolution
 * @param dilation of the convolution
 * @param padding of the convolution
 * @param groups of the convolution; 1 if depthwise
 * @param depthwise whether it has a window for each channel
 */
public record ConvFilterGradient(
        Ints kernel, Ints stride, Ints dilation, Padding padding, int groups, boolean depthwise)
        implements ConvGradient {
    public ConvFilterGradient {
        ConvGradient.require(stride, dilation, groups, depthwise);
        ImageOps.requirePositive(kernel, "the kernel");
    }

    @Override
    public Arity arity() {
        return Arity.of(2);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        ConvGradient.requireReals(in, 0);
        ConvGradient.requireReals(in, 1);
        Shape x = in.type(0).shape();
        Shape g = in.type(1).shape();
        int by = depthwise ? Math.max(1, x.dim(3)) : groups;
        boolean fits = x.dim(0) == g.dim(0) && x.dim(3) % groups == 0 && g.dim(3) % by == 0;
        fits &= rows(x.dim(1), kernel.at(0)).output() == g.dim(1);
        fits &= columns(x.dim(2), kernel.at(1)).output() == g.dim(2);
        ConvGradient.fits(fits, in);
        return List.of(
                depthwise
                        ? TensorType.f32(1, kernel.at(0), kernel.at(1), g.dim(3))
                        : TensorType.f32(g.dim(3), kernel.at(0), kernel.at(1), x.dim(3) / groups));
    }

    @Override
    public long macs(OpInputs in, List<TensorType> outputs) {
        Shape g = in.type(1).shape();
        return Math.multiplyExact(
                outputs.get(0).shape().elements(), g.dim(0) * (long) g.dim(1) * g.dim(2));
    }

    @Override
    public void write(Attributes a) {
        a.put("kernel", kernel);
        writeConvolution(a);
    }

    /** Restores what {@link #write} wrote. */
    public static ConvFilterGradient read(Attributes a) {
        return new ConvFilterGradient(
                a.ints("kernel", 2),
                ImageOps.stride(a),
                ImageOps.dilation(a),
                Padding.read(a),
                a.integer("groups", 1),
                a.flag("depthwise", false));
    }
}
