package quern.bench;

import java.util.Arrays;

/**
 * The medians of two tasks that were run in turn, so that a busy machine is busy for both.
 *
 * @param oursMs milliseconds of the first
 * @param theirsMs milliseconds of the second
 */
record Duel(double oursMs, double theirsMs) {
    private static final int FEWEST = 7;
    private static final int MOST = 20_000;

    /** How many times the first is as fast as the second. */
    double ratio() {
        return theirsMs / oursMs;
    }

    /** Warms both up for some seconds each, then runs them in turn for as long together. */
    static Duel of(Runnable ours, Runnable theirs, double warmup, double seconds) {
        repeat(ours, warmup);
        repeat(theirs, warmup / 2);
        long[] first = new long[MOST];
        long[] second = new long[MOST];
        int n = 0;
        long end = System.nanoTime() + (long) (seconds * 1e9);
        while (n < FEWEST || n < MOST && System.nanoTime() < end) {
            first[n] = time(ours);
            second[n++] = time(theirs);
        }
        return new Duel(median(first, n), median(second, n));
    }

    private static void repeat(Runnable task, double seconds) {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        do {
            task.run();
        } while (System.nanoTime() < end);
    }

    private static long time(Runnable task) {
        long start = System.nanoTime();
        task.run();
        return System.nanoTime() - start;
    }

    private static double median(long[] nanos, int n) {
        long[] sorted = Arrays.copyOf(nanos, n);
        Arrays.sort(sorted);
        return sorted[n / 2] / 1e6;
    }
}
