package quern.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import quern.error.ShapeException;

class QuantTest {
    private static TensorType type(DType dtype, Quant quant, int... dims) {
        return new TensorType(dtype, Shape.of(dims), quant);
    }

    @ParameterizedTest
    @ValueSource(floats = {0, -1, -0f, Float.NaN, Float.POSITIVE_INFINITY})
    void scalesArePositiveAndFinite(float scale) {
        assertThrows(ShapeException.class, () -> Quant.perTensor(scale, 0));
        assertThrows(ShapeException.class, () -> Quant.perChannel(0, new float[] {1, scale}));
        assertThrows(
                ShapeException.class,
                () -> new Quant.PerBlock(0, 2, Floats.of(scale), Ints.of(0), 8));
    }

    @Test
    void thereAreAsManyScalesAsZeroPoints() {
        assertThrows(
                ShapeException.class,
                () -> new Quant.PerChannel(0, Floats.of(1, 2), Ints.of(0), 8));
        assertThrows(
                ShapeException.class, () -> new Quant.PerChannel(0, Floats.of(), Ints.of(), 8));
        assertThrows(
                ShapeException.class, () -> new Quant.PerBlock(0, 0, Floats.of(1), Ints.of(0), 8));
    }

    @Test
    void bitsFitTheElementType() {
        for (int bits : new int[] {2, 4, 8}) {
            assertEquals(
                    bits, type(DType.S8, new Quant.PerTensor(1, 0, bits), 1).quant().bitWidth());
        }
        for (int bits : new int[] {-1, 0, 1, 9, 32}) {
            Quant q = new Quant.PerTensor(1, 0, bits);
            assertThrows(ShapeException.class, () -> type(DType.S8, q, 1));
        }
        assertEquals(0, Quant.NONE.bitWidth());
        assertFalse(Quant.NONE.isQuantized());
        assertTrue(Quant.perTensor(1, 0).isQuantized());
    }

    @Test
    void zeroPointsAreCodes() {
        assertEquals(-128, type(DType.S8, Quant.perTensor(1, -128), 1).zeroPoint(0));
        assertEquals(255, type(DType.U8, Quant.perTensor(1, 255), 1).zeroPoint(0));
        assertThrows(ShapeException.class, () -> type(DType.S8, Quant.perTensor(1, 128), 1));
        assertThrows(ShapeException.class, () -> type(DType.U8, Quant.perTensor(1, -1), 1));
        Quant narrow = new Quant.PerTensor(1, 8, 4);
        assertThrows(ShapeException.class, () -> type(DType.S8, narrow, 1));
        Quant channel = new Quant.PerChannel(0, Floats.of(1, 1), Ints.of(0, 200), 8);
        assertThrows(ShapeException.class, () -> type(DType.S8, channel, 2));
        Quant block = new Quant.PerBlock(0, 2, Floats.of(1), Ints.of(-129), 8);
        assertThrows(ShapeException.class, () -> type(DType.S8, block, 2));
    }

    @Test
    void scalesFitTheShape() {
        Quant three = Quant.perChannel(1, new float[] {1, 2, 3});
        TensorType t = type(DType.S8, three, 2, 3);
        assertEquals(3, t.channels());
        assertEquals(2f, t.scale(1));
        assertThrows(ShapeException.class, () -> type(DType.S8, three, 3, 2));
        assertThrows(ShapeException.class, () -> type(DType.S8, three, 3));
        Quant negative = Quant.perChannel(-1, new float[] {1, 2, 3});
        assertThrows(ShapeException.class, () -> type(DType.S8, negative, 2, 3));
        Quant blocks = new Quant.PerBlock(1, 2, Floats.of(1, 2, 3, 4), Ints.repeat(0, 4), 8);
        assertEquals(blocks, type(DType.S8, blocks, 2, 3).quant());
        assertThrows(ShapeException.class, () -> type(DType.S8, blocks, 2, 5));
        assertThrows(ShapeException.class, () -> type(DType.S8, blocks, 3, 3));
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void integersOfAtMost32BitsAreQuantized(DType dtype) {
        boolean may = dtype.isInteger() && dtype.bits() <= 32 && dtype != DType.U32;
        Quant q = new Quant.PerTensor(1, 0, Math.min(dtype.bits(), 32));
        if (may) {
            assertTrue(type(dtype, q, 3).isQuantized());
        } else {
            assertThrows(ShapeException.class, () -> type(dtype, q, 3));
        }
    }

    @Test
    void codeRanges() {
        assertRange(-128, 127, type(DType.S8, Quant.perTensor(1, 0), 1));
        assertRange(0, 255, type(DType.U8, Quant.perTensor(1, 0), 1));
        assertRange(-8, 7, type(DType.S8, new Quant.PerTensor(1, 0, 4), 1));
        assertRange(0, 15, type(DType.U4, new Quant.PerTensor(1, 0, 4), 1));
        assertRange(-32768, 32767, type(DType.S16, new Quant.PerTensor(1, 0, 16), 1));
        assertRange(
                Integer.MIN_VALUE,
                Integer.MAX_VALUE,
                type(DType.S32, new Quant.PerTensor(1, 0, 32), 1));
        assertRange(-128, 127, TensorType.of(DType.S8, Shape.of(1)));
    }

    private static void assertRange(int min, int max, TensorType type) {
        assertEquals(min, type.codeMin());
        assertEquals(max, type.codeMax());
    }

    @Test
    void typesInOneLine() {
        assertEquals("S8[2] scale=0.5 zero=3", TensorType.s8(0.5f, 3, 2).toString());
        Quant narrow = new Quant.PerTensor(0.5f, 3, 4);
        assertEquals("S8[2] scale=0.5 zero=3 bits=4", type(DType.S8, narrow, 2).toString());
        Quant channels = Quant.perChannel(0, new float[] {1, 2});
        assertEquals("S8[2] axis=0 with 2 scales", type(DType.S8, channels, 2).toString());
        Quant blocks = new Quant.PerBlock(0, 2, Floats.of(1), Ints.of(0), 4);
        assertEquals("S4[2] axis=0 block=2 with 1 scales", type(DType.S4, blocks, 2).toString());
        assertEquals("F32[]", TensorType.f32().toString());
    }

    @Test
    void perTensorIsAskedForByName() {
        TensorType t = type(DType.S8, Quant.perChannel(0, new float[] {1, 2}), 2);
        ShapeException e = assertThrows(ShapeException.class, () -> t.perTensor("the input"));
        assertTrue(e.getMessage().startsWith("the input"), e.getMessage());
    }
}
