package quern.quant.train;

import java.util.Arrays;
import quern.graph.GraphBuilder;
import quern.op.Padding;
import quern.op.gradient.ConvFilterGradient;
import quern.op.shape.Reshape;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Sums over images and pixels for each channel, as gradients of a convolution of one tap: each
 * image a chain, images in a binary tree.
 */
final class Sums {
    private static final Ints ONE = Ints.of(1, 1);

    private Sums() {}

    /** The sum of {@code x} NHWC: [C]. */
    static String overPixels(GraphBuilder b, String x) {
        Shape s = b.type(x).shape();
        String name = "ones_" + s.dim(0) + "_" + s.dim(1) + "_" + s.dim(2);
        if (!b.has(name)) {
            Tensor ones = Tensor.zeros(TensorType.f32(s.dim(0), s.dim(1), s.dim(2), 1));
            Arrays.fill(ones.floats(), 1f);
            b.constant(name, ones);
        }
        return row(b, new ConvFilterGradient(ONE, ONE, ONE, Padding.VALID, 1, false), name, x);
    }

    /** The sum of {@code x * y}, both NHWC: [C]. */
    static String ofProducts(GraphBuilder b, String x, String y) {
        return row(b, new ConvFilterGradient(ONE, ONE, ONE, Padding.VALID, 1, true), x, y);
    }

    private static String row(GraphBuilder b, ConvFilterGradient op, String x, String y) {
        String sum = b.add(b.fresh(y + "_sum"), op, x, y);
        return b.add(b.fresh(y + "_sum"), new Reshape(Ints.of(b.type(y).shape().dim(3))), sum);
    }
}
