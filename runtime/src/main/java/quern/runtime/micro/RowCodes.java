package quern.runtime.micro;

/** {@link Microkernels#codes} by way of the loops over rows. */
final class RowCodes {
    private static final ThreadLocal<int[]> ROW = ThreadLocal.withInitial(() -> new int[64]);

    private RowCodes() {}

    static void run(
            Microkernels micro,
            int[] acc,
            int width,
            Factors factors,
            int channel,
            Walk walk,
            int first,
            int count,
            byte[] y,
            int yOffset,
            int n) {
        int[] row = ROW.get();
        if (row.length < n) {
            row = new int[n];
            ROW.set(row);
        }
        for (int i = 0; i < count; i++) {
            System.arraycopy(acc, i * width, row, 0, n);
            int to = yOffset + walk.to()[first + i];
            factors.run(micro, row, n, channel * factors.step(), factors.step(), y, to);
        }
    }
}
