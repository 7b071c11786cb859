package quern.machinecode;

import quern.runtime.micro.Walk;

/**
 * Float32 numbers of as many channels as a tile has. Pixels and taps are split over calls short
 * enough not to keep the garbage collector waiting; a call whose taps are not the first goes on
 * from what was written.
 */
final class FloatTiles {
    private final Isa isa;
    private final Starts kernels;
    private final int weightsPerCall;
    private final int productsPerCall;
    private final long[][] masks;

    /**
     * @param weightsPerCall the most weights that a call reads, of all channels of a tap
     * @param productsPerCall the most products of a call, unless one tile has more
     */
    FloatTiles(Isa isa, Starts kernels, int weightsPerCall, int productsPerCall) {
        this.isa = isa;
        this.kernels = kernels;
        this.weightsPerCall = weightsPerCall;
        this.productsPerCall = productsPerCall;
        masks = Masks.of(isa.lanes());
    }

    /**
     * Sums of products as {@link quern.runtime.micro.Products} says.
     *
     * @param stride weights from one tap to the next
     */
    void run(
            Walk walk,
            int first,
            int count,
            float[] x,
            int xOffset,
            float[] w,
            int wOffset,
            int stride,
            float[] bias,
            int biasOffset,
            float low,
            float high,
            float[] y,
            int yOffset,
            int n) {
        int vectors = (n + isa.lanes() - 1) / isa.lanes();
        int taps = walk.taps().length;
        int tapsPerCall = Math.max(1, Math.min(taps, weightsPerCall / stride));
        int products = tapsPerCall * isa.pixels() * vectors * isa.lanes();
        int tilesPerCall = Math.max(1, productsPerCall / products);
        long[] block = Blocks.own();
        block[CallBlock.STRIDE] = (long) stride * Float.BYTES;
        Bounds.put(block, low, high);
        long[] mask = masks[n - (vectors - 1) * isa.lanes()];
        System.arraycopy(mask, 0, block, CallBlock.MASK, mask.length);
        int k = 0;
        do {
            int some = Math.min(tapsPerCall, taps - k);
            block[CallBlock.TAP_COUNT] = -some;
            block[CallBlock.RESUME] = k == 0 ? 0 : 1;
            block[CallBlock.CLAMP] = k + some == taps && Bounds.areKernels(low, high) ? 1 : 0;
            int pixels;
            int tiles;
            for (int p = 0; p < count; p += tiles * pixels) {
                pixels = Math.min(isa.pixels(), count - p);
                tiles = Math.min(tilesPerCall, (count - p) / pixels);
                block[CallBlock.FROM] = (long) (first + p) * Integer.BYTES;
                block[CallBlock.TO] = (long) (first + p) * Integer.BYTES;
                block[CallBlock.TAPS] = (long) (k + some) * Integer.BYTES;
                block[CallBlock.X] = (long) xOffset * Float.BYTES;
                block[CallBlock.W] = ((long) k * stride + wOffset) * Float.BYTES;
                block[CallBlock.BIAS] = (long) biasOffset * Float.BYTES;
                block[CallBlock.Y] = (long) yOffset * Float.BYTES;
                block[CallBlock.TILES] = tiles;
                NativeCall.floats(
                        kernels.of(vectors, pixels),
                        block,
                        walk.from(),
                        walk.to(),
                        walk.taps(),
                        x,
                        w,
                        bias,
                        y);
            }
            k += some;
        } while (k < taps);
        if (Bounds.areUnusual(low, high)) {
            Bounds.limit(walk, first, count, low, high, y, yOffset, n);
        }
    }
}
