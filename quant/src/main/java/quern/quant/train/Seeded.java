package quern.quant.train;

/**
 * Random numbers that follow from a seed alone, the same on every JVM: SplitMix64 (Steele, Lea,
 * Flood 2014). Used by one thread.
 */
final class Seeded {
    private long state;

    /**
     * @param seed of the run
     * @param purpose what the numbers are for; other purposes give other numbers
     */
    Seeded(long seed, long... purpose) {
        this.state = seed;
        for (long p : purpose) {
            state = mix(next() ^ mix(p + 0x9E3779B97F4A7C15L));
        }
    }

    private static long mix(long z) {
        long a = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        long b = (a ^ a >>> 27) * 0x94D049BB133111EBL;
        return b ^ b >>> 31;
    }

    private long next() {
        state += 0x9E3779B97F4A7C15L;
        return mix(state);
    }

    /** A whole number from 0 to {@code n - 1}. */
    int below(int n) {
        return (int) ((next() >>> 32) * n >>> 32);
    }

    /** A number from 0 to below 1, a multiple of 2^-24. */
    float unit() {
        return (next() >>> 40) * 0x1p-24f;
    }

    /** A number with mean 0 and variance 1: a sum of twelve uniform ones, less 6. */
    float normal() {
        float sum = -6;
        for (int i = 0; i < 12; i++) {
            sum += unit();
        }
        return sum;
    }

    /** The numbers from 0 to {@code n - 1} in random order. */
    int[] permutation(int n) {
        int[] p = new int[n];
        for (int i = 0; i < n; i++) {
            int j = below(i + 1);
            p[i] = p[j];
            p[j] = i;
        }
        return p;
    }
}
