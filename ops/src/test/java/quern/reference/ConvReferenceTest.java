package quern.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import quern.error.InvalidGraphException;
import quern.error.ShapeException;
import quern.fixedpoint.Multiplier;
import quern.fixedpoint.RoundingMode;
import quern.op.Activation;
import quern.op.Padding;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.op.nn.FullyConnected;
import quern.tensor.DType;
import quern.tensor.Floats;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

class ConvReferenceTest {
    private static final Ints ONE = Ints.of(1, 1);
    private static final Conv2d SAME = new Conv2d(ONE, ONE, Padding.SAME, 1, Activation.NONE);
    private static final FullyConnected DENSE = new FullyConnected(false, Activation.NONE);

    @Test
    void tapsInThePaddingAreExecutedOnZero() {
        Tensor x = Tensor.of(Shape.of(1, 1, 2, 1), 1f, 1f);
        Tensor w = Tensor.of(Shape.of(1, 1, 3, 1), Float.POSITIVE_INFINITY, 2f, 3f);
        float[] y = OneNode.run(SAME, x, w).floats();
        assertTrue(Float.isNaN(y[0]), "0 * infinity from the padding");
        assertEquals(Float.POSITIVE_INFINITY, y[1]);
    }

    @Test
    void aMinusZeroBiasMeetsThePadding() {
        Tensor x = Tensor.of(Shape.of(1, 1, 1, 1), -0f);
        Tensor w = Tensor.of(Shape.of(1, 1, 3, 1), 1f, 1f, 1f);
        Tensor bias = Tensor.of(Shape.of(1), -0f);
        assertEquals(0, Float.floatToRawIntBits(OneNode.run(SAME, x, w, bias).real(0)));
        Tensor single = Tensor.of(Shape.of(1, 1, 1, 1), 1f);
        assertEquals(-0f, OneNode.run(SAME, x, single, bias).real(0));
    }

    @Test
    void nanPassesTheActivationAndMinusZeroDoesNot() {
        Conv2d relu = new Conv2d(ONE, ONE, Padding.VALID, 1, Activation.RELU);
        Tensor x = Tensor.of(Shape.of(1, 1, 2, 1), Float.NaN, -0f);
        Tensor w = Tensor.of(Shape.of(1, 1, 1, 1), 1f);
        float[] y = OneNode.run(relu, x, w, Tensor.of(Shape.of(1), -0f)).floats();
        assertTrue(Float.isNaN(y[0]));
        assertEquals(0, Float.floatToRawIntBits(y[1]));
    }

    @Test
    void eachStepIsOneFusedMultiplyAdd() {
        float a = 1 + 0x1p-12f;
        Tensor x = Tensor.of(Shape.of(1, 2), 1f, a);
        Tensor w = Tensor.of(Shape.of(1, 2), -1f, a);
        float exact = (float) ((double) a * a - 1);
        assertEquals(exact, OneNode.run(DENSE, x, w).real(0));
        assertNotEquals(exact, a * a - 1);
    }

