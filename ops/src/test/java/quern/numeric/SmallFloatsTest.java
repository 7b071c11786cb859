package quern.numeric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SmallFloatsTest {
    private static final int BITS = 1 << 16;

    @Test
    void halvesAreWhatTheStandardSays() {
        assertEquals(1f, SmallFloats.ofF16((short) 0x3C00));
        assertEquals(-2f, SmallFloats.ofF16((short) 0xC000));
        assertEquals(65504f, SmallFloats.ofF16((short) 0x7BFF));
        assertEquals(0x1p-14f, SmallFloats.ofF16((short) 0x0400));
        assertEquals(0x1p-24f, SmallFloats.ofF16((short) 1));
        assertEquals(Float.NEGATIVE_INFINITY, SmallFloats.ofF16((short) 0xFC00));
        assertEquals(1.5f, SmallFloats.ofBf16((short) 0x3FC0));
    }

    @Test
    void everyHalfComesBack() {
        for (int b = 0; b < BITS; b++) {
            float f16 = SmallFloats.ofF16((short) b);
            float bf16 = SmallFloats.ofBf16((short) b);
            assertEquals(f16 != f16 ? 0x7E00 : (short) b, SmallFloats.toF16(f16));
            assertEquals(bf16 != bf16 ? 0x7FC0 : (short) b, SmallFloats.toBf16(bf16));
        }
    }

    /** No neighbour is nearer, and of two equally near ones the even one is taken. */
    @Test
    void roundsToTheNearest() {
        Random random = new Random(1);
        for (int i = 0; i < 200_000; i++) {
            int any = (short) random.nextInt(BITS) & 0x7FFF;
            if (any < 0x7BFF) {
                between(any, random.nextInt(5) * 0.25);
            }
        }
        assertEquals(0x7BFF, SmallFloats.toF16(65519.996f));
        assertEquals(0x7C00, SmallFloats.toF16(65520f));
        assertEquals(0, SmallFloats.toF16(0x1p-25f));
        assertEquals(1, SmallFloats.toF16(0x1.000002p-25f));
        assertEquals((short) 0x8000, SmallFloats.toF16(-Float.MIN_VALUE));
        assertEquals((short) 0xFF80, SmallFloats.toBf16(-Float.MAX_VALUE));
    }

    private static void between(int bits, double part) {
        double low = SmallFloats.ofF16((short) bits);
        double high = SmallFloats.ofF16((short) (bits + 1));
        float x = (float) (low + (high - low) * part);
        int expected = part < 0.5 || part == 0.5 && (bits & 1) == 0 ? bits : bits + 1;
        assertEquals(expected, SmallFloats.toF16(x));
        assertEquals((short) (expected | 0x8000), SmallFloats.toF16(-x));
        assertTrue(x >= low);
    }
}
