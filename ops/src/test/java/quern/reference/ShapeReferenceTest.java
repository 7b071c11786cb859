package quern.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import quern.error.ShapeException;
import quern.fixedpoint.RoundingMode;
import quern.op.Op;
import quern.op.quantize.Dequantize;
import quern.op.quantize.Quantize;
import quern.op.quantize.Requantize;
import quern.op.shape.Concat;
import quern.op.shape.Pad;
import quern.op.shape.Reshape;
import quern.op.shape.Transpose;
import quern.tensor.DType;
import quern.tensor.Floats;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

class ShapeReferenceTest {
    /** A tensor of any type whose elements are 1, 2, 3... in their bits. */
    private static Tensor counting(DType dtype, int... dims) {
        Tensor t = Tensor.zeros(TensorType.of(dtype, Shape.of(dims)));
        for (int i = 0; i < t.elements(); i++) {
            switch (dtype) {
                case F32 -> t.floats()[i] = i + 1;
                case F64 -> t.doubles()[i] = i + 1;
                case F16, BF16 -> t.shorts()[i] = (short) (i + 1);
                default -> t.setInteger(i, i + 1);
            }
        }
        return t;
    }

    private static int[] counts(Tensor t) {
        int[] all = new int[t.elements()];
        for (int i = 0; i < all.length; i++) {
            all[i] =
                    switch (t.dtype()) {
                        case F32 -> (int) t.real(i);
                        case F64 -> (int) t.doubles()[i];
                        case F16, BF16 -> t.shorts()[i];
                        default -> t.code(i);
                    };
        }
        return all;
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void transposeMovesAnyType(DType dtype) {
        Tensor y = OneNode.run(new Transpose(Ints.of(2, 0, 1)), counting(dtype, 1, 2, 3));
        assertEquals(Shape.of(3, 1, 2), y.shape());
        assertArrayEquals(new int[] {1, 4, 2, 5, 3, 6}, counts(y));
    }

    static Stream<DType> wholeBytes() {
        return Stream.of(DType.values()).filter(d -> !d.isPacked());
    }

    @ParameterizedTest
    @MethodSource("wholeBytes")
    void reshapeAndConcatMoveAnyTypeOfWholeBytes(DType dtype) {
        Tensor x = counting(dtype, 2, 2);
        Tensor y = OneNode.run(new Reshape(Ints.of(1, -1)), x);
        assertEquals(Shape.of(1, 4), y.shape());
        assertArrayEquals(new int[] {1, 2, 3, 4}, counts(y));
        Tensor z = OneNode.run(new Concat(1), x, counting(dtype, 2, 1), counting(dtype, 2, 0));
        assertEquals(Shape.of(2, 3), z.shape());
        assertArrayEquals(new int[] {1, 2, 1, 3, 4, 2}, counts(z));
    }

    @Test
    void anotherElementTypeIsRefused() {
        Tensor x = counting(DType.S64, 2);
        TensorType y = TensorType.s8(1, 0, 2);
        for (Op op : List.of(new Reshape(Ints.of(2)), new Transpose(Ints.of(0)))) {
            assertThrows(
                    ShapeException.class,
                    () -> OneNode.run(op, List.of(x), y, RoundingMode.DOUBLE));
        }
    }

    @Test
    void padWritesRealsAndRoundedCodes() {
        Pad pad = new Pad(Ints.of(1, 0), Ints.of(0, 2), 0.75f);
        assertArrayEquals(
                new float[] {.75f, .75f, .75f, 5, .75f, .75f},
                OneNode.run(pad, Tensor.of(Shape.of(1, 1), 5f)).floats());
        Tensor x = Tensor.of(TensorType.s8(0.5f, 1, 1, 1), (byte) 9);
        byte[] codes = OneNode.run(pad, x).bytes();
        assertArrayEquals(new byte[] {3, 3, 3, 9, 3, 3}, codes);
        Pad low = new Pad(Ints.of(1, 0), Ints.of(0, 0), -1e9f);
        assertArrayEquals(new byte[] {-128, 9}, OneNode.run(low, x).bytes());
    }

    @Test
    void blocksAndChannelsDequantizeWithTheirOwnScale() {
        Quant blocks =
                new Quant.PerBlock(1, 2, Floats.of(1, 10, 100, 1000), Ints.of(0, 1, 0, -1), 4);
        Tensor x = Tensor.zeros(new TensorType(DType.S4, Shape.of(2, 3), blocks));
        for (int i = 0; i < 6; i++) {
            x.setInteger(i, i - 3);
        }
        assertArrayEquals(
                new float[] {-3, -2, -20, 0, 100, 3000}, OneNode.run(new Dequantize(), x).floats());
        Quant rows = new Quant.PerChannel(0, Floats.of(1, 10), Ints.of(1, 0), 16);
        Tensor wide = counting(DType.S16, 2, 2);
        Tensor channels = wide.as(new TensorType(DType.S16, Shape.of(2, 2), rows));
        assertArrayEquals(
                new float[] {0, 1, 30, 40}, OneNode.run(new Dequantize(), channels).floats());
    }

    @ParameterizedTest
    @EnumSource(RoundingMode.class)
    void quantizeRoundsAsTheModeSays(RoundingMode mode) {
        float inf = Float.POSITIVE_INFINITY;
        Tensor x = Tensor.of(Shape.of(6), 0.5f, 1.5f, -0.5f, Float.NaN, inf, -inf);
        boolean even = !mode.isFixedPoint();
        Tensor y = OneNode.run(new Quantize(), List.of(x), TensorType.s8(1, 3, 6), mode);
        assertArrayEquals(
                new byte[] {(byte) (even ? 3 : 4), 5, (byte) (even ? 3 : 2), -128, 127, -128},
                y.bytes());
        Quant full = new Quant.PerTensor(1, 0, 32);
        TensorType s32 = new TensorType(DType.S32, Shape.of(6), full);
        int half = even ? 0 : 1;
        assertArrayEquals(
                new int[] {half, 2, -half, Integer.MIN_VALUE, Integer.MAX_VALUE, Integer.MIN_VALUE},
                OneNode.run(new Quantize(), List.of(x), s32, mode).ints());
    }

    @Test
    void packedCodesRequantize() {
        Tensor x = Tensor.of(TensorType.s8(1, 0, 3), (byte) -100, (byte) 3, (byte) 100);
        TensorType y = new TensorType(DType.U4, Shape.of(3), new Quant.PerTensor(0.5f, 2, 4));
        Tensor packed = OneNode.run(new Requantize(), List.of(x), y, RoundingMode.DOUBLE);
        assertArrayEquals(new byte[] {(byte) 0x80, 0x0F}, packed.bytes());
    }

    @Test
    void unsigned32BitCodesAreRefused() {
        assertThrows(
                ShapeException.class,
                () -> new TensorType(DType.U32, Shape.of(1), new Quant.PerTensor(1, 0, 32)));
    }
}
