package quern.runtime.micro;

import quern.numeric.Fma;

/**
 * Sums of {@link quern.numeric.TreeSum}, four partial sums at a time. Partial sums j, j+4, j+8 and
 * j+12 meet in one number before others come in.
 */
final class ScalarSums {
    private static final int BLOCK = 16;

    private ScalarSums() {}

    /** The sum of {@code x[offset]} to {@code x[offset + n - 1]}. */
    static float sum(float[] x, int offset, int n) {
        return (sum(x, offset, n, 0) + sum(x, offset, n, 2))
                + (sum(x, offset, n, 1) + sum(x, offset, n, 3));
    }

    private static float sum(float[] x, int offset, int n, int j) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        int i = offset + j;
        int whole = offset + n - n % BLOCK;
        for (; i < whole; i += BLOCK) {
            a += x[i];
            b += x[i + 4];
            c += x[i + 8];
            d += x[i + 12];
        }
        int end = offset + n;
        a = i < end ? a + x[i] : a;
        b = i + 4 < end ? b + x[i + 4] : b;
        c = i + 8 < end ? c + x[i + 8] : c;
        d = i + 12 < end ? d + x[i + 12] : d;
        return (a + c) + (b + d);
    }

    /** The sum of the squares of {@code x[offset + i] - mean}. */
    static float sumOfSquares(float[] x, int offset, int n, float mean) {
        return (squares(x, offset, n, mean, 0) + squares(x, offset, n, mean, 2))
                + (squares(x, offset, n, mean, 1) + squares(x, offset, n, mean, 3));
    }

    private static float squares(float[] x, int offset, int n, float mean, int j) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        int i = offset + j;
        int whole = offset + n - n % BLOCK;
        for (; i < whole; i += BLOCK) {
            a = square(x[i] - mean, a);
            b = square(x[i + 4] - mean, b);
            c = square(x[i + 8] - mean, c);
            d = square(x[i + 12] - mean, d);
        }
        int end = offset + n;
        a = i < end ? square(x[i] - mean, a) : a;
        b = i + 4 < end ? square(x[i + 4] - mean, b) : b;
        c = i + 8 < end ? square(x[i + 8] - mean, c) : c;
        d = i + 12 < end ? square(x[i + 12] - mean, d) : d;
        return (a + c) + (b + d);
    }

    private static float square(float distance, float sum) {
        return Fma.fma(distance, distance, sum);
    }
}
