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
 * Two-dimensional convolution: {@code x} NHWC, filter OHWI with I = C / groups, optional bias [O].
 *
 * @param stride vertical, horizontal
 * @param dilation vertical, horizontal
 * @param padding at the border; out-of-image taps read real zero
 * @param groups number of channel groups; divides C and O
 * @param activation clamp of the result
 */
public record Conv2d(Ints stride, Ints dilation, Padding padding, int groups, Activation activation)
        implements Activated {
    public Conv2d {
        ImageOps.requirePositive(stride, "the stride");
        ImageOps.requirePositive(dilation, "the dilation");
        if (groups < 1) {
            throw new ShapeException("the number of groups must be positive, not " + groups);
        }
    }

    @Override
    public Arity arity() {
        return Arity.optional(2, 3);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        TensorType x = in.type(0);
        Shape w = in.type(1).shape();
        TypeRules.rank(x, 4, "the input of a convolution");
        TypeRules.rank(in.type(1), 4, "the filter of a convolution");
        int channels = w.dim(0);
        TypeRules.weights16(in, 0, channels);
        long inputs = (long) w.dim(3) * groups;
        if (inputs == 0
                || channels % groups != 0
                || !x.shape().isSymbolic(3) && inputs != x.shape().dim(3)) {
            throw new ShapeException(
                    "filter " + w + " with " + groups + " groups does not fit input " + x.shape());
        }
        Shape out =
                ImageOps.output(
                        x.shape(), w.dim(1), w.dim(2), stride, dilation, padding, w.word(0));
        return List.of(TypeRules.open(x, out));
    }

    @Override
    public void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        TypeRules.outputOrSums(in.type(0), outputs.get(0), activation != Activation.NONE);
    }

    @Override
    public Conv2d with(Activation other) {
        return new Conv2d(stride, dilation, padding, groups, other);
    }

    @Override
    public long macs(OpInputs in, List<TensorType> outputs) {
        Shape w = in.type(1).shape();
        return Math.multiplyExact(
                outputs.get(0).shape().elements(), w.dim(1) * (long) w.dim(2) * w.dim(3));
    }

    @Override
    public boolean makesSums() {
        return true;
    }

    @Override
    public void write(Attributes a) {
        ImageOps.write(a, stride, dilation, padding);
        if (groups != 1) {
            a.put("groups", groups);
        }
        ImageOps.write(a, activation);
    }

    /** Restores what {@link #write} wrote. */
    public static Conv2d read(Attributes a) {
        return new Conv2d(
                ImageOps.stride(a),
                ImageOps.dilation(a),
                Padding.read(a),
                a.integer("groups", 1),
                ImageOps.activation(a));
    }
}
