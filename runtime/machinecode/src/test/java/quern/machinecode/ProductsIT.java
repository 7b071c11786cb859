package quern.machinecode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import quern.runtime.micro.Products;
import quern.runtime.micro.Walk;

/** Machine code computes the bits of plain loops and writes nothing else. */
class ProductsIT {
    private static final int[] TAPS = {0, 1, 2, 3, 5, 9, 27, 64, 300};
    private static final int MOST_PIXELS = 13;
    private static final int FIRST = 2;
    private static final float INFINITY = Float.POSITIVE_INFINITY;
    private static final float[] SPECIAL = {
        0f,
        -0f,
        Float.NaN,
        INFINITY,
        -INFINITY,
        Float.MIN_VALUE,
        -Float.MIN_VALUE,
        Float.MIN_NORMAL,
        -0x1.fffffcp-127f,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        1f,
        -1f
    };
    private static final float[][] BOUNDS = {
        {-INFINITY, INFINITY},
        {0f, INFINITY},
        {0f, 6f},
        {-0f, 0f},
        {0f, 0f},
        {-0f, -0f},
        {-1f, -0f},
        {-INFINITY, 0f},
        {-INFINITY, -0f},
        {-0f, 1f},
        {2f, -2f},
        {Float.NaN, 1f},
        {0f, Float.NaN},
        {Float.MIN_VALUE, Float.MIN_NORMAL}
    };

    private final Products plain = new PlainProducts();
    private final Random random = new Random(7);

