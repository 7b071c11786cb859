package quern.numeric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TreeSumTest {
    @Property(seed = "111")
    void followsTheWrittenOrder(
            @ForAll @IntRange(max = 100) int count,
            @ForAll @IntRange(min = 1, max = 3) int stride,
            @ForAll @IntRange(max = 5) int offset,
            @ForAll long seed) {
        float[] x = values(offset + count * stride, seed);
        float[] p = new float[16];
        TreeSum incremental = new TreeSum();
        incremental.add(7);
        incremental.reset();
        for (int i = 0; i < count; i++) {
            p[i & 15] += x[offset + i * stride];
            incremental.add(x[offset + i * stride]);
        }
        assertEquals(tree(p.clone()), TreeSum.combine(p, 0));
        float expected = tree(p);
        assertEquals(expected, TreeSum.sum(x, offset, stride, count));
        assertEquals(expected, incremental.sum());
        assertEquals(expected / count, incremental.mean());
        assertEquals(expected / count, TreeSum.mean(x, offset, stride, count));
    }

    private static float tree(float[] p) {
        for (int step = 8; step >= 1; step /= 2) {
            for (int j = 0; j < step; j++) {
                p[j] += p[j + step];
            }
        }
        return p[0];
    }

    /** A machine of 4, 8 or 16 lanes that adds whole vectors gets the same bits. */
    @Property(seed = "112")
    void anyVectorWidthGivesTheSameBits(@ForAll @IntRange(max = 20) int rows, @ForAll long seed) {
        float[] x = values(rows * 16, seed);
        for (int lanes = 4; lanes <= 16; lanes *= 2) {
            float[] p = new float[16];
            for (int i = 0; i < x.length; i += lanes) {
                for (int lane = 0; lane < lanes; lane++) {
                    p[i % 16 + lane] += x[i + lane];
                }
            }
            assertEquals(TreeSum.sum(x, 0, 1, x.length), tree(p));
        }
    }

    private static float[] values(int count, long seed) {
        java.util.Random random = new java.util.Random(seed);
        float[] x = new float[count];
        for (int i = 0; i < count; i++) {
            x[i] = (float) random.nextGaussian() * Math.scalb(1f, random.nextInt(30));
        }
        return x;
    }

    @Test
    void theOrderIsNotSerial() {
        float[] x = new float[32];
        x[0] = 0x1p24f;
        x[1] = 1;
        x[3] = 1;
        assertEquals(0x1p24f + 2, TreeSum.sum(x, 0, 1, 32));
        float serial = 0;
        for (float v : x) {
            serial += v;
        }
        assertNotEquals(serial, TreeSum.sum(x, 0, 1, 32));
    }

    @Test
    void emptyAndNegativeZero() {
        float[] x = {-0f, -0f};
        assertEquals(0f, TreeSum.sum(x, 0, 1, 2));
        assertEquals(0f, TreeSum.sum(x, 0, 1, 0));
        assertEquals(Float.NaN, TreeSum.mean(x, 0, 1, 0));
        assertEquals(Float.NEGATIVE_INFINITY, TreeSum.max(x, 0, 1, 0));
    }

    @Test
    void maximum() {
        float[] x = {-3, 9, -0f, 8, 0f, 7, -5, Float.NaN};
        assertEquals(9f, TreeSum.max(x, 0, 1, 7));
        assertEquals(0f, TreeSum.max(x, 0, 2, 4));
        assertEquals(Float.NaN, TreeSum.max(x, 1, 2, 4));
    }

    @Test
    void partialsMayStandAnywhere() {
        float[] x = values(40, 5);
        assertEquals(TreeSum.sum(x, 20, 1, 16), TreeSum.combine(x, 20));
    }
}
