package quern.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import quern.error.InvalidGraphException;
import quern.fixedpoint.RoundingMode;
import quern.op.Activation;
import quern.op.Padding;
import quern.op.pooling.AveragePool2d;
import quern.op.pooling.MaxPool2d;
import quern.op.reduction.Mean;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

class PoolingReferenceTest {
    private static final Ints ONE = Ints.of(1, 1);
    private static final Ints PAIR = Ints.of(1, 2);
    private static final AveragePool2d PAIRS =
            new AveragePool2d(PAIR, PAIR, Padding.VALID, Activation.NONE);

    @Test
    void signedTiesGoAwayFromZeroAndUnsignedOnesUp() {
        Quant q = Quant.perTensor(1, 0);
        TensorType s8 = new TensorType(DType.S8, Shape.of(1, 1, 4, 1), q);
        Tensor x = Tensor.of(s8, (byte) -1, (byte) -2, (byte) 1, (byte) 2);
        TensorType y = s8.withShape(Shape.of(1, 1, 2, 1));
        for (RoundingMode mode : List.of(RoundingMode.DOUBLE, RoundingMode.SINGLE)) {
            assertArrayEquals(new byte[] {-2, 2}, OneNode.run(PAIRS, List.of(x), y, mode).bytes());
        }
        TensorType u8 = new TensorType(DType.U8, s8.shape(), Quant.perTensor(1, 128));
        Tensor shifted = Tensor.of(u8, (byte) 127, (byte) 126, (byte) 129, (byte) 130);
        TensorType z = u8.withShape(y.shape());
        assertArrayEquals(
                new byte[] {127, (byte) 130},
                OneNode.run(PAIRS, List.of(shifted), z, RoundingMode.DOUBLE).bytes());
    }

    /** The zero point stands inside the rounding: 0.5 + 1 rounds to even 2, 1.5 + 1 too. */
    @Test
    void floatEvenRoundsTheSumWithTheZeroPoint() {
        TensorType s8 = TensorType.s8(1, 1, 1, 1, 4, 1);
        Tensor x = Tensor.of(s8, (byte) 1, (byte) 2, (byte) 2, (byte) 3);
        TensorType y = s8.withShape(Shape.of(1, 1, 2, 1));
        assertArrayEquals(
                new byte[] {2, 2},
                OneNode.run(PAIRS, List.of(x), y, RoundingMode.FLOAT_EVEN).bytes());
    }

    @ParameterizedTest
    @EnumSource(RoundingMode.class)
    void windowsInThePaddingAverageToZeroAndHaveTheSmallestMaximum(RoundingMode mode) {
        Padding wide = new Padding.Explicit(0, 2, 0, 0);
        AveragePool2d average = new AveragePool2d(PAIR, PAIR, wide, Activation.NONE);
        MaxPool2d max = new MaxPool2d(PAIR, PAIR, wide, Activation.NONE);
        TensorType s8 = TensorType.s8(1, 5, 1, 1, 2, 1);
        TensorType y = s8;
        Tensor codes = Tensor.of(s8, (byte) 7, (byte) 7);
        assertArrayEquals(new byte[] {5, 7}, OneNode.run(average, List.of(codes), y, mode).bytes());
        assertArrayEquals(new byte[] {-128, 7}, OneNode.run(max, List.of(codes), y, mode).bytes());
        Tensor reals = Tensor.of(s8.shape(), 3f, 3f);
        assertArrayEquals(new float[] {0, 3}, OneNode.run(average, reals).floats());
        assertArrayEquals(
                new float[] {Float.NEGATIVE_INFINITY, 3}, OneNode.run(max, reals).floats());
        MaxPool2d relu = new MaxPool2d(PAIR, PAIR, wide, Activation.RELU);
        assertArrayEquals(new byte[] {5, 7}, OneNode.run(relu, List.of(codes), y, mode).bytes());
        assertArrayEquals(new float[] {0, 3}, OneNode.run(relu, reals).floats());
    }

    @Test
    void nanIsTheMaximumAndPlusZeroIsAboveMinusZero() {
        MaxPool2d max = new MaxPool2d(PAIR, PAIR, Padding.VALID, Activation.NONE);
        Tensor x = Tensor.of(Shape.of(1, 1, 6, 1), Float.NaN, 1f, 1f, Float.NaN, -0f, 0f);
        Tensor y = OneNode.run(max, x);
        assertEquals(Tensor.of(Shape.of(1, 1, 3, 1), Float.NaN, Float.NaN, 0f), y);
    }

    @Test
    void onlyTapsInTheImageAreVisited() {
        Ints huge = Ints.of(Integer.MAX_VALUE, Integer.MAX_VALUE);
        Tensor x = Tensor.of(Shape.of(1, 1, 1, 1), 4f);
        assertEquals(
                x, OneNode.run(new AveragePool2d(huge, ONE, Padding.SAME, Activation.NONE), x));
        assertEquals(x, OneNode.run(new MaxPool2d(huge, ONE, Padding.SAME, Activation.NONE), x));
    }

    @Test
    void sumsThatInt32MayNotHoldAreRefused() {
        Ints side = Ints.of(2903, 2903);
        AveragePool2d op = new AveragePool2d(side, ONE, Padding.VALID, Activation.NONE);
        Tensor x = Tensor.zeros(TensorType.s8(1, 0, 1, 2903, 2903, 1));
        TensorType y = TensorType.s8(1, 0, 1, 1, 1, 1);
        assertThrows(
                InvalidGraphException.class,
                () -> OneNode.run(op, List.of(x), y, RoundingMode.DOUBLE));
        Mean mean = new Mean(Ints.of(1, 2), true);
        assertThrows(
                InvalidGraphException.class,
                () -> OneNode.run(mean, List.of(x), y, RoundingMode.DOUBLE));
    }

    @ParameterizedTest
    @EnumSource(RoundingMode.class)
    void aMeanOverNothingIsNanOrRefused(RoundingMode mode) {
        Mean mean = new Mean(Ints.of(1), false);
        Tensor none = Tensor.zeros(TensorType.f32(2, 0));
        assertEquals(Tensor.of(Shape.of(2), Float.NaN, Float.NaN), OneNode.run(mean, none));
        Tensor codes = Tensor.zeros(TensorType.s8(1, 0, 2, 0));
        InvalidGraphException e =
                assertThrows(
                        InvalidGraphException.class,
                        () -> OneNode.run(mean, List.of(codes), TensorType.s8(1, 0, 2), mode));
        assertEquals("y", e.where());
    }

    /** 17 elements: 0 and 16 meet first, so that the large ones cancel before 1 is added. */
    @Test
    void meansAddInTreeOrder() {
        float[] x = new float[17];
        x[0] = 1e8f;
        x[16] = -1e8f;
        x[8] = 1;
        Tensor y = OneNode.run(new Mean(Ints.of(0), false), Tensor.of(Shape.of(17), x));
        assertEquals(1f / 17, y.real(0));
    }
}