    @ParameterizedTest
    @EnumSource
    void gemmF32(Isa isa) {
        Products products = products(isa);
        for (int width = 16; width <= Products.WIDEST; width += 16) {
            for (int taps : TAPS) {
                for (int n = 1; n <= width; n++) {
                    for (int count = 0; count <= MOST_PIXELS; count++) {
                        compareGemm(products, width, n, taps, count, 0f, 2f, false);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void specialNumbers(Isa isa) {
        Products products = products(isa);
        for (float[] bounds : BOUNDS) {
            for (int taps = 0; taps < 4; taps++) {
                for (int n = 1; n <= Products.WIDEST; n += 7) {
                    compareGemm(products, 64, n, taps, 13, bounds[0], bounds[1], true);
                    compareDepthwise(products, n, taps, 13, bounds[0], bounds[1], true);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void depthwiseF32(Isa isa) {
        Products products = products(isa);
        for (int taps : TAPS) {
            for (int n = 1; n <= 80; n++) {
                for (int count = 0; count <= MOST_PIXELS; count++) {
                    compareDepthwise(products, n, taps, count, -2f, 2f, false);
                }
            }
            compareDepthwise(products, 127, taps, MOST_PIXELS, -2f, 2f, false);
            compareDepthwise(products, 320, taps, MOST_PIXELS, -2f, 2f, false);
        }
    }

    @ParameterizedTest
    @EnumSource
    void gemmS8S32(Isa isa) {
        Products products = products(isa);
        for (int width = 16; width <= Products.WIDEST; width += 16) {
            for (int taps : TAPS) {
                for (int count = 0; count <= MOST_PIXELS; count++) {
                    for (int flip = 0; flip <= 128; flip += 128) {
                        compareCodes(products, width, taps, count, flip, bytes(random));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void extremeCodes(Isa isa) {
        Products products = products(isa);
        int[][] pairs = {{-128, -128}, {-128, 127}, {127, -128}, {127, 127}, {-1, -128}, {-1, 127}};
        for (int[] pair : pairs) {
            for (int flip = 0; flip <= 128; flip += 128) {
                Filler filler =
                        (values, weights) -> Arrays.fill(values, (byte) pair[weights ? 1 : 0]);
                compareCodes(products, 48, 300, 7, flip, filler);
                // So many that sums leave 32 bits.
                compareCodes(products, 16, 20_000, 2, flip, filler);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void moreTapsThanOneCallTakes(Isa isa) {
        Products products = products(isa);
        for (int count = 1; count <= MOST_PIXELS; count += 4) {
            compareGemm(products, 64, 53, 5000, count, 0f, 2f, false);
            compareGemm(products, 16, 9, 20_000, count, 0f, -0f, false);
            compareDepthwise(products, 61, 5000, count, 0f, 2f, false);
            compareCodes(products, 64, 5000, count, 128, bytes(random));
        }
    }

    @ParameterizedTest
    @EnumSource
    void morePixelsThanOneCallTakes(Isa isa) {
        Products products = products(isa);
        compareGemm(products, 64, 64, 300, 500, 0f, 2f, false);
        compareDepthwise(products, 64, 64, 500, 0f, 2f, false);
        compareCodes(products, 64, 300, 500, 128, bytes(random));
    }

    private static Products products(Isa isa) {
        Products products = Tiers.products(isa).orElse(null);
        Assumptions.assumeTrue(products != null, "not on this machine and JVM");
        assertTrue(products.hasCodes());
        return products;
    }

    /** Windows that overlap, in no order, and results with gaps, in no order. */
    private Walk walk(int taps, int count, int row) {
        int[] from = new int[FIRST + count];
        int[] to = new int[FIRST + count];
        for (int p = 0; p < from.length; p++) {
            from[p] = random.nextInt(40);
            to[p] = (from.length - 1 - p) * (row + 3);
        }
        int[] tap = new int[taps];
        for (int k = 0; k < taps; k++) {
            tap[k] = random.nextInt(60);
        }
        return new Walk(from, to, tap);
    }

    private void compareGemm(
            Products products,
            int width,
            int n,
            int taps,
            int count,
            float low,
            float high,
            boolean special) {
        Walk walk = walk(taps, count, n);
        float[] x = floats(3 + 100, special);
        float[] w = floats(5 + taps * width, special);
        float[] bias = floats(7 + width, special);
        float[] y = floats(1 + (FIRST + count) * (n + 3), false);
        float[] expected = y.clone();
        products.gemmF32(walk, FIRST, count, x, 3, w, 5, width, bias, 7, low, high, y, 1, n);
        plain.gemmF32(walk, FIRST, count, x, 3, w, 5, width, bias, 7, low, high, expected, 1, n);
        compare(expected, y);
    }

    private void compareDepthwise(
            Products products, int n, int taps, int count, float low, float high, boolean special) {
        Walk walk = walk(taps, count, n);
        float[] x = floats(3 + 100 + n, special);
        float[] w = floats(taps * n, special);
        float[] bias = floats(n, special);
        float[] y = floats(1 + (FIRST + count) * (n + 3), false);
        float[] expected = y.clone();
        products.depthwiseF32(walk, FIRST, count, x, 3, w, bias, low, high, y, 1, n);
        plain.depthwiseF32(walk, FIRST, count, x, 3, w, bias, low, high, expected, 1, n);
        compare(expected, y);
    }

    private interface Filler {
        void fill(byte[] values, boolean weights);
    }

    private static Filler bytes(Random random) {
        return (values, weights) -> random.nextBytes(values);
    }

    private void compareCodes(
            Products products, int width, int taps, int count, int flip, Filler filler) {
        Walk walk = walk(taps, count, width);
        byte[] x = new byte[3 + 104];
        byte[] w = new byte[5 + taps * width * Products.GROUP];
        filler.fill(x, false);
        filler.fill(w, true);
        int[] bias = random.ints(7 + width).toArray();
        int[] acc = random.ints(count * width + 9L).toArray();
        int[] expected = acc.clone();
        products.gemmS8S32(walk, FIRST, count, x, 3, flip, w, 5, width, bias, 7, acc);
        plain.gemmS8S32(walk, FIRST, count, x, 3, flip, w, 5, width, bias, 7, expected);
        assertArrayEquals(expected, acc);
    }

    private float[] floats(int n, boolean special) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] =
                    special && random.nextInt(3) == 0
                            ? SPECIAL[random.nextInt(SPECIAL.length)]
                            : random.nextFloat() * 2 - 1;
        }
        return values;
    }

    private static void compare(float[] expected, float[] actual) {
        for (int i = 0; i < expected.length; i++) {
            if (Float.floatToIntBits(expected[i]) != Float.floatToIntBits(actual[i])) {
                throw new AssertionError(i + ": " + actual[i] + " instead of " + expected[i]);
            }
        }
    }
}
