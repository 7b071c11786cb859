package quern.runtime.kernel;

/** A matrix with its rows as columns, in squares that a cache line or two hold. */
final class Transposition {
    private static final int SQUARE = 16;

    private Transposition() {}

    /**
     * {@code y[yOffset + k * step + c] = x[xOffset + c * length + k]} for {@code c < rows} and
     * {@code k < length}.
     */
    static void rowsToColumns(
            float[] x, int xOffset, int length, int rows, float[] y, int yOffset, int step) {
        for (int c = 0; c < rows; c += SQUARE) {
            int count = Math.min(SQUARE, rows - c);
            for (int k = 0; k < length; k++) {
                int from = xOffset + c * length + k;
                int to = yOffset + k * step + c;
                for (int i = 0; i < count; i++) {
                    y[to + i] = x[from + i * length];
                }
            }
        }
    }
}
