package quern.op.gradient;

import quern.error.ShapeException;
import quern.op.Attributes;
import quern.op.ImageOps;
import quern.op.Op;
import quern.op.OpInputs;
import quern.op.Padding;
import quern.op.TypeRules;
import quern.op.Window;
import quern.tensor.Ints;
import quern.tensor.TensorType;

/** What the two gradients of a convolution have in common: the convolution's own attributes. */
public interface ConvGradient extends Op {
    Ints stride();

    Ints dilation();

    Padding padding();

    int groups();

    boolean depthwise();

    /** The attributes that both write. */
    default void writeConvolution(Attributes a) {
        ImageOps.write(a, stride(), dilation(), padding());
        if (groups() != 1) {
            a.put("groups", groups());
        }
        if (depthwise()) {
            a.put("depthwise", true);
        }
    }

    static void require(Ints stride, Ints dilation, int groups, boolean depthwise) {
        ImageOps.requirePositive(stride, "the stride");
        ImageOps.requirePositive(dilation, "the dilation");
        if (groups < 1 || depthwise && groups != 1) {
            throw new ShapeException("a gradient of a convolution has a wrong number of groups");
        }
    }

    /** Both inputs are float images. */
    static void requireReals(OpInputs in, int i) {
        TensorType t = in.type(i);
        TypeRules.rank(t, 4, "an input of a gradient");
        if (!TypeRules.isReal(t) || !t.shape().isStatic()) {
            throw new ShapeException("gradients are of F32 and static shapes, not " + t);
        }
    }

    /** The vertical window of the convolution. */
    default Window rows(int input, int kernel) {
        return Window.vertical(input, kernel, stride(), dilation(), padding());
    }

    /** The horizontal window of the convolution. */
    default Window columns(int input, int kernel) {
        return Window.horizontal(input, kernel, stride(), dilation(), padding());
    }

    static void fits(boolean fits, OpInputs in) {
        if (!fits) {
            throw new ShapeException(
                    "shapes "
                            + in.type(0).shape()
                            + " and "
                            + in.type(1).shape()
                            + " do not belong to one convolution");
        }
    }
}