    /** By hand: x = 1, 2; channel 0 sees 3 and -1, channel 1 sees -3 and 5. */
    @ParameterizedTest
    @EnumSource(RoundingMode.class)
    void everyChannelSubtractsItsOwnZeroPoint(RoundingMode mode) {
        Quant q = new Quant.PerChannel(0, Floats.of(0.5f, 1), Ints.of(2, -3), 8);
        Tensor x = Tensor.of(TensorType.s8(1, -10, 1, 2), (byte) -9, (byte) -8);
        TensorType w = new TensorType(DType.S8, Shape.of(2, 2), q);
        Tensor weights = Tensor.of(w, (byte) 5, (byte) 1, (byte) -6, (byte) 2);
        Tensor bias = Tensor.of(Shape.of(2), 1, -2);
        TensorType y = TensorType.s8(1, 4, 1, 2);
        assertArrayEquals(
                new byte[] {4 + 1, 4 + 5},
                OneNode.run(DENSE, List.of(x, weights, bias), y, mode).bytes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"S4", "U4", "U8"})
    void anyEightBitWeightsGiveWhatTheirReals(String name) {
        DType dtype = DType.valueOf(name);
        int zero = dtype.isSigned() ? -3 : 5;
        TensorType w =
                new TensorType(
                        dtype, Shape.of(3, 5), new Quant.PerTensor(0.25f, zero, dtype.bits()));
        Tensor weights = Tensor.zeros(w);
        TensorType wide = TensorType.s8(0.25f, 0, 3, 5);
        Tensor centred = Tensor.zeros(wide);
        for (int i = 0; i < weights.elements(); i++) {
            weights.setInteger(i, w.codeMin() + i);
            centred.setInteger(i, w.codeMin() + i - zero);
        }
        Tensor x =
                Tensor.of(
                        TensorType.s8(1, 1, 1, 5),
                        (byte) 9,
                        (byte) 8,
                        (byte) -7,
                        (byte) 1,
                        (byte) 3);
        TensorType y = TensorType.s8(0.5f, 0, 1, 3);
        assertEquals(
                OneNode.run(DENSE, List.of(x, centred), y, RoundingMode.DOUBLE),
                OneNode.run(DENSE, List.of(x, weights), y, RoundingMode.DOUBLE));
    }

    @Test
    void groupsAreConvolutionsOfTheirOwn() {
        Random random = new Random(7);
        Tensor x = random(TensorType.s8(0.1f, 9, 2, 5, 4, 6), random);
        Tensor w = random(TensorType.s8(0.1f, 0, 4, 3, 2, 3), random);
        TensorType y = TensorType.s8(2, 1, 2, 5, 4, 4);
        Conv2d grouped = new Conv2d(ONE, ONE, Padding.SAME, 2, Activation.NONE);
        Tensor all = OneNode.run(grouped, List.of(x, w), y, RoundingMode.DOUBLE);
        for (int g = 0; g < 2; g++) {
            Tensor part = channels(x, 3 * g, 3);
            Tensor filter = Tensor.zeros(w.type().withShape(Shape.of(2, 3, 2, 3)));
            System.arraycopy(w.bytes(), g * 36, filter.bytes(), 0, 36);
            Tensor out =
                    OneNode.run(
                            SAME,
                            List.of(part, filter),
                            y.withShape(Shape.of(2, 5, 4, 2)),
                            RoundingMode.DOUBLE);
            assertEquals(out, channels(all, 2 * g, 2));
        }
    }

    @Test
    void depthwiseIsAConvolutionWithAGroupForEachChannel() {
        Random random = new Random(8);
        Tensor x = random(TensorType.s8(0.1f, 9, 1, 6, 5, 3), random);
        Tensor w = random(TensorType.s8(0.1f, 0, 1, 3, 2, 6), random);
        Tensor ohwi = Tensor.zeros(w.type().withShape(Shape.of(6, 3, 2, 1)));
        for (int i = 0; i < w.elements(); i++) {
            ohwi.setInteger(i % 6 * 6 + i / 6, w.integer(i));
        }
        Ints stride = Ints.of(2, 1);
        Ints dilation = Ints.of(1, 2);
        TensorType y = TensorType.s8(2, 1, 1, 3, 5, 6);
        assertEquals(
                OneNode.run(
                        new Conv2d(stride, dilation, Padding.SAME, 3, Activation.RELU),
                        List.of(x, ohwi),
                        y,
                        RoundingMode.SINGLE),
                OneNode.run(
                        new DepthwiseConv2d(stride, dilation, Padding.SAME, Activation.RELU),
                        List.of(x, w),
                        y,
                        RoundingMode.SINGLE));
    }

    private static Tensor random(TensorType type, Random random) {
        Tensor t = Tensor.zeros(type);
        random.nextBytes(t.bytes());
        return t;
    }

    private static Tensor channels(Tensor x, int first, int count) {
        int all = x.shape().dim(3);
        Tensor part = Tensor.zeros(x.type().withShape(x.shape().with(3, count)));
        for (int i = 0; i < part.elements(); i++) {
            part.setInteger(i, x.integer(i / count * all + first + i % count));
        }
        return part;
    }

