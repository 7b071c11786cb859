package quern.simd;

import static quern.simd.Species.F;

import jdk.incubator.vector.FloatVector;
import quern.numeric.Fma;

/** A vector of channels of four pixels, each channel with its own weights. */
final class DepthwiseTile {
    private DepthwiseTile() {}

    static void whole(
            float[] x,
            int a,
            int b,
            int c,
            int d,
            int[] taps,
            float[] w,
            int wAt,
            int step,
            float[] bias,
            float[] y,
            int ya,
            int yb,
            int yc,
            int yd) {
        FloatVector va = FloatVector.fromArray(F, bias, wAt);
        FloatVector vb = va;
        FloatVector vc = va;
        FloatVector vd = va;
        int at = wAt;
        for (int k = 0; k < taps.length; k++) {
            int tap = taps[k];
            FloatVector weights = FloatVector.fromArray(F, w, at);
            va = FloatVector.fromArray(F, x, a + tap).fma(weights, va);
            vb = FloatVector.fromArray(F, x, b + tap).fma(weights, vb);
            vc = FloatVector.fromArray(F, x, c + tap).fma(weights, vc);
            vd = FloatVector.fromArray(F, x, d + tap).fma(weights, vd);
            at += step;
        }
        va.intoArray(y, ya);
        vb.intoArray(y, yb);
        vc.intoArray(y, yc);
        vd.intoArray(y, yd);
    }

    /** {@code n} channels of a pixel, fewer than a vector has lanes. */
    static void tail(
            float[] x,
            int from,
            int[] taps,
            float[] w,
            int wAt,
            int step,
            float[] bias,
            float[] y,
            int to,
            int n) {
        for (int c = 0; c < n; c++) {
            float acc = bias[wAt + c];
            for (int k = 0; k < taps.length; k++) {
                acc = Fma.fma(x[from + taps[k] + c], w[wAt + c + k * step], acc);
            }
            y[to + c] = acc;
        }
    }
}
