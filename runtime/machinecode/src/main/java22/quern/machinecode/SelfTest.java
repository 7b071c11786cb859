package quern.machinecode;

import java.util.Arrays;
import java.util.Optional;
import quern.runtime.micro.Products;
import quern.runtime.micro.Walk;

/** Compares every kernel with a plain loop before anybody relies on it. */
final class SelfTest {
    private static final int TAPS = 3;
    private static final int PIXELS = 12;

    private final Products products;
    private final Walk walk;

    private SelfTest(Products products) {
        this.products = products;
        int[] from = new int[PIXELS];
        int[] to = new int[PIXELS];
        for (int p = 0; p < PIXELS; p++) {
            from[p] = 5 * p;
            to[p] = Products.WIDEST * (PIXELS - 1 - p);
        }
        walk = new Walk(from, to, new int[] {4, 0, 9});
    }

    /** What is wrong, as a clause; empty if nothing is. */
    static Optional<String> failure(Products products) {
        SelfTest test = new SelfTest(products);
        for (int width = Products.NARROWEST; width <= Products.WIDEST; width += 16) {
            for (int count = 7; count <= 12; count++) {
                for (int n = width - 10; n < width; n += 9) {
                    if (!test.gemmF32(width, count, n) || !test.depthwiseF32(count, n)) {
                        return Optional.of("its float32 kernels fail their self-test");
                    }
                }
                if (!test.gemmS8(width, count)) {
                    return Optional.of("its kernels of codes fail their self-test");
                }
            }
        }
        return Optional.empty();
    }

    private boolean gemmF32(int width, int count, int n) {
        float[] x = floats(5 * PIXELS + 16);
        float[] w = floats(TAPS * width);
        float[] bias = floats(width);
        float[] y = new float[PIXELS * Products.WIDEST];
        float[] expected = new float[y.length];
        products.gemmF32(walk, 0, count, x, 0, w, 0, width, bias, 0, 0f, 2f, y, 0, n);
        for (int p = 0; p < count; p++) {
            for (int c = 0; c < n; c++) {
                float acc = bias[c];
                for (int k = 0; k < TAPS; k++) {
                    acc = Math.fma(x[walk.from()[p] + walk.taps()[k]], w[k * width + c], acc);
                }
                expected[walk.to()[p] + c] = Math.min(Math.max(acc, 0f), 2f);
            }
        }
        return Arrays.equals(y, expected);
    }

    private boolean depthwiseF32(int count, int n) {
        float[] x = floats(5 * PIXELS + 16 + n);
        float[] w = floats(TAPS * n);
        float[] bias = floats(n);
        float[] y = new float[PIXELS * Products.WIDEST];
        float[] expected = new float[y.length];
        products.depthwiseF32(walk, 0, count, x, 0, w, bias, 0f, 2f, y, 0, n);
        for (int p = 0; p < count; p++) {
            for (int c = 0; c < n; c++) {
                float acc = bias[c];
                for (int k = 0; k < TAPS; k++) {
                    acc = Math.fma(x[walk.from()[p] + walk.taps()[k] + c], w[k * n + c], acc);
                }
                expected[walk.to()[p] + c] = Math.min(Math.max(acc, 0f), 2f);
            }
        }
        return Arrays.equals(y, expected);
    }

    private boolean gemmS8(int width, int count) {
        byte[] x = bytes(5 * PIXELS + 16);
        byte[] w = bytes(TAPS * width * 4);
        int[] bias = new int[width];
        Arrays.setAll(bias, c -> 1000 * c);
        int[] acc = new int[PIXELS * width];
        int[] expected = new int[acc.length];
        products.gemmS8S32(walk, 0, count, x, 0, 128, w, 0, width, bias, 0, acc);
        for (int p = 0; p < count; p++) {
            for (int c = 0; c < width; c++) {
                int sum = bias[c];
                for (int k = 0; k < TAPS; k++) {
                    for (int j = 0; j < 4; j++) {
                        int code = x[walk.from()[p] + walk.taps()[k] + j] & 255 ^ 128;
                        sum += code * w[(k * width + c) * 4 + j];
                    }
                }
                expected[p * width + c] = sum;
            }
        }
        return Arrays.equals(acc, expected);
    }

    /** Numbers between -1 and 1 that look random. */
    private static float[] floats(int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (i * 0x9E3779B1 >> 8) * 0x1p-23f;
        }
        return values;
    }

    /** Codes that look random, the extremes among them. */
    private static byte[] bytes(int n) {
        byte[] values = new byte[n];
        for (int i = 0; i < n; i++) {
            values[i] = (byte) (i % 7 < 2 ? 127 + i % 7 : i * 0x9E3779B1 >> 24);
        }
        return values;
    }
}
