package quern.op.nn;

import java.util.List;
import quern.error.ShapeException;
import quern.fixedpoint.RoundingMode;
import quern.op.Activated;
import quern.op.Activation;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.ImageOps;
import quern.op.OpInputs;
import quern.op.Padding;
import quern.op.TypeRules;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * Depthwise convolution: {@code x} NHWC, filter 1HWC' with C' = C * multiplier, optional bias [C'];
 * output channel {@code c * multiplier + m} reads input channel {@code c}.
 *
 * @param stride vertical, horizontal
 * @param dilation vertical, horizontal
 * @param padding at the border; out-of-image taps read real zero
 * @param activation clamp of the result
 */
public record DepthwiseConv2d(Ints stride, Ints dilation, Padding padding, Activation activation)
        implements Activated {
    public DepthwiseConv2d {
        ImageOps.requirePositive(stride, "the stride");
        ImageOps.requirePositive(dilation, "the dilation");
    }

    @Override
    public Arity arity() {
        return Arity.optional(2, 3);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        TensorType x = in.type(0);
        Shape w = in.type(1).shape();
        TypeRules.rank(x, 4, "the input of a depthwise convolution");
        TypeRules.rank(in.type(1), 4, "the filter of a depthwise convolution");
        TypeRules.weights16(in, 3, w.dim(3));
        int c = x.shape().dim(3);
        if (w.dim(0) != 1 || c == 0 || w.dim(3) % c != 0) {
            throw new ShapeException("depthwise filter " + w + " does not fit input " + x.shape());
        }
        Shape out =
                ImageOps.output(
                        x.shape(), w.dim(1), w.dim(2), stride, dilation, padding, w.word(3));
        return List.of(TypeRules.open(x, out));
    }

    @Override
    public void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        TypeRules.outputOrSums(in.type(0), outputs.get(0), activation != Activation.NONE);
    }

    @Override
    public DepthwiseConv2d with(Activation other) {
        return new DepthwiseConv2d(stride, dilation, padding, other);
    }

    @Override
    public long macs(OpInputs in, List<TensorType> outputs) {
        Shape w = in.type(1).shape();
        return Math.multiplyExact(outputs.get(0).shape().elements(), w.dim(1) * (long) w.dim(2));
    }

    @Override
    public boolean makesSums() {
        return true;
    }

    @Override
    public void write(Attributes a) {
        ImageOps.write(a, stride, dilation, padding);
        ImageOps.write(a, activation);
    }

    /** Restores what {@link #write} wrote. */
    public static DepthwiseConv2d read(Attributes a) {
        return new DepthwiseConv2d(
                ImageOps.stride(a), ImageOps.dilation(a), Padding.read(a), ImageOps.activation(a));
    }
}
