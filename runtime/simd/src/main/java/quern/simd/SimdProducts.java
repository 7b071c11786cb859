package quern.simd;

import static quern.simd.Species.F;
import static quern.simd.Species.LANES;

import jdk.incubator.vector.VectorMask;
import quern.runtime.micro.Factors;
import quern.runtime.micro.Products;
import quern.runtime.micro.Walk;

/** Products over windows in tiles of four pixels. */
final class SimdProducts implements Products {
    private static final int PIXELS = 4;

    /** Vectors of a tile: with their sums, weights and pixels they fit the registers. */
    private static final int VECTORS = LANES >= 16 ? 4 : 2;

    @Override
    public boolean hasCodes() {
        return false;
    }

    @Override
    public void gemmF32(
            Walk walk,
            int first,
            int count,
            float[] x,
            int xOffset,
            float[] w,
            int wOffset,
            int width,
            float[] bias,
            int biasOffset,
            float low,
            float high,
            float[] y,
            int yOffset,
            int n) {
        int whole = n / LANES * LANES;
        for (int c = 0; c < whole; ) {
            int vectors = Math.min(VECTORS, (whole - c) / LANES);
            gemmColumns(
                    walk,
                    first,
                    count,
                    vectors,
                    x,
                    xOffset,
                    w,
                    wOffset + c,
                    width,
                    bias,
                    biasOffset + c,
                    y,
                    yOffset + c);
            c += vectors * LANES;
        }
        if (whole < n) {
            for (int p = first; p < first + count; p++) {
                GemmTail.pixel(
                        x,
                        xOffset + walk.from()[p],
                        walk.taps(),
                        w,
                        wOffset + whole,
                        width,
                        bias,
                        biasOffset + whole,
                        y,
                        yOffset + walk.to()[p] + whole,
                        n - whole);
            }
        }
        if (low != Float.NEGATIVE_INFINITY || high != Float.POSITIVE_INFINITY) {
            for (int p = first; p < first + count; p++) {
                Rows.clamp(y, yOffset + walk.to()[p], low, high, y, yOffset + walk.to()[p], n);
            }
        }
    }

    /** Some vectors of channels of all pixels; the last tile overlaps the one before. */
    private static void gemmColumns(
            Walk walk,
            int first,
            int count,
            int vectors,
            float[] x,
            int xOffset,
            float[] w,
            int wAt,
            int width,
            float[] bias,
            int biasAt,
            float[] y,
            int yOffset) {
        int[] from = walk.from();
        int[] to = walk.to();
        int last = first + count - 1;
        for (int i = 0; i < count; i += PIXELS) {
            int p = count < PIXELS ? first : Math.min(first + i, last + 1 - PIXELS);
            int q = Math.min(p + 1, last);
            int r = Math.min(p + 2, last);
            int s = Math.min(p + 3, last);
            GemmTiles.run(
                    vectors,
                    x,
                    xOffset + from[p],
                    xOffset + from[q],
                    xOffset + from[r],
                    xOffset + from[s],
                    walk.taps(),
                    w,
                    wAt,
                    width,
                    bias,
                    biasAt,
                    y,
                    yOffset + to[p],
                    yOffset + to[q],
                    yOffset + to[r],
                    yOffset + to[s]);
        }
    }

    @Override
    public void gemmS8S32(
            Walk walk,
            int first,
            int count,
            byte[] x,
            int xOffset,
            int flip,
            byte[] w,
            int wOffset,
            int width,
            int[] bias,
            int biasOffset,
            int[] acc) {
        throw new UnsupportedOperationException("this tier has no products of codes");
    }

    @Override
    public void codes(
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
        for (int i = 0; i < count; i++) {
            int to = yOffset + walk.to()[first + i];
            CodeRows.run(acc, i * width, n, factors, channel, y, to);
        }
    }

    @Override
    public void depthwiseF32(
            Walk walk,
            int first,
            int count,
            float[] x,
            int xOffset,
            float[] w,
            float[] bias,
            float low,
            float high,
            float[] y,
            int yOffset,
            int n) {
        int[] from = walk.from();
        int[] to = walk.to();
        int last = first + count - 1;
        for (int i = 0; i < count; i += PIXELS) {
            int p = count < PIXELS ? first : Math.min(first + i, last + 1 - PIXELS);
            int q = Math.min(p + 1, last);
            int r = Math.min(p + 2, last);
            int s = Math.min(p + 3, last);
            for (int c = 0; c < n; c += LANES) {
                depthwise(
                        F.indexInRange(c, n),
                        c + LANES <= n,
                        x,
                        xOffset + c,
                        from[p],
                        from[q],
                        from[r],
                        from[s],
                        walk.taps(),
                        w,
                        c,
                        n,
                        bias,
                        y,
                        yOffset + c + to[p],
                        yOffset + c + to[q],
                        yOffset + c + to[r],
                        yOffset + c + to[s]);
            }
        }
        if (low != Float.NEGATIVE_INFINITY || high != Float.POSITIVE_INFINITY) {
            for (int p = first; p <= last; p++) {
                Rows.clamp(y, yOffset + to[p], low, high, y, yOffset + to[p], n);
            }
        }
    }

    private static void depthwise(
            VectorMask<Float> mask,
            boolean whole,
            float[] x,
            int xOffset,
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
        if (whole) {
            DepthwiseTile.whole(
                    x,
                    xOffset + a,
                    xOffset + b,
                    xOffset + c,
                    xOffset + d,
                    taps,
                    w,
                    wAt,
                    step,
                    bias,
                    y,
                    ya,
                    yb,
                    yc,
                    yd);
        } else {
            int n = mask.trueCount();
            DepthwiseTile.tail(x, xOffset + a, taps, w, wAt, step, bias, y, ya, n);
            DepthwiseTile.tail(x, xOffset + b, taps, w, wAt, step, bias, y, yb, n);
            DepthwiseTile.tail(x, xOffset + c, taps, w, wAt, step, bias, y, yc, n);
            DepthwiseTile.tail(x, xOffset + d, taps, w, wAt, step, bias, y, yd, n);
        }
    }
}
