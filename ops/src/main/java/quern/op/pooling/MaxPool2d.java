package quern.op.pooling;

import java.util.List;
import quern.fixedpoint.RoundingMode;
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
 * The largest tap inside the image; codes keep their quantization.
 *
 * @param kernel height, width of the window
 * @param stride vertical, horizontal
 * @param padding at the border; taps in the padding do not count
 * @param activation clamp of the result
 */
public record MaxPool2d(Ints kernel, Ints stride, Padding padding, Activation activation)
        implements Pooling {
    public MaxPool2d {
        Pooling.require(kernel, stride);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        Shape out = pool(in.type(0));
        TypeRules.activation16(in.type(0), "the input of a pooling operator");
        return List.of(in.type(0).withShape(out));
    }

    @Override
    public void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        TypeRules.sameQuant(in.type(0), outputs.get(0));
    }

    @Override
    public MaxPool2d with(Activation other) {
        return new MaxPool2d(kernel, stride, padding, other);
    }

    /** Restores what {@link #write} wrote. */
    public static MaxPool2d read(Attributes a) {
        return new MaxPool2d(
                a.ints("kernel", 2), ImageOps.stride(a), Padding.read(a), ImageOps.activation(a));
    }
}
