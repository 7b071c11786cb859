package quern.simd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import quern.fixedpoint.RoundingMode;
import quern.numeric.Fma;
import quern.runtime.micro.Factors;
import quern.runtime.micro.Microkernels;
import quern.runtime.micro.Products;
import quern.runtime.micro.ScalarMicrokernels;
import quern.runtime.micro.Walk;

/**
 * Each inner loop gives the bits of plain loops: odd lengths and offsets, extremes, special
 * numbers.
 */
class MicrokernelsTest {
    private static final float[] SPECIAL = {
        Float.NaN,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        0f,
        -0f,
        Float.MIN_VALUE,
        -Float.MIN_VALUE,
        1e-40f,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        104f,
        -104f,
        88.9f,
        10f,
        15.6f,
        -15.6f
    };

    private final Microkernels plain = new ScalarMicrokernels();
    private final Microkernels vector = new SimdMicrokernels(plain);
    private final Random random = new Random(5);

    /** 0 to more than two vectors, and some primes. */
    private static int[] lengths() {
        int[] all = new int[2 * Species.LANES + 4 + 4];
        for (int i = 0; i < all.length - 4; i++) {
            all[i] = i;
        }
        System.arraycopy(new int[] {61, 127, 521, 1031}, 0, all, all.length - 4, 4);
        return all;
    }

