package quern.simd;

import static quern.simd.Species.F;

import jdk.incubator.vector.FloatVector;

/** Channels that do not fill a vector. */
final class GemmTail {
    private GemmTail() {}

    /** {@code n} channels of a pixel, fewer than a vector has lanes. */
    static void pixel(
            float[] x,
            int from,
            int[] taps,
            float[] w,
            int wAt,
            int width,
            float[] bias,
            int biasAt,
            float[] y,
            int to,
            int n) {
        FloatVector acc = FloatVector.fromArray(F, bias, biasAt);
        int at = wAt;
        for (int k = 0; k < taps.length; k++) {
            FloatVector weights = FloatVector.fromArray(F, w, at);
            acc = weights.fma(FloatVector.broadcast(F, x[from + taps[k]]), acc);
            at += width;
        }
        acc.intoArray(y, to, F.indexInRange(0, n));
    }
}
