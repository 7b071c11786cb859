package quern.numeric;

import java.util.Arrays;

/**
 * Sums of floats in the one order that every kernel uses: element i goes to partial sum {@code i
 * mod 16}, each partial starting from +0; then the partials are added pairwise, j and j+8, j and
 * j+4, j and j+2, 0 and 1. Any vector width that divides 16 gives the same bits.
 *
 * <p>The static functions sum an array. An object takes the elements one by one, for reductions
 * over several axes; it belongs to one thread.
 */
public final class TreeSum {
    public static final int PARTIALS = 16;

    private final float[] partials = new float[PARTIALS];
    private int count;

    /** Makes a sum of no elements. */
    public TreeSum() {}

    /** Starts a new sum. */
    public void reset() {
        Arrays.fill(partials, 0f);
        count = 0;
    }

    /** Adds the next element. */
    public void add(float x) {
        partials[count++ & (PARTIALS - 1)] += x;
    }

    /** Returns the sum of the elements so far. */
    public float sum() {
        return combine(partials, 0);
    }

    /** Returns the sum divided by the number of elements; NaN for none. */
    public float mean() {
        return sum() / count;
    }

    /** Returns the tree sum of {@code partials[offset..offset+15]}, which stay as they are. */
    public static float combine(float[] partials, int offset) {
        return combine(partials, offset, 1);
    }

    private static float combine(float[] partials, int j, int step) {
        if (step == PARTIALS) {
            return partials[j];
        }
        return combine(partials, j, 2 * step) + combine(partials, j + step, 2 * step);
    }

    /** Returns the sum of {@code x[offset + i*stride]} for {@code 0 <= i < count}; +0 for none. */
    public static float sum(float[] x, int offset, int stride, int count) {
        return sum(x, offset, stride, count, 0, 1);
    }

    private static float sum(float[] x, int offset, int stride, int count, int j, int step) {
        if (step < PARTIALS) {
            return sum(x, offset, stride, count, j, 2 * step)
                    + sum(x, offset, stride, count, j + step, 2 * step);
        }
        float partial = 0f;
        for (int i = j; i < count; i += PARTIALS) {
            partial += x[offset + i * stride];
        }
        return partial;
    }

    /**
     * Returns the sum of {@code (x[offset + i] - mean)^2} for {@code 0 <= i < count}, each square
     * added to its partial sum by a fused multiply-add.
     */
    public static float sumOfSquares(float[] x, int offset, int count, float mean) {
        return sumOfSquares(x, offset, count, mean, 0, 1);
    }

    private static float sumOfSquares(
            float[] x, int offset, int count, float mean, int j, int step) {
        if (step < PARTIALS) {
            return sumOfSquares(x, offset, count, mean, j, 2 * step)
                    + sumOfSquares(x, offset, count, mean, j + step, 2 * step);
        }
        float partial = 0f;
        for (int i = j; i < count; i += PARTIALS) {
            float d = x[offset + i] - mean;
            partial = Fma.fma(d, d, partial);
        }
        return partial;
    }

    /** Returns {@link #sum} divided by {@code count}; NaN for none. */
    public static float mean(float[] x, int offset, int stride, int count) {
        return sum(x, offset, stride, count) / count;
    }

    /**
     * Returns the largest of {@code x[offset + i*stride]}; negative infinity for none. NaN if there
     * is one; +0 is larger than -0.
     */
    public static float max(float[] x, int offset, int stride, int count) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            max = Math.max(max, x[offset + i * stride]);
        }
        return max;
    }
}
