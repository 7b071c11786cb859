package quern.machinecode;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import quern.runtime.micro.Products;
import quern.runtime.micro.Walk;

/** Prints products a nanosecond for a convolution 3x3 of 64 to 64 channels at 28x28. */
final class ThroughputMain {
    private static final int SIZE = 28;
    private static final int PIXELS = SIZE * SIZE;
    private static final int CHANNELS = 64;
    private static final int REPETITIONS = 40;
    private static final int ROUNDS = 50;

    private ThroughputMain() {}

    public static void main(String[] ignored) {
        for (Isa isa : Isa.values()) {
            Optional<Products> products = Tiers.products(isa);
            if (products.isPresent()) {
                measure(isa, products.get());
            }
        }
    }

    private static void measure(Isa isa, Products products) {
        int padded = SIZE + 2;
        Random random = new Random(1);
        float[] x = new float[padded * padded * CHANNELS];
        float[] w = new float[9 * CHANNELS * CHANNELS];
        for (int i = 0; i < x.length; i++) {
            x[i] = random.nextFloat();
        }
        for (int i = 0; i < w.length; i++) {
            w[i] = random.nextFloat();
        }
        byte[] xCodes = new byte[x.length];
        byte[] wCodes = new byte[w.length];
        random.nextBytes(xCodes);
        random.nextBytes(wCodes);
        float[] bias = new float[CHANNELS];
        int[] biasCodes = new int[CHANNELS];
        float[] y = new float[PIXELS * CHANNELS];
        int[] acc = new int[y.length];
        Walk each = walk(padded, 1);
        Walk groups = walk(padded, Products.GROUP);
        Walk windows = walk(padded, CHANNELS);
        long gemm = 9L * CHANNELS * CHANNELS * PIXELS;
        report(
                isa + " gemmF32",
                gemm,
                () ->
                        products.gemmF32(
                                each, 0, PIXELS, x, 0, w, 0, CHANNELS, bias, 0, 0f, 6f, y, 0,
                                CHANNELS));
        report(
                isa + " gemmS8S32",
                gemm,
                () ->
                        products.gemmS8S32(
                                groups, 0, PIXELS, xCodes, 0, 128, wCodes, 0, CHANNELS, biasCodes,
                                0, acc));
        report(
                isa + " depthwiseF32",
                9L * CHANNELS * PIXELS,
                () ->
                        products.depthwiseF32(
                                windows, 0, PIXELS, x, 0, w, bias, 0f, 6f, y, 0, CHANNELS));
    }

    private static Walk walk(int padded, int step) {
        int[] from = new int[PIXELS];
        int[] to = new int[PIXELS];
        for (int p = 0; p < PIXELS; p++) {
            from[p] = (p / SIZE * padded + p % SIZE) * CHANNELS;
            to[p] = p * CHANNELS;
        }
        int[] taps = new int[9 * CHANNELS / step];
        for (int k = 0; k < taps.length; k++) {
            int tap = k * step / CHANNELS;
            taps[k] = (tap / 3 * padded + tap % 3) * CHANNELS + k * step % CHANNELS;
        }
        return new Walk(from, to, taps);
    }

    /** The best and the median round. */
    private static void report(String name, long products, Runnable kernel) {
        double[] rates = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            for (int i = 0; i < REPETITIONS; i++) {
                kernel.run();
            }
            rates[round] = (double) products * REPETITIONS / (System.nanoTime() - start);
        }
        Arrays.sort(rates);
        System.out.printf(
                Locale.ROOT,
                "%-24s best %6.1f, median %6.1f MAC/ns%n",
                name,
                rates[ROUNDS - 1],
                rates[ROUNDS / 2]);
    }
}
