package quern.fixedpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SigmoidTable16Test {
    private static double logistic(double x) {
        return 1 / (1 + StrictMath.exp(-x));
    }

    /** An entry of the table by its formula. */
    private static int entry(int i) {
        double lower = logistic((i - 1) / 24.0);
        double here = logistic(i / 24.0);
        double upper = logistic((i + 1) / 24.0);
        double entry = 65536 * here - 4096 * (upper - 2 * here + lower);
        return i == 255 ? 65535 : (int) Math.min(65535, Math.floor(entry + 0.5));
    }

    private static int sigmoidByDefinition(int v) {
        int a = Math.abs(v);
        long r = 0x7FFFL << 10;
        if (a < 255 * 512) {
            long low = entry(a / 512);
            long high = entry(a / 512 + 1);
            r = low * 512 + a % 512 * (high - low);
        }
        return (int) Math.floorDiv(v >= 0 ? r + 512 : (1 << 25) - r + 511, 1024L);
    }

    private static int tanhByDefinition(int v) {
        int a = Math.abs(v);
        long r = 0xFFFFL << 8;
        if (a < 255 * 256) {
            long low = entry(a / 256);
            long high = entry(a / 256 + 1);
            r = low * 256 + a % 256 * (high - low);
        }
        long centred = v >= 0 ? r - (1 << 23) + 128 : (1 << 23) - r + 127;
        return (int) Math.floorDiv(centred, 256L);
    }

    @Test
    void everyCodeFollowsTheDefinition() {
        for (int x = Short.MIN_VALUE; x <= Short.MAX_VALUE; x++) {
            assertEquals(sigmoidByDefinition(3 * x), SigmoidTable16.sigmoid(x, 3, 0));
            assertEquals(tanhByDefinition(3 * x), SigmoidTable16.tanh(x, 3, 0));
        }
    }

    @Test
    void theDefinitionHasTheKnownTable() {
        int sum = 0;
        for (int i = 0; i < 256; i++) {
            sum += entry(i);
        }
        assertEquals(15670629, sum);
        assertEquals(43304, entry(16));
        assertEquals(61279, entry(64));
        assertEquals(65221, entry(128));
        assertEquals(65520, entry(200));
        assertEquals(65534, entry(254));
    }

    @Test
    void everyCodeIsNearTheRealFunction() {
        // The interpolation is off by up to an eighth of the second difference, 5 units of 65536,
        // half of which the table takes away; two roundings come on top.
        for (float scale :
                new float[] {1f / 4096, 1f / 2048, 0.0003f, 7.5f / 32767, 1e-5f, 0.01f}) {
            SigmoidTable16 sigmoid = SigmoidTable16.ofSigmoid(scale);
            SigmoidTable16 tanh = SigmoidTable16.ofTanh(scale);
            for (int x = Short.MIN_VALUE; x <= Short.MAX_VALUE; x++) {
                double real = x * (double) scale;
                assertEquals(32768 * logistic(real), sigmoid.sigmoid(x), 4, "logistic " + real);
                assertEquals(32768 * StrictMath.tanh(real), tanh.tanh(x), 8, "tanh " + real);
            }
        }
    }

    @Test
    void resultsNeverFall() {
        SigmoidTable16 scaling = SigmoidTable16.ofSigmoid(0.0002f);
        int last = -1;
        int lastTanh = -32768;
        for (int x = Short.MIN_VALUE; x <= Short.MAX_VALUE; x++) {
            int y = scaling.sigmoid(x);
            int t = scaling.tanh(x);
            assertTrue(y >= last && t >= lastTanh, "at " + x);
            last = y;
            lastTanh = t;
        }
    }

    @Test
    void scalingOfPowersOfTwo() {
        assertEquals(new SigmoidTable16(3, 0), SigmoidTable16.ofSigmoid(1f / 4096));
        assertEquals(new SigmoidTable16(3, 0), SigmoidTable16.ofTanh(8f / 32767));
        assertEquals(new SigmoidTable16(6, 0), SigmoidTable16.ofTanh(1f / 2048));
        assertEquals(new SigmoidTable16(24576, 12), SigmoidTable16.ofSigmoid(1f / 2048));
        assertEquals(new SigmoidTable16(24576, 14), SigmoidTable16.ofTanh(1f / 8192));
        assertEquals(new SigmoidTable16(24600, 13), SigmoidTable16.ofSigmoid(1.001f / 4096));
    }

    @Test
    void extremeScales() {
        SigmoidTable16 tiny = SigmoidTable16.ofSigmoid(Float.MIN_VALUE);
        assertEquals(new SigmoidTable16(0, 31), tiny);
        assertEquals(16384, tiny.sigmoid(-32768));
        assertEquals(0, tiny.tanh(32767));
        SigmoidTable16 huge = SigmoidTable16.ofTanh(Float.MAX_VALUE);
        assertEquals(32767, huge.tanh(1));
        assertEquals(-32767, huge.tanh(-1));
        assertEquals(0, huge.tanh(0));
        assertEquals(32767, huge.sigmoid(1));
        assertEquals(1, huge.sigmoid(-1));
        assertThrows(IllegalArgumentException.class, () -> SigmoidTable16.ofTanh(Float.NaN));
        assertThrows(IllegalArgumentException.class, () -> new SigmoidTable16(3, 32));
    }
}
