package quern.numeric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class FmaTest {
    private static final float[] SPECIAL = {
        0f,
        -0f,
        1f,
        -1f,
        Float.MIN_VALUE,
        -Float.MIN_VALUE,
        Float.MIN_NORMAL,
        Math.nextDown(Float.MIN_NORMAL),
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.NaN,
        1 + 0x1p-23f,
        1 - 0x1p-24f,
        0x1p-75f,
        0x1p24f,
        0x1p127f
    };

    @Test
    void specialValues() {
        for (float a : SPECIAL) {
            for (float b : SPECIAL) {
                for (float c : SPECIAL) {
                    check(a, b, c);
                }
            }
        }
    }

    /** The product is just off half the smallest subnormal: its low part decides. */
    @Test
    void subnormalTies() {
        float a = 0x1p-75f * (1 - 0x1p-23f);
        float b = 0x1p-75f * (1 + 0x1p-23f);
        for (int k = 0; k < 200000; k++) {
            float c = k * Float.MIN_VALUE;
            check(a, b, c);
            check(-a, b, c);
            check(a, b, -c);
            check(0x1p-75f, 0x1p-75f, c);
        }
        // Narrowing the plain binary64 sum would round the tie up to an even neighbour.
        float odd = 1001 * Float.MIN_VALUE;
        assertNotEquals((float) ((double) a * b + odd), Fma.software(a, b, odd));
    }

    /** The sum in binary64 ends in a tie of binary32 that hides a non-zero low part. */
    @Test
    void normalTies() {
        for (int i = 0; i < 24; i++) {
            float c = 1 + 0x1p-23f * i;
            for (int e = 30; e < 140; e++) {
                float tiny = Math.scalb(1f, -e);
                check(0x1p-12f + tiny, 0x1p-12f, c);
                check(0x1p-12f * (1 + 0x1p-23f), 0x1p-12f * (1 - 0x1p-23f), c);
                check(-0x1p-12f * (1 + 0x1p-23f), 0x1p-12f * (1 - 0x1p-23f), c);
                check(0x1p-24f, 1 + 0x1p-23f * (e - 30), -c);
            }
        }
    }

    @Test
    void randomBits() {
        randomBits(200_000);
    }

    @Test
    @Tag("long")
    void manyRandomBits() {
        randomBits(5_000_000);
    }

    private static void randomBits(int count) {
        SplittableRandom random = new SplittableRandom(101);
        for (int i = 0; i < count; i++) {
            float a = Float.intBitsToFloat(random.nextInt());
            float b = Float.intBitsToFloat(random.nextInt());
            check(a, b, Float.intBitsToFloat(random.nextInt()));
            // A third operand of about the product's size cancels and carries.
            float near = -a * b * (1 + random.nextInt(-8, 9) * 0x1p-23f);
            check(a, b, near);
            check(a, b, near * 0x1p24f);
        }
    }

    private static void check(float a, float b, float c) {
        int expected = Float.floatToIntBits(Math.fma(a, b, c));
        int software = Float.floatToIntBits(Fma.software(a, b, c));
        if (expected != software || expected != Float.floatToIntBits(Fma.fma(a, b, c))) {
            assertEquals(Math.fma(a, b, c), Fma.software(a, b, c), a + " * " + b + " + " + c);
            assertEquals(Math.fma(a, b, c), Fma.fma(a, b, c), a + " * " + b + " + " + c);
        }
    }
}
