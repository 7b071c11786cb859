package quern.machinecode;

import quern.runtime.micro.Walk;

/**
 * How results are limited: by the kernel, or afterwards where its instructions differ from Java.
 */
final class Bounds {
    private static final int NEGATIVE_ZERO = Float.floatToRawIntBits(-0f);

    private Bounds() {}

    /** Whether a kernel can do it. */
    static boolean areKernels(float low, float high) {
        boolean unlimited = low == Float.NEGATIVE_INFINITY && high == Float.POSITIVE_INFINITY;
        return !unlimited && !areUnusual(low, high);
    }

    /** Whether it is left to {@link #limit}: with NaN, and with -0, which no minimum tells. */
    static boolean areUnusual(float low, float high) {
        return low != low || high != high || Float.floatToRawIntBits(high) == NEGATIVE_ZERO;
    }

    /** Tells a kernel. */
    static void put(long[] block, float low, float high) {
        block[CallBlock.LOW] = Float.floatToRawIntBits(low);
        block[CallBlock.HIGH] = Float.floatToRawIntBits(high);
        block[CallBlock.ADDEND] = Float.floatToRawIntBits(low) == 0 ? 0 : NEGATIVE_ZERO;
    }

    /** Limits what was written. */
    static void limit(
            Walk walk, int first, int count, float low, float high, float[] y, int at, int n) {
        for (int p = first; p < first + count; p++) {
            int row = at + walk.to()[p];
            for (int c = row; c < row + n; c++) {
                y[c] = Math.min(Math.max(y[c], low), high);
            }
        }
    }
}
