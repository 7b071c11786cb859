package quern.op.pooling;

import quern.op.Activated;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.ImageOps;
import quern.op.Padding;
import quern.op.TypeRules;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/** An operator that makes one number of the taps of each window over an NHWC image. */
interface Pooling extends Activated {
    /** The only dilation that windows of pooling operators have. */
    Ints NO_DILATION = Ints.of(1, 1);

    /** Height and width of the window. */
    Ints kernel();

    /** The vertical and the horizontal stride. */
    Ints stride();

    /** At the border. */
    Padding padding();

    @Override
    default Arity arity() {
        return Arity.of(1);
    }

    /** The shape of the output for an image of type {@code x}. */
    default Shape pool(TensorType x) {
        TypeRules.rank(x, 4, "the input of a pooling operator");
        Shape shape = x.shape();
        return ImageOps.output(
                shape,
                kernel().at(0),
                kernel().at(1),
                stride(),
                NO_DILATION,
                padding(),
                shape.word(3));
    }

    @Override
    default void write(Attributes a) {
        a.put("kernel", kernel());
        ImageOps.write(a, stride(), NO_DILATION, padding());
        ImageOps.write(a, activation());
    }

    /** Throws unless the window is one. */
    static void require(Ints kernel, Ints stride) {
        ImageOps.requirePositive(kernel, "the kernel");
        ImageOps.requirePositive(stride, "the stride");
    }
}
