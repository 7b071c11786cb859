package quern.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import quern.error.ShapeException;

class TensorTest {
    private static TensorType plain(DType dtype, int... dims) {
        return TensorType.of(dtype, Shape.of(dims));
    }

    @Property(seed = "311", tries = 500)
    void packedElementsStandLowNibbleFirst(
            @ForAll @IntRange(min = 0, max = 9) int elements, @ForAll long bits) {
        for (DType dtype : new DType[] {DType.S4, DType.U4}) {
            Tensor t = Tensor.view(plain(dtype, elements), new byte[9], 3);
            byte[] expected = new byte[9];
            for (int i = 0; i < elements; i++) {
                int code = (int) (bits >> 4 * i) & 0xF;
                t.setInteger(i, dtype == DType.S4 ? code - 8 : code);
                int nibble = dtype == DType.S4 ? code - 8 & 0xF : code;
                expected[3 + i / 2] |= (byte) (nibble << (i % 2 * 4));
            }
            assertArrayEquals(expected, t.bytes());
            for (int i = 0; i < elements; i++) {
                int code = (int) (bits >> 4 * i) & 0xF;
                assertEquals(dtype == DType.S4 ? code - 8 : code, t.integer(i));
            }
        }
    }

    @Test
    void settingANibbleKeepsItsNeighbour() {
        Tensor t = Tensor.of(plain(DType.S4, 4), (byte) 0xFF, (byte) 0xFF);
        t.setInteger(2, 5);
        t.setInteger(1, 0);
        assertArrayEquals(new byte[] {0x0F, (byte) 0xF5}, t.bytes());
        assertEquals(-1, t.integer(0));
        assertEquals(-1, t.integer(3));
    }

