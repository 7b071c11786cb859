package quern.runtime.micro;

/**
 * Accumulators to codes in plain loops. A factor for all elements is taken out of the loop, which
 * makes it several times faster.
 */
final class ScalarRequantize {
    private ScalarRequantize() {}

    static void fixedDouble(
            int[] acc,
            int n,
            int[] mantissa,
            int[] right,
            int channel,
            int step,
            int zero,
            int min,
            int max,
            byte[] y,
            int yOffset) {
        long low = min - zero;
        long high = max - min;
        if (step == 0) {
            fixedDouble(acc, n, mantissa[channel], right[channel], low, high, min, y, yOffset);
            return;
        }
        // Three loops of one task each: together they would all wait for the 64-bit one.
        doublingHighProducts(acc, n, mantissa, channel);
        divideAndLimit(acc, n, right, channel, min - zero, max - zero);
        narrow(acc, n, zero, y, yOffset);
    }

    private static void doublingHighProducts(int[] acc, int n, int[] mantissa, int channel) {
        for (int i = 0; i < n; i++) {
            acc[i] = (int) (((long) acc[i] * mantissa[channel + i] + (1L << 30)) >> 31);
        }
    }

    /** Quotients rounded to nearest, ties away from zero, then limited. */
    private static void divideAndLimit(
            int[] acc, int n, int[] right, int channel, int low, int high) {
        for (int i = 0; i < n; i++) {
            int v = acc[i];
            int quotient = (((v - (v >>> 31)) >> (right[channel + i] - 1)) + 1) >> 1;
            acc[i] = Math.min(Math.max(quotient, low), high);
        }
    }

    private static void narrow(int[] acc, int n, int zero, byte[] y, int yOffset) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = (byte) (acc[i] + zero);
        }
    }

    private static void fixedDouble(
            int[] acc,
            int n,
            long mantissa,
            int right,
            long low,
            long high,
            int min,
            byte[] y,
            int yOffset) {
        long half = 1L << (right - 1);
        for (int i = 0; i < n; i++) {
            long v = (acc[i] * mantissa + (1L << 30)) >> 31;
            long rounded = (v + half + (v >> 63)) >> right;
            y[yOffset + i] = (byte) (limit(rounded - low, high) + min);
        }
    }

    static void fixedSingle(
            int[] acc,
            int n,
            int[] mantissa,
            int[] right,
            int channel,
            int step,
            int zero,
            int min,
            int max,
            byte[] y,
            int yOffset) {
        long low = min - zero;
        long high = max - min;
        for (int i = 0, c = channel; i < n; i++, c += step) {
            int r = right[c];
            int rounded = (int) (((long) acc[i] * mantissa[c] + (1L << (r - 1))) >> r);
            y[yOffset + i] = (byte) (limit(rounded - low, high) + min);
        }
    }

    /** {@code min(max(v, 0), high)} without a branch, in a form that C2 makes vector code of. */
    private static long limit(long v, long high) {
        long positive = v & ~(v >> 63);
        long excess = positive - high;
        return positive - (excess & ~(excess >> 63));
    }

    static void floatEven(
            int[] acc,
            int n,
            float[] scale,
            int channel,
            int step,
            int zero,
            int min,
            int max,
            byte[] y,
            int yOffset) {
        if (step == 0) {
            floatEven(acc, n, scale[channel], min - zero, max - zero, zero, y, yOffset);
            return;
        }
        long low = min - zero;
        long high = max - min;
        for (int i = 0, c = channel; i < n; i++, c += step) {
            int v = (int) Math.rint((float) acc[i] * scale[c]);
            y[yOffset + i] = (byte) (limit(v - low, high) + min);
        }
    }

    private static void floatEven(
            int[] acc, int n, float scale, int low, int high, int zero, byte[] y, int yOffset) {
        for (int i = 0; i < n; i++) {
            int v = (int) Math.rint((float) acc[i] * scale);
            y[yOffset + i] = (byte) (Math.min(Math.max(v, low), high) + zero);
        }
    }
}
