package quern.op.pooling;

import java.util.List;
import quern.error.ShapeException;
import quern.op.Activation;
import quern.op.Attributes;
import quern.op.ImageOps;
import quern.op.OpInputs;
import quern.op.Padding;
import quern.op.TypeRules;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * The root of the mean square of the taps inside the image, float32 numbers.
 *
 * @param kernel height, width of the window
 * @param stride vertical, horizontal
 * @param padding at the border; taps in the padding do not count
 * @param activation clamp of the result
 */
public record L2Pool2d(Ints kernel, Ints stride, Padding padding, Activation activation)
        implements Pooling {
    public L2Pool2d {
        Pooling.require(kernel, stride);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        Shape out = pool(in.type(0));
        if (!TypeRules.isReal(in.type(0))) {
            throw new ShapeException("the input must be F32, but its type is " + in.type(0));
        }
        return List.of(in.type(0).withShape(out));
    }

    @Override
    public L2Pool2d with(Activation other) {
        return new L2Pool2d(kernel, stride, padding, other);
    }

    /** Restores what {@link #write} wrote. */
    public static L2Pool2d read(Attributes a) {
        return new L2Pool2d(
                a.ints("kernel", 2), ImageOps.stride(a), Padding.read(a), ImageOps.activation(a));
    }
}