    @Test
    void integersAreReadWithTheirSign() {
        assertEquals(-1, Tensor.of(plain(DType.S8, 1), (byte) -1).integer(0));
        assertEquals(255, Tensor.of(plain(DType.U8, 1), (byte) -1).integer(0));
        assertEquals(255, Tensor.of(plain(DType.U8, 1), (byte) -1).code(0));
        assertEquals(65535, Tensor.view(plain(DType.U16, 1), new short[] {-1}, 0).integer(0));
        assertEquals(-1, Tensor.view(plain(DType.S16, 1), new short[] {-1}, 0).integer(0));
        assertEquals(0xFFFFFFFFL, Tensor.view(plain(DType.U32, 1), new int[] {-1}, 0).integer(0));
        assertEquals(-1, Tensor.view(plain(DType.S32, 1), new int[] {-1}, 0).integer(0));
        assertEquals(-1, Tensor.view(plain(DType.S64, 1), new long[] {-1}, 0).integer(0));
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void everyIntegerTypeKeepsItsExtremes(DType dtype) {
        Tensor t = Tensor.zeros(plain(dtype, 3));
        if (dtype.isFloat()) {
            assertThrows(IllegalArgumentException.class, () -> t.integer(0));
            assertThrows(IllegalArgumentException.class, () -> t.setInteger(0, 1));
            return;
        }
        long min = dtype == DType.BOOL ? 0 : dtype.min(dtype.bits());
        long max = dtype == DType.BOOL ? 1 : dtype.max(dtype.bits());
        t.setInteger(0, min);
        t.setInteger(2, max);
        assertEquals(min, t.integer(0));
        assertEquals(0, t.integer(1));
        assertEquals(max, t.integer(2));
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void zerosCopiesAndFileSizes(DType dtype) {
        Tensor t = Tensor.zeros(plain(dtype, 3, 1));
        assertEquals(3, t.elements());
        assertEquals(t, t.copy());
        assertNotEquals(t, Tensor.zeros(plain(dtype, 1, 3)));
        long bytes = dtype.isPacked() ? 2 : 3L * dtype.bits() / 8;
        assertEquals(bytes, dtype.byteSize(3));
        assertEquals(dtype.isPacked() ? 2 : 3, Tensor.slots(dtype, 3));
    }

    @Test
    void viewsShareTheArrayAndKeepToTheirPart() {
        float[] array = {1, 2, 3, 4, 5};
        Tensor t = Tensor.view(TensorType.f32(2), array, 2);
        assertSame(array, t.floats());
        assertEquals(2, t.offset());
        assertEquals(3f, t.real(0));
        t.setReal(1, 9);
        assertEquals(9f, array[3]);
        assertEquals(Tensor.of(Shape.of(2), 3f, 9f), t);
        assertEquals(Tensor.of(Shape.of(2), 3f, 9f).hashCode(), t.hashCode());
        assertArrayEquals(new float[] {3, 9}, t.copy().floats());
    }

    @Test
    void arraysFit() {
        TensorType five = TensorType.f32(5);
        assertThrows(ShapeException.class, () -> Tensor.view(five, new float[5], 1));
        assertThrows(ShapeException.class, () -> Tensor.view(five, new float[5], -1));
        assertThrows(
                ShapeException.class, () -> Tensor.view(five, new float[5], Integer.MAX_VALUE));
        assertThrows(IllegalArgumentException.class, () -> Tensor.view(five, new byte[20], 0));
        assertThrows(ShapeException.class, () -> Tensor.of(Shape.of(2), 1f));
        assertThrows(ShapeException.class, () -> Tensor.of(Shape.of(2), 1, 2, 3));
        assertThrows(ShapeException.class, () -> Tensor.of(plain(DType.S8, 2), (byte) 1));
        assertThrows(ShapeException.class, () -> Tensor.of(plain(DType.S4, 3), (byte) 1));
        assertThrows(
                IllegalArgumentException.class, () -> Tensor.of(plain(DType.F32, 4), new byte[4]));
        Tensor.view(plain(DType.S4, 3), new byte[5], 3);
        assertThrows(ShapeException.class, () -> Tensor.view(plain(DType.S4, 3), new byte[5], 4));
    }

    @Test
    void theSameElementsSeenAnotherWay() {
        Tensor t = Tensor.of(TensorType.s8(0.5f, 0, 2, 2), new byte[] {1, 2, 3, -4});
        assertEquals(-4, t.as(TensorType.s8(1, 3, 4)).integer(3));
        assertEquals(252, t.as(plain(DType.U8, 4)).integer(3));
        assertSame(t.bytes(), t.as(TensorType.s8(1, 3, 4)).bytes());
        assertThrows(ShapeException.class, () -> t.as(TensorType.s8(1, 3, 5)));
        assertThrows(ShapeException.class, () -> t.as(plain(DType.S16, 2)));
        assertThrows(ShapeException.class, () -> t.as(plain(DType.S4, 4)));
    }

    @Test
    void floatsCompareByBits() {
        Shape one = Shape.of(1);
        assertNotEquals(Tensor.of(one, 0f), Tensor.of(one, -0f));
        assertEquals(Tensor.of(one, Float.NaN), Tensor.of(one, Float.intBitsToFloat(0xFFC00001)));
        assertNotEquals(Tensor.of(one, 1f), Tensor.of(one, 2f));
        assertNotEquals(Tensor.of(one, 1f), Tensor.of(one, 1));
        assertNotEquals(
                Tensor.of(TensorType.s8(1, 0, 1), (byte) 1),
                Tensor.of(TensorType.s8(2, 0, 1), (byte) 1));
    }

    @Test
    void listsAreValues() {
        int[] numbers = {3, -1};
        Ints ints = Ints.of(numbers);
        numbers[0] = 7;
        ints.toArray()[0] = 8;
        assertEquals(Ints.of(3, -1), ints);
        assertEquals(Ints.of(3, -1).hashCode(), ints.hashCode());
        assertEquals("[3,-1]", ints.toString());
        assertEquals(Ints.of(4, 4), Ints.repeat(4, 2));
        assertEquals("[0.5,-0,nan]", Floats.of(0.5f, -0f, Float.NaN).toString());
        assertNotEquals(Floats.of(0f), Floats.of(-0f));
        assertEquals(Floats.of(Float.NaN), Floats.of(Float.NaN));
    }
}