    private float[] reals(int n, double special) {
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] =
                    random.nextDouble() < special
                            ? SPECIAL[random.nextInt(SPECIAL.length)]
                            : (float) random.nextGaussian() * 4;
        }
        return x;
    }

    private byte[] codes(int n) {
        byte[] x = new byte[n];
        random.nextBytes(x);
        return x;
    }

    private static void same(String what, float[] expected, float[] actual) {
        for (int i = 0; i < expected.length; i++) {
            assertEquals(
                    Float.floatToIntBits(expected[i]), Float.floatToIntBits(actual[i]), what + i);
        }
    }

    /** Runs one loop in both tiers on copies of a float array and compares what they leave. */
    private void rows(String name, Row row) {
        for (int n : lengths()) {
            for (int at : new int[] {0, 1, 5}) {
                float[] x = reals(n + at + 3, 0.2);
                float[] expected = reals(n + at + 3, 0);
                float[] actual = expected.clone();
                row.run(plain, x, at, expected, at / 2, n);
                row.run(vector, x, at, actual, at / 2, n);
                same(name + " of " + n + " at ", expected, actual);
            }
        }
    }

    private interface Row {
        void run(Microkernels m, float[] x, int xOffset, float[] y, int yOffset, int n);
    }

    @Test
    void functions() {
        rows("sigmoid", Microkernels::sigmoidF32);
        rows("silu", Microkernels::siluF32);
        rows("tanh", Microkernels::tanhF32);
        rows("gelu", Microkernels::geluF32);
        rows("clamp", (m, x, a, y, b, n) -> m.clampF32(x, a, 0f, 6f, y, b, n));
        rows("clamp", (m, x, a, y, b, n) -> m.clampF32(x, a, -0f, 1f, y, b, n));
        float inf = Float.POSITIVE_INFINITY;
        rows("no clamp", (m, x, a, y, b, n) -> m.clampF32(x, a, -inf, inf, y, b, n));
        rows("softmax", (m, x, a, y, b, n) -> m.softmaxF32(x, a, 1, n, 0.7f, y, b));
        float[] scale = reals(1040, 0.01);
        float[] offset = reals(1040, 0.01);
        rows(
                "layer norm",
                (m, x, a, y, b, n) -> m.layerNormF32(x, a, n, 1e-5f, scale, 2, offset, 3, y, b));
    }

    @Test
    void functionsOfManyNumbers() {
        int n = 1 << 16;
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = Float.intBitsToFloat(i << 16 | random.nextInt(1 << 16));
        }
        for (Row row :
                new Row[] {
                    Microkernels::sigmoidF32,
                    Microkernels::siluF32,
                    Microkernels::tanhF32,
                    Microkernels::geluF32
                }) {
            float[] expected = new float[n];
            float[] actual = new float[n];
            row.run(plain, x, 0, expected, 0, n);
            row.run(vector, x, 0, actual, 0, n);
            same("number ", expected, actual);
            float[] inPlace = x.clone();
            row.run(vector, inPlace, 0, inPlace, 0, n);
            same("in place ", expected, inPlace);
        }
    }

    @Test
    void pairs() {
        for (int aStep = 0; aStep < 2; aStep++) {
            for (int bStep = 0; bStep < 2; bStep++) {
                int p = aStep;
                int q = bStep;
                rows("add", (m, x, a, y, b, n) -> m.addF32(x, a, p, x, 1, q, y, b, n));
                rows("mul", (m, x, a, y, b, n) -> m.mulF32(x, a, p, x, 1, q, y, b, n));
            }
        }
        rows("sum", (m, x, a, y, b, n) -> m.sumF32(x, a, y, n));
        rows("exp", (m, x, a, y, b, n) -> m.expF32(x, a, 0.4f, 1.3f, y, b, n));
        rows("every", (m, x, a, y, b, n) -> m.everyF32(x, a, 1, y, b, n));
        rows(
                "max",
                (m, x, a, y, b, n) -> {
                    m.maxF32(x, a, y, n);
                });
    }

    @Test
    void codesAndWholeNumbers() {
        for (int n : lengths()) {
            byte[] x = codes(n + 5);
            for (int mask : new int[] {-1, 255}) {
                float[] expected = new float[n + 4];
                float[] actual = new float[n + 4];
                plain.widenS8F32(x, 3, mask, -7, expected, 1, n);
                vector.widenS8F32(x, 3, mask, -7, actual, 1, n);
                same("widen ", expected, actual);
                int[] sums = random.ints(n + 1).toArray();
                int[] others = sums.clone();
                plain.addWholeS32(expected, 1, sums, n);
                vector.addWholeS32(expected, 1, others, n);
                assertTrue(Arrays.equals(sums, others));
            }
        }
    }

    @Test
    void chosenElements() {
        for (int n : lengths()) {
            int[] places = random.ints(n, 0, 50).toArray();
            float[] x = reals(50 * 4 + 3, 0.1);
            float[] expected = new float[4 * n + 2];
            float[] actual = new float[4 * n + 2];
            plain.gatherF32(x, 3, 50, places, expected, 1, 4);
            vector.gatherF32(x, 3, 50, places, actual, 1, 4);
            same("gather " + n + " at ", expected, actual);
        }
    }

    @Test
    void codesOfNumbersAndSums() {
        float inf = Float.POSITIVE_INFINITY;
        for (int n : lengths()) {
            float[] x = reals(n + 2, 0.2);
            byte[] expected = new byte[n + 3];
            byte[] actual = new byte[n + 3];
            plain.quantizeF32S8(x, 1, 0.07f, -5, -120, 127, expected, 2, n);
            vector.quantizeF32S8(x, 1, 0.07f, -5, -120, 127, actual, 2, n);
            assertTrue(Arrays.equals(expected, actual), "quantize " + n);
            assertEquals(plain.leastF32(x, 1, n), vector.leastF32(x, 1, n));
            assertEquals(plain.largestF32(x, 1, n), vector.largestF32(x, 1, n));
            byte[] a = codes(n + 4);
            byte[] b = codes(n + 4);
            for (int mask : new int[] {-1, 255}) {
                for (int step = 0; step < 2; step++) {
                    plain.addS8FloatEven(
                            a, 1, 1, mask, 0.3f, b, 2, step, 255, 1.7f, -31.5f, -128, 127, expected,
                            1, n);
                    vector.addS8FloatEven(
                            a, 1, 1, mask, 0.3f, b, 2, step, 255, 1.7f, -31.5f, -128, 127, actual,
                            1, n);
                    assertTrue(Arrays.equals(expected, actual), "add " + n);
                }
                byte[] larger = a.clone();
                byte[] other = a.clone();
                plain.maxS8(b, 2, mask & 128, larger, 1, n);
                vector.maxS8(b, 2, mask & 128, other, 1, n);
                assertTrue(Arrays.equals(larger, other), "max " + n);
            }
        }
        float[] zeros = {-0f, Float.NaN, -0f, inf};
        assertEquals(
                Float.floatToIntBits(plain.leastF32(zeros, 0, 4)),
                Float.floatToIntBits(vector.leastF32(zeros, 0, 4)));
    }

    @Test
    void accumulatorsToCodes() {
        for (RoundingMode mode : RoundingMode.values()) {
            for (int step = 0; mode != RoundingMode.ONNX_REF && step < 2; step++) {
                for (int n : new int[] {1, 3, 8, 15, 16, 17, 31, 48, 63, 64}) {
                    codes(mode, step, n);
                }
            }
        }
    }

    private void codes(RoundingMode mode, int step, int n) {
        int rows = 5;
        int width = (n + 15) / 16 * 16;
        int channels = 70;
        int[] mantissa = random.ints(channels, 1 << 30, Integer.MAX_VALUE).toArray();
        int[] right = random.ints(channels, 1, mode == RoundingMode.SINGLE ? 62 : 32).toArray();
        float[] scale = new float[channels];
        Arrays.setAll(right, i -> random.nextInt(3) == 0 ? right[i] : 10 + right[i] % 8);
        for (int c = 0; c < channels; c++) {
            scale[c] = (float) Math.pow(2, -random.nextInt(20)) * (1 + random.nextFloat());
        }
        Factors f = new Factors(mode, mantissa, right, scale, step, 3, -128, 100);
        int[] acc = random.ints(rows * width).map(v -> v >> random.nextInt(24)).toArray();
        acc[0] = Integer.MIN_VALUE;
        acc[acc.length - 1] = Integer.MAX_VALUE;
        int[] to = {7, 90, 300, 170, 420};
        byte[] actual = new byte[500];
        byte[] expected = new byte[500];
        for (int i = 0; i < rows; i++) {
            int[] row = Arrays.copyOfRange(acc, i * width, i * width + n);
            requantize(row, f, step * 2, n, expected, 1 + to[i]);
        }
        Walk walk = new Walk(to, to, new int[0]);
        vector.codes(acc.clone(), width, f, 2, walk, 0, rows, actual, 1, n);
        assertTrue(Arrays.equals(expected, actual), mode + ", step " + step + ", n " + n);
    }

    private void requantize(int[] row, Factors f, int channel, int n, byte[] y, int to) {
        switch (f.mode()) {
            case DOUBLE ->
                    plain.requantizeDouble(
                            row,
                            n,
                            f.mantissa(),
                            f.right(),
                            channel,
                            f.step(),
                            3,
                            -128,
                            100,
                            y,
                            to);
            case SINGLE ->
                    plain.requantizeSingle(
                            row,
                            n,
                            f.mantissa(),
                            f.right(),
                            channel,
                            f.step(),
                            3,
                            -128,
                            100,
                            y,
                            to);
            default ->
                    plain.requantizeFloatEven(
                            row, n, f.scale(), channel, f.step(), 3, -128, 100, y, to);
        }
    }

    @Test
    void panels() {
        Products products = vector.products().orElseThrow();
        for (int n : new int[] {1, 2, 15, 16, 17, 32, 37, 48, 63, 64}) {
            for (int pixels : new int[] {0, 1, 2, 3, 4, 5, 7, 13}) {
                for (int taps : new int[] {0, 1, 2, 5, 27, 300}) {
                    panel(products, n, pixels, taps);
                }
            }
        }
    }

    private Walk walk(int pixels, int taps, int step) {
        int[] from = new int[pixels];
        int[] to = new int[pixels];
        int[] offsets = new int[taps];
        Arrays.setAll(from, p -> p * 3 + 1);
        Arrays.setAll(to, p -> (pixels - 1 - p) * step);
        Arrays.setAll(offsets, k -> k * 7 % 311);
        return new Walk(from, to, offsets);
    }

    private void panel(Products products, int n, int pixels, int taps) {
        int width = (n + 15) / 16 * 16;
        Walk walk = walk(pixels, taps, n + 2);
        float[] x = reals(420, pixels == 5 ? 0.05 : 0);
        float[] w = new float[5 + taps * width];
        for (int k = 0; k < taps; k++) {
            System.arraycopy(reals(n, 0.01), 0, w, 5 + k * width, n);
        }
        float[] bias = reals(width + 2, 0.1);
        int first = Math.min(pixels, 1);
        float[] expected = new float[3 + pixels * (n + 2)];
        float[] actual = expected.clone();
        for (int p = first; p < pixels; p++) {
            for (int c = 0; c < n; c++) {
                float acc = bias[2 + c];
                for (int k = 0; k < taps; k++) {
                    float v = x[4 + walk.from()[p] + walk.taps()[k]];
                    acc = Fma.fma(v, w[5 + k * width + c], acc);
                }
                expected[3 + walk.to()[p] + c] = Math.min(Math.max(acc, 0f), 6f);
            }
        }
        products.gemmF32(
                walk, first, pixels - first, x, 4, w, 5, width, bias, 2, 0f, 6f, actual, 3, n);
        same("panel of " + n + ", " + pixels + " pixels, " + taps + " taps, ", expected, actual);
    }

    @Test
    void windowsOfEachChannel() {
        Products products = vector.products().orElseThrow();
        for (int n : lengths()) {
            for (int pixels : new int[] {0, 1, 3, 4, 6}) {
                Walk walk = walk(pixels, 9, n);
                float[] x = reals(400 + n, 0.02);
                float[] w = reals(9 * n, 0);
                float[] bias = reals(n, 0.1);
                float[] expected = new float[pixels * n];
                float[] actual = new float[pixels * n];
                for (int p = 0; p < pixels; p++) {
                    for (int c = 0; c < n; c++) {
                        float acc = bias[c];
                        for (int k = 0; k < 9; k++) {
                            float v = x[2 + walk.from()[p] + walk.taps()[k] + c];
                            acc = Fma.fma(v, w[k * n + c], acc);
                        }
                        expected[walk.to()[p] + c] = Math.max(acc, 0f);
                    }
                }
                float most = Float.POSITIVE_INFINITY;
                products.depthwiseF32(walk, 0, pixels, x, 2, w, bias, 0f, most, actual, 0, n);
                same(n + " channels, " + pixels + " pixels, ", expected, actual);
            }
        }
    }
}
