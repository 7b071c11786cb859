package quern.simd;

import static quern.simd.Species.LANES;

import java.util.stream.IntStream;
import quern.runtime.micro.Products;
import quern.runtime.micro.Walk;

/** Products over windows in tiles of four pixels. */
final class SimdProducts implements Products {
    private static final int PIXELS = 4;
    private static final int MORE_PIXELS = 8;
    private static final int[] DENSE =
            IntStream.range(0, MORE_PIXELS).map(i -> i * LANES).toArray();

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
            gemmTail(
                    walk,
                    first,
                    count,
                    x,
                    xOffset,
                    w,
                    wOffset + whole,
                    width,
                    bias,
                    biasOffset + whole,
                    y,
                    yOffset + whole,
                    n - whole);
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
        for (int p = first; vectors == 1 && p <= last; p += MORE_PIXELS) {
            GemmTiles.tile1(
                    x,
                    xOffset,
                    from,
                    p,
                    last,
                    walk.taps(),
                    w,
                    wAt,
                    width,
                    bias,
                    biasAt,
                    y,
                    yOffset,
                    to,
                    p,
                    last);
        }
        for (int i = 0; vectors > 1 && i < count; i += PIXELS) {
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

    /** Channels that do not fill a vector, by way of scratch. */
    private static void gemmTail(
            Walk walk,
            int first,
            int count,
            float[] x,
            int xOffset,
            float[] w,
            int wAt,
            int width,
            float[] bias,
            int biasAt,
            float[] y,
            int yOffset,
            int n) {
        int[] from = walk.from();
        int last = first + count - 1;
        float[] sums = Chunk.get().a;
        for (int p = first; p <= last; p += MORE_PIXELS) {
            int some = Math.min(MORE_PIXELS, last + 1 - p);
            GemmTiles.tile1(
                    x,
                    xOffset,
                    from,
                    p,
                    last,
                    walk.taps(),
                    w,
                    wAt,
                    width,
                    bias,
                    biasAt,
                    sums,
                    0,
                    DENSE,
                    0,
                    some - 1);
            for (int i = 0; i < some; i++) {
                System.arraycopy(sums, i * LANES, y, yOffset + walk.to()[p + i], n);
            }
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
            for (int c = 0; c + LANES <= n; c += LANES) {
                DepthwiseTile.whole(
                        x,
                        xOffset + c + from[p],
                        xOffset + c + from[q],
                        xOffset + c + from[r],
                        xOffset + c + from[s],
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
        int whole = n - n % LANES;
        for (int p = first; whole < n && p <= last; p++) {
            DepthwiseTile.tail(
                    x,
                    xOffset + whole + from[p],
                    walk.taps(),
                    w,
                    whole,
                    n,
                    bias,
                    y,
                    yOffset + whole + to[p],
                    n - whole);
        }
        if (low != Float.NEGATIVE_INFINITY || high != Float.POSITIVE_INFINITY) {
            for (int p = first; p <= last; p++) {
                Rows.clamp(y, yOffset + to[p], low, high, y, yOffset + to[p], n);
            }
        }
    }
}
