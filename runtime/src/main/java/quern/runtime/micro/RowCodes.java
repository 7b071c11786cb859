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
            row(
                    micro,
                    row,
                    n,
                    factors,
                    channel * factors.step(),
                    y,
                    yOffset + walk.to()[first + i]);
        }
    }

    private static void row(
            Microkernels micro, int[] row, int n, Factors f, int c, byte[] y, int to) {
        int step = f.step();
        switch (f.mode()) {
            case DOUBLE ->
                    micro.requantizeDouble(
                            row,
                            n,
                            f.mantissa(),
                            f.right(),
                            c,
                            step,
                            f.zero(),
                            f.min(),
                            f.max(),
                            y,
                            to);
            case SINGLE ->
                    micro.requantizeSingle(
                            row,
                            n,
                            f.mantissa(),
                            f.right(),
                            c,
                            step,
                            f.zero(),
                            f.min(),
                            f.max(),
                            y,
                            to);
            default ->
                    micro.requantizeFloatEven(
                            row, n, f.scale(), c, step, f.zero(), f.min(), f.max(), y, to);
        }
    }
}
