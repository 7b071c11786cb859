package quern.simd;

import static quern.simd.Species.F;
import static quern.simd.Species.LANES;

import jdk.incubator.vector.FloatVector;

/**
 * Tiles of a product: the sums of four pixels and some vectors of channels stay in registers while
 * all taps pass. Each method has one loop, or older JVMs make objects of the vectors.
 */
final class GemmTiles {
    private GemmTiles() {}

    /** {@code vectors} vectors, 2 to 4, of four pixels. */
    static void run(
            int vectors,
            float[] x,
            int a,
            int b,
            int c,
            int d,
            int[] taps,
            float[] w,
            int wAt,
            int width,
            float[] bias,
            int biasAt,
            float[] y,
            int ya,
            int yb,
            int yc,
            int yd) {
        switch (vectors) {
            case 4 -> tile4(x, a, b, c, d, taps, w, wAt, width, bias, biasAt, y, ya, yb, yc, yd);
            case 3 -> tile3(x, a, b, c, d, taps, w, wAt, width, bias, biasAt, y, ya, yb, yc, yd);
            default -> tile2(x, a, b, c, d, taps, w, wAt, width, bias, biasAt, y, ya, yb, yc, yd);
        }
    }

    /** Four pixels times 4 vectors. */
    private static void tile4(
            float[] x,
            int a,
            int b,
            int c,
            int d,
            int[] taps,
            float[] w,
            int wAt,
            int width,
            float[] bias,
            int biasAt,
            float[] y,
            int ya,
            int yb,
            int yc,
            int yd) {
        FloatVector a0 = FloatVector.fromArray(F, bias, biasAt);
        FloatVector b0 = a0;
        FloatVector c0 = a0;
        FloatVector d0 = a0;
        FloatVector a1 = FloatVector.fromArray(F, bias, biasAt + LANES);
        FloatVector b1 = a1;
        FloatVector c1 = a1;
        FloatVector d1 = a1;
        FloatVector a2 = FloatVector.fromArray(F, bias, biasAt + 2 * LANES);
        FloatVector b2 = a2;
        FloatVector c2 = a2;
        FloatVector d2 = a2;
        FloatVector a3 = FloatVector.fromArray(F, bias, biasAt + 3 * LANES);
        FloatVector b3 = a3;
        FloatVector c3 = a3;
        FloatVector d3 = a3;
        int at = wAt;
        for (int k = 0; k < taps.length; k++) {
            int tap = taps[k];
            FloatVector w0 = FloatVector.fromArray(F, w, at);
            FloatVector w1 = FloatVector.fromArray(F, w, at + LANES);
            FloatVector w2 = FloatVector.fromArray(F, w, at + 2 * LANES);
            FloatVector w3 = FloatVector.fromArray(F, w, at + 3 * LANES);
            FloatVector va = FloatVector.broadcast(F, x[a + tap]);
            a0 = va.fma(w0, a0);
            a1 = va.fma(w1, a1);
            a2 = va.fma(w2, a2);
            a3 = va.fma(w3, a3);
            FloatVector vb = FloatVector.broadcast(F, x[b + tap]);
            b0 = vb.fma(w0, b0);
            b1 = vb.fma(w1, b1);
            b2 = vb.fma(w2, b2);
            b3 = vb.fma(w3, b3);
            FloatVector vc = FloatVector.broadcast(F, x[c + tap]);
            c0 = vc.fma(w0, c0);
            c1 = vc.fma(w1, c1);
            c2 = vc.fma(w2, c2);
            c3 = vc.fma(w3, c3);
            FloatVector vd = FloatVector.broadcast(F, x[d + tap]);
            d0 = vd.fma(w0, d0);
            d1 = vd.fma(w1, d1);
            d2 = vd.fma(w2, d2);
            d3 = vd.fma(w3, d3);
            at += width;
        }
        a0.intoArray(y, ya);
        a1.intoArray(y, ya + LANES);
        a2.intoArray(y, ya + 2 * LANES);
        a3.intoArray(y, ya + 3 * LANES);
        b0.intoArray(y, yb);
        b1.intoArray(y, yb + LANES);
        b2.intoArray(y, yb + 2 * LANES);
        b3.intoArray(y, yb + 3 * LANES);
        c0.intoArray(y, yc);
        c1.intoArray(y, yc + LANES);
        c2.intoArray(y, yc + 2 * LANES);
        c3.intoArray(y, yc + 3 * LANES);
        d0.intoArray(y, yd);
        d1.intoArray(y, yd + LANES);
        d2.intoArray(y, yd + 2 * LANES);
        d3.intoArray(y, yd + 3 * LANES);
    }

