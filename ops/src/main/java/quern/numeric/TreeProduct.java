package quern.numeric;

/**
 * Products of floats in the order of {@link TreeSum}: element i goes to partial product {@code i
 * mod 16}, each starting from 1; then the partials are multiplied pairwise, j and j+8, j and j+4, j
 * and j+2, 0 and 1.
 */
public final class TreeProduct {
    private TreeProduct() {}

    /**
     * Returns the product of {@code x[offset + i*stride]} for {@code 0 <= i < count}; 1 for none.
     */
    public static float product(float[] x, int offset, int stride, int count) {
        return product(x, offset, stride, count, 0, 1);
    }

    private static float product(float[] x, int offset, int stride, int count, int j, int step) {
        if (step < TreeSum.PARTIALS) {
            return product(x, offset, stride, count, j, 2 * step)
                    * product(x, offset, stride, count, j + step, 2 * step);
        }
        float partial = 1f;
        for (int i = j; i < count; i += TreeSum.PARTIALS) {
            partial *= x[offset + i * stride];
        }
        return partial;
    }
}