    @Test
    void unsignedImagesTakeTheProductOfScalesInBinary32() {
        float a = 0.1f;
        float b = 0.3f;
        double binary32 = (double) (a * b) / 0.7f;
        double binary64 = (double) a * b / 0.7f;
        assertNotEquals(binary32, binary64);
        TensorType s8 = TensorType.s8(a, 0, 1, 1, 1, 1);
        TensorType u8 = new TensorType(DType.U8, s8.shape(), s8.quant());
        TensorType w = TensorType.s8(b, 0, 1, 1, 1, 1);
        TensorType y = TensorType.s8(0.7f, 0, 1, 1, 1, 1);
        assertEquals(Multiplier.of(binary64, RoundingMode.DOUBLE).mantissa(), mantissa(s8, w, y));
        assertEquals(Multiplier.of(binary32, RoundingMode.DOUBLE).mantissa(), mantissa(u8, w, y));
    }

    private static int mantissa(TensorType x, TensorType w, TensorType y) {
        List<Tensor> in = List.of(Tensor.zeros(x), Tensor.zeros(w));
        return NodeRescale.accumulator(
                        OneNode.node(SAME, in, y, RoundingMode.DOUBLE), x, w, y, Activation.NONE)
                .mantissa(0);
    }

    @Test
    void scalesBeyondTheArithmeticNameTheNode() {
        Tensor x = Tensor.zeros(TensorType.s8(3e38f, 0, 1, 1));
        Tensor w = Tensor.zeros(TensorType.s8(3e38f, 0, 1, 1));
        TensorType y = TensorType.s8(1, 0, 1, 1);
        // Binary64, which onnx-ref computes its factor in, holds the product.
        for (RoundingMode mode : EnumSet.complementOf(EnumSet.of(RoundingMode.ONNX_REF))) {
            InvalidGraphException e =
                    assertThrows(
                            InvalidGraphException.class,
                            () -> OneNode.run(DENSE, List.of(x, w), y, mode));
            assertEquals("y", e.where());
        }
    }

    @Test
    void windowsBeyondIntAreRefused() {
        Ints far = Ints.of(1, Integer.MAX_VALUE);
        Conv2d dilated = new Conv2d(ONE, far, Padding.SAME, 1, Activation.NONE);
        Tensor x = Tensor.zeros(TensorType.f32(1, 1, 1, 1));
        assertThrows(
                ShapeException.class,
                () -> OneNode.run(dilated, x, Tensor.zeros(TensorType.f32(1, 1, 3, 1))));
        Padding wide = new Padding.Explicit(0, Integer.MAX_VALUE, 0, 1);
        Conv2d padded = new Conv2d(ONE, ONE, wide, 1, Activation.NONE);
        assertThrows(
                ShapeException.class,
                () -> OneNode.run(padded, x, Tensor.zeros(TensorType.f32(1, 1, 1, 1))));
    }

    @Test
    void filtersWithoutInputsAreRefused() {
        Tensor x = Tensor.zeros(TensorType.f32(1, 3, 3, 0));
        assertThrows(
                ShapeException.class,
                () -> OneNode.run(SAME, x, Tensor.zeros(TensorType.f32(2, 3, 3, 0))));
    }

    @Test
    void anImageWithoutPixelsIsAllPadding() {
        Padding around = new Padding.Explicit(1, 1, 1, 1);
        Conv2d op = new Conv2d(ONE, ONE, around, 1, Activation.NONE);
        Tensor x = Tensor.zeros(TensorType.f32(1, 0, 0, 1));
        Tensor w = Tensor.of(Shape.of(1, 2, 2, 1), 1f, 2f, 3f, 4f);
        Tensor y = OneNode.run(op, x, w, Tensor.of(Shape.of(1), 5f));
        assertEquals(Tensor.of(Shape.of(1, 1, 1, 1), 5f), y);
    }
}