    /** Four pixels times 3 vectors. */
    private static void tile3(
            float[] x,
            int a,
            int b,
            int c,
            int d,
            int[] taps,
            float[] w,
            int wAt,
            int width,
            float[] bias,
            int biasAt,
            float[] y,
            int ya,
            int yb,
            int yc,
            int yd) {
        FloatVector a0 = FloatVector.fromArray(F, bias, biasAt);
        FloatVector b0 = a0;
        FloatVector c0 = a0;
        FloatVector d0 = a0;
        FloatVector a1 = FloatVector.fromArray(F, bias, biasAt + LANES);
        FloatVector b1 = a1;
        FloatVector c1 = a1;
        FloatVector d1 = a1;
        FloatVector a2 = FloatVector.fromArray(F, bias, biasAt + 2 * LANES);
        FloatVector b2 = a2;
        FloatVector c2 = a2;
        FloatVector d2 = a2;
        int at = wAt;
        for (int k = 0; k < taps.length; k++) {
            int tap = taps[k];
            FloatVector w0 = FloatVector.fromArray(F, w, at);
            FloatVector w1 = FloatVector.fromArray(F, w, at + LANES);
            FloatVector w2 = FloatVector.fromArray(F, w, at + 2 * LANES);
            FloatVector va = FloatVector.broadcast(F, x[a + tap]);
            a0 = va.fma(w0, a0);
            a1 = va.fma(w1, a1);
            a2 = va.fma(w2, a2);
            FloatVector vb = FloatVector.broadcast(F, x[b + tap]);
            b0 = vb.fma(w0, b0);
            b1 = vb.fma(w1, b1);
            b2 = vb.fma(w2, b2);
            FloatVector vc = FloatVector.broadcast(F, x[c + tap]);
            c0 = vc.fma(w0, c0);
            c1 = vc.fma(w1, c1);
            c2 = vc.fma(w2, c2);
            FloatVector vd = FloatVector.broadcast(F, x[d + tap]);
            d0 = vd.fma(w0, d0);
            d1 = vd.fma(w1, d1);
            d2 = vd.fma(w2, d2);
            at += width;
        }
        a0.intoArray(y, ya);
        a1.intoArray(y, ya + LANES);
        a2.intoArray(y, ya + 2 * LANES);
        b0.intoArray(y, yb);
        b1.intoArray(y, yb + LANES);
        b2.intoArray(y, yb + 2 * LANES);
        c0.intoArray(y, yc);
        c1.intoArray(y, yc + LANES);
        c2.intoArray(y, yc + 2 * LANES);
        d0.intoArray(y, yd);
        d1.intoArray(y, yd + LANES);
        d2.intoArray(y, yd + 2 * LANES);
    }

