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
 * Transposed convolution, which enlarges an image: {@code x} NHWC, filter OHWI with I = C, optional
 * bias [O]. Pixel {@code (h, w)} of {@code x} meets tap {@code (kh, kw)} of the filter at output
 * pixel {@code (h * stride - top + kh, w * stride - left + kw)}; what meets outside is dropped, and
 * around the image there is real zero.
 *
 * @param size height and width of the output
 * @param stride vertical, horizontal
 * @param padding what {@code top} and {@code left} are: those of the convolution with this padding
 *     that makes {@code x} from the output; bottom and right follow from {@code size}
 * @param activation clamp of the result
 */
public record TransposeConv(Ints size, Ints stride, Padding padding, Activation activation)
        implements Activated {
    public TransposeConv {
        ImageOps.requirePositive(size, "the output size");
        ImageOps.requirePositive(stride, "the stride");
    }

    @Override
    public Arity arity() {
        return Arity.optional(2, 3);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        TensorType x = in.type(0);
        Shape w = in.type(1).shape();
        TypeRules.rank(x, 4, "the input of a transposed convolution");
        TypeRules.rank(in.type(1), 4, "the filter of a transposed convolution");
        TypeRules.weights16(in, 0, w.dim(0));
        boolean taps = w.dim(1) > 0 && w.dim(2) > 0 && w.dim(3) > 0;
        if (!taps || !x.shape().isSymbolic(3) && w.dim(3) != x.shape().dim(3)) {
            throw new ShapeException("filter " + w + " does not fit input " + x.shape());
        }
        Shape out =
                Shape.of(
                        List.of(
                                x.shape().word(0),
                                Integer.toString(size.at(0)),
                                Integer.toString(size.at(1)),
                                w.word(0)));
        return List.of(TypeRules.open(x, out));
    }

    @Override
    public void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        TypeRules.outputFamily(in.type(0), outputs.get(0));
    }

    @Override
    public TransposeConv with(Activation other) {
        return new TransposeConv(size, stride, padding, other);
    }

    @Override
    public long macs(OpInputs in, List<TensorType> outputs) {
        Shape w = in.type(1).shape();
        return Math.multiplyExact(
                in.type(0).shape().elements(),
                Math.multiplyExact((long) w.dim(0) * w.dim(1), (long) w.dim(2)));
    }

    @Override
    public void write(Attributes a) {
        a.put("size", size);
        a.put("stride", stride);
        padding.write(a);
        ImageOps.write(a, activation);
    }

    /** Restores what {@link #write} wrote. */
    public static TransposeConv read(Attributes a) {
        return new TransposeConv(
                a.ints("size", 2), ImageOps.stride(a), Padding.read(a), ImageOps.activation(a));
    }
}
