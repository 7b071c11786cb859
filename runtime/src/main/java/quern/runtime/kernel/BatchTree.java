package quern.runtime.kernel;

/**
 * Adds rows of floats pairwise in a binary tree, as they come: the leaves are rows 0, 1, and so on,
 * filled with +0 up to a power of two. Rows lie one after the other in one array, one a level.
 */
final class BatchTree {
    private BatchTree() {}

    /** Rows that a tree over so many leaves needs, the coming leaf included. */
    static int rows(int leaves) {
        return 34 - Integer.numberOfLeadingZeros(Math.max(1, leaves - 1));
    }

    /**
     * Takes in leaf {@code leaf}, which stands in row 0; row {@code 1 + level} holds the sum that
     * waits at a level.
     */
    static void add(float[] x, int offset, int size, int leaf) {
        int level = 0;
        for (; (leaf >> level & 1) == 1; level++) {
            int waiting = offset + (1 + level) * size;
            for (int i = 0; i < size; i++) {
                x[offset + i] = x[waiting + i] + x[offset + i];
            }
        }
        System.arraycopy(x, offset, x, offset + (1 + level) * size, size);
    }

    /** Leaves, filled up to a power of two. */
    static int leaves(int images) {
        int n = 1;
        while (n < images) {
            n *= 2;
        }
        return n;
    }
}
