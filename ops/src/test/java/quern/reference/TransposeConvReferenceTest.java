package quern.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import quern.op.Activation;
import quern.op.Padding;
import quern.op.nn.TransposeConv;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;

class TransposeConvReferenceTest {
    private static TransposeConv op(int h, int w, int stride, Padding padding) {
        return new TransposeConv(Ints.of(h, w), Ints.of(stride, stride), padding, Activation.NONE);
    }

    /** By hand: each pixel paints the filter, side by side. */
    @Test
    void aStrideAsWideAsTheFilterPaintsTiles() {
        Tensor x = Tensor.of(Shape.of(1, 1, 2, 1), 1f, 10f);
        Tensor w = Tensor.of(Shape.of(1, 2, 2, 1), 1f, 2f, 3f, 4f);
        Tensor y = OneNode.run(op(2, 4, 2, Padding.VALID), x, w);
        assertArrayEquals(new float[] {1, 2, 10, 20, 3, 4, 30, 40}, y.floats());
    }

    /** By hand: neighbouring pixels overlap in one column. */
    @Test
    void overlapsAreAdded() {
        Tensor x = Tensor.of(Shape.of(1, 1, 2, 1), 1f, 10f);
        Tensor w = Tensor.of(Shape.of(1, 1, 3, 1), 1f, 2f, 3f);
        Tensor y = OneNode.run(op(1, 5, 2, Padding.VALID), x, w);
        assertArrayEquals(new float[] {1, 2, 13, 20, 30}, y.floats());
    }

    /** Of the 5 columns, SAME keeps 4: one is too many, and half of one is none in front. */
    @Test
    void paddingOfOneIsCutOffBehind() {
        Tensor x = Tensor.of(Shape.of(1, 1, 2, 1), 1f, 10f);
        Tensor w = Tensor.of(Shape.of(1, 1, 3, 1), 1f, 2f, 3f);
        Tensor y = OneNode.run(op(1, 4, 2, Padding.SAME), x, w);
        assertArrayEquals(new float[] {1, 2, 13, 20}, y.floats());
        Tensor explicit = OneNode.run(op(1, 4, 2, new Padding.Explicit(0, 1, 0, 0)), x, w);
        assertArrayEquals(new float[] {2, 13, 20, 30}, explicit.floats());
    }

    @Test
    void outputsBetweenPixelsAreTheBias() {
        Tensor x = Tensor.of(Shape.of(1, 1, 2, 1), Float.POSITIVE_INFINITY, 1f);
        Tensor w = Tensor.of(Shape.of(1, 1, 1, 1), 0f);
        Tensor bias = Tensor.of(Shape.of(1), -0f);
        float[] y = OneNode.run(op(1, 4, 3, Padding.VALID), x, w, bias).floats();
        assertBits(Float.NaN, y[0]);
        assertBits(-0f, y[1]);
        assertBits(-0f, y[2]);
        assertBits(0f, y[3]);
    }

    @Test
    void tapsOutsideTheImageAreExecutedOnZero() {
        Tensor x = Tensor.of(Shape.of(1, 1, 1, 1), 1f);
        Tensor w = Tensor.of(Shape.of(1, 1, 2, 1), Float.POSITIVE_INFINITY, 2f);
        float[] y = OneNode.run(op(1, 2, 1, Padding.VALID), x, w).floats();
        assertBits(Float.POSITIVE_INFINITY, y[0]);
        assertBits(Float.NaN, y[1]);
    }

    private static void assertBits(float expected, float actual) {
        assertEquals(Float.floatToIntBits(expected), Float.floatToIntBits(actual));
    }

    /** Taps (0,0), (0,1), (1,0), (1,1) meet the middle pixel in this order. */
    @Test
    void tapsAreTakenInTheOrderOfTheFilter() {
        float big = 0x1p24f;
        Tensor x = Tensor.of(Shape.of(1, 2, 2, 1), 1f, 1f, 1f, 1f);
        Tensor w = Tensor.of(Shape.of(1, 2, 2, 1), 1f, big, -big, 1f);
        Tensor y = OneNode.run(op(3, 3, 1, Padding.VALID), x, w);
        assertEquals(((1f + big) - big) + 1f, y.real(4));
    }
}
