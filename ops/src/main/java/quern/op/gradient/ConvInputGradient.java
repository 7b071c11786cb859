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
 * The gradient of a convolution by its input: {@code g}, the gradient by its output (NHWC), and its
 * filter (OHWI, or 1HWC if depthwise) make {@code dx[n,i,j,c]}, the sum over taps {@code (kh, kw)}
 * and output channels {@code o} of the channel's group of {@code g[n,oh,ow,o] * w[o,kh,kw,c]},
 * where tap {@code (kh, kw)} of output {@code (oh, ow)} reads {@code (i, j)}; where none does, the
 * factor is real zero. F32 only.
 *
 * @param size height, width and channels of the convolution's input
 * @param stride of the convolution
 * @param dilation of the convolution
 * @param padding of the convolution
 * @param groups of the convolution; 1 if depthwise
 * @param depthwise whether it has a window for each channel
 */
public record ConvInputGradient(
        Ints size, Ints stride, Ints dilation, Padding padding, int groups, boolean depthwise)
        implements ConvGradient {
    public ConvInputGradient {
        ConvGradient.require(stride, dilation, groups, depthwise);
        Shape.of(size.toArray());
    }

    @Override
    public Arity arity() {
        return Arity.of(2);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        ConvGradient.requireReals(in, 0);
        ConvGradient.requireReals(in, 1);
        Shape g = in.type(0).shape();
        Shape w = in.type(1).shape();
        int channels = size.at(2);
        boolean fits =
                depthwise
                        ? w.dim(0) == 1 && w.dim(3) == g.dim(3) && g.dim(3) % channels == 0
                        : w.dim(0) == g.dim(3)
                                && w.dim(3) * groups == channels
                                && g.dim(3) % groups == 0;
        fits &= rows(size.at(0), w.dim(1)).output() == g.dim(1);
        fits &= columns(size.at(1), w.dim(2)).output() == g.dim(2);
        ConvGradient.fits(fits, in);
        return List.of(TensorType.f32(g.dim(0), size.at(0), size.at(1), channels));
    }

    @Override
    public long macs(OpInputs in, List<TensorType> outputs) {
        Shape w = in.type(1).shape();
        return Math.multiplyExact(
                in.type(0).shape().elements(),
                w.dim(1) * (long) w.dim(2) * (depthwise ? 1 : w.dim(3)));
    }

    @Override
    public void write(Attributes a) {
        a.put("size", size);
        writeConvolution(a);
    }

    /** Restores what {@link #write} wrote. */
    public static ConvInputGradient read(Attributes a) {
        return new ConvInputGradient(
                a.ints("size", 3),
                ImageOps.stride(a),
                ImageOps.dilation(a),
                Padding.read(a),
                a.integer("groups", 1),
                a.flag("depthwise", false));
    }
}