    /** Four pixels times 2 vectors. */
    private static void tile2(
            float[] x,
            int a,
            int b,
            int c,
            int d,
            int[] taps,
            float[] w,
            int wAt,
            int width,
            float[] bias,
            int biasAt,
            float[] y,
            int ya,
            int yb,
            int yc,
            int yd) {
        FloatVector a0 = FloatVector.fromArray(F, bias, biasAt);
        FloatVector b0 = a0;
        FloatVector c0 = a0;
        FloatVector d0 = a0;
        FloatVector a1 = FloatVector.fromArray(F, bias, biasAt + LANES);
        FloatVector b1 = a1;
        FloatVector c1 = a1;
        FloatVector d1 = a1;
        int at = wAt;
        for (int k = 0; k < taps.length; k++) {
            int tap = taps[k];
            FloatVector w0 = FloatVector.fromArray(F, w, at);
            FloatVector w1 = FloatVector.fromArray(F, w, at + LANES);
            FloatVector va = FloatVector.broadcast(F, x[a + tap]);
            a0 = va.fma(w0, a0);
            a1 = va.fma(w1, a1);
            FloatVector vb = FloatVector.broadcast(F, x[b + tap]);
            b0 = vb.fma(w0, b0);
            b1 = vb.fma(w1, b1);
            FloatVector vc = FloatVector.broadcast(F, x[c + tap]);
            c0 = vc.fma(w0, c0);
            c1 = vc.fma(w1, c1);
            FloatVector vd = FloatVector.broadcast(F, x[d + tap]);
            d0 = vd.fma(w0, d0);
            d1 = vd.fma(w1, d1);
            at += width;
        }
        a0.intoArray(y, ya);
        a1.intoArray(y, ya + LANES);
        b0.intoArray(y, yb);
        b1.intoArray(y, yb + LANES);
        c0.intoArray(y, yc);
        c1.intoArray(y, yc + LANES);
        d0.intoArray(y, yd);
        d1.intoArray(y, yd + LANES);
    }

    /**
     * Eight pixels times a vector, pixel {@code p} and those after it, {@code last} again where
     * there are no more. Were the method smaller, it would become part of the loop around it, which
     * older JVMs make objects in.
     *
     * @param to places of results, from {@code t} on, {@code tLast} again as well
     */
    static void tile1(
            float[] x,
            int xOffset,
            int[] from,
            int p,
            int last,
            int[] taps,
            float[] w,
            int wAt,
            int width,
            float[] bias,
            int biasAt,
            float[] y,
            int yOffset,
            int[] to,
            int t,
            int tLast) {
        int a = xOffset + from[p];
        int b = xOffset + from[Math.min(p + 1, last)];
        int c = xOffset + from[Math.min(p + 2, last)];
        int d = xOffset + from[Math.min(p + 3, last)];
        int e = xOffset + from[Math.min(p + 4, last)];
        int f = xOffset + from[Math.min(p + 5, last)];
        int g = xOffset + from[Math.min(p + 6, last)];
        int h = xOffset + from[Math.min(p + 7, last)];
        FloatVector a0 = FloatVector.fromArray(F, bias, biasAt);
        FloatVector b0 = a0;
        FloatVector c0 = a0;
        FloatVector d0 = a0;
        FloatVector e0 = a0;
        FloatVector f0 = a0;
        FloatVector g0 = a0;
        FloatVector h0 = a0;
        int at = wAt;
        for (int k = 0; k < taps.length; k++) {
            int tap = taps[k];
            FloatVector w0 = FloatVector.fromArray(F, w, at);
            a0 = FloatVector.broadcast(F, x[a + tap]).fma(w0, a0);
            b0 = FloatVector.broadcast(F, x[b + tap]).fma(w0, b0);
            c0 = FloatVector.broadcast(F, x[c + tap]).fma(w0, c0);
            d0 = FloatVector.broadcast(F, x[d + tap]).fma(w0, d0);
            e0 = FloatVector.broadcast(F, x[e + tap]).fma(w0, e0);
            f0 = FloatVector.broadcast(F, x[f + tap]).fma(w0, f0);
            g0 = FloatVector.broadcast(F, x[g + tap]).fma(w0, g0);
            h0 = FloatVector.broadcast(F, x[h + tap]).fma(w0, h0);
            at += width;
        }
        a0.intoArray(y, yOffset + to[t]);
        b0.intoArray(y, yOffset + to[Math.min(t + 1, tLast)]);
        c0.intoArray(y, yOffset + to[Math.min(t + 2, tLast)]);
        d0.intoArray(y, yOffset + to[Math.min(t + 3, tLast)]);
        e0.intoArray(y, yOffset + to[Math.min(t + 4, tLast)]);
        f0.intoArray(y, yOffset + to[Math.min(t + 5, tLast)]);
        g0.intoArray(y, yOffset + to[Math.min(t + 6, tLast)]);
        h0.intoArray(y, yOffset + to[Math.min(t + 7, tLast)]);
    }
}
