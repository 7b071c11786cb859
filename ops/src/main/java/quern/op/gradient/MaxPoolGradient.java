package quern.op.gradient;

import java.util.List;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.ImageOps;
import quern.op.Op;
import quern.op.OpInputs;
import quern.op.Padding;
import quern.op.Window;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * The gradient of a maximum pooling by its input: the pooling's input {@code x} and {@code g}, the
 * gradient by its output, make an image like {@code x}. The first tap (row-major) that no other
 * exceeds gets the output's gradient; gradients are added from +0 in row-major order of the
 * outputs. F32 only.
 *
 * @param kernel height, width of the window
 * @param stride vertical, horizontal
 * @param padding at the border; taps in the padding do not count
 */
public record MaxPoolGradient(Ints kernel, Ints stride, Padding padding) implements Op {
    private static final Ints NO_DILATION = Ints.of(1, 1);

    public MaxPoolGradient {
        ImageOps.requirePositive(kernel, "the kernel");
        ImageOps.requirePositive(stride, "the stride");
    }

    @Override
    public Arity arity() {
        return Arity.of(2);
    }

    /** The vertical window over an image of this height. */
    public Window rows(int height) {
        return Window.vertical(height, kernel.at(0), stride, NO_DILATION, padding);
    }

    /** The horizontal window over an image of this width. */
    public Window columns(int width) {
        return Window.horizontal(width, kernel.at(1), stride, NO_DILATION, padding);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        ConvGradient.requireReals(in, 0);
        ConvGradient.requireReals(in, 1);
        Shape x = in.type(0).shape();
        Shape g = in.type(1).shape();
        boolean fits = x.dim(0) == g.dim(0) && x.dim(3) == g.dim(3);
        fits &= rows(x.dim(1)).output() == g.dim(1);
        fits &= columns(x.dim(2)).output() == g.dim(2);
        ConvGradient.fits(fits, in);
        return List.of(in.type(0));
    }

    @Override
    public void write(Attributes a) {
        a.put("kernel", kernel);
        ImageOps.write(a, stride, NO_DILATION, padding);
    }

    /** Restores what {@link #write} wrote. */
    public static MaxPoolGradient read(Attributes a) {
        return new MaxPoolGradient(a.ints("kernel", 2), ImageOps.stride(a), Padding.read(a));
    }
}
