package quern.numeric;

/**
 * Fused multiply-add in binary32: {@code a*b + c} with one rounding, the same bits on every JVM.
 * Where the JVM has no fast {@link Math#fma(float, float, float)}, an exact software form takes its
 * place.
 */
public final class Fma {
    private static final int PROBE_ROUNDS = 8;
    private static final int PROBE_CALLS = 16;
    private static final long SLOW_NANOS_A_CALL = 1000;

    private static final boolean HARDWARE = probe();

    private Fma() {}

    /** Returns {@code a*b + c}, rounded once, ties to even. */
    public static float fma(float a, float b, float c) {
        return HARDWARE ? Math.fma(a, b, c) : software(a, b, c);
    }

    /** Returns whether {@link #fma} uses the JVM's own operation. */
    public static boolean hardware() {
        return HARDWARE;
    }

    /**
     * The same in binary64 operations: the exact product, an exact sum as a pair, the high part
     * rounded to odd, then narrowed. Rounding to odd keeps what the narrowing must know of the low
     * part (Boldo and Melquiond, "Emulation of FMA and correctly rounded sums", 2008).
     */
    public static float software(float a, float b, float c) {
        double product = (double) a * b;
        double sum = product + c;
        double t = sum - product;
        double error = (product - (sum - t)) + (c - t);
        long bits = Double.doubleToRawLongBits(sum);
        // An infinite or NaN sum makes the error NaN, which is not equal to itself.
        if (error != 0 && error == error && (bits & 1) == 0) {
            bits += (error > 0) == (sum > 0) ? 1 : -1;
            sum = Double.longBitsToDouble(bits);
        }
        return (float) sum;
    }

    /**
     * Times a few calls: without hardware each takes microseconds. Either answer gives the same
     * bits.
     */
    private static boolean probe() {
        float x = 1.1f;
        long best = Long.MAX_VALUE;
        for (int round = 0; round < PROBE_ROUNDS; round++) {
            long start = System.nanoTime();
            for (int i = 0; i < PROBE_CALLS; i++) {
                x = Math.fma(x, 0.9f, 0.1f);
            }
            best = Math.min(best, System.nanoTime() - start);
        }
        return x > 0 && best < PROBE_CALLS * SLOW_NANOS_A_CALL;
    }
}
