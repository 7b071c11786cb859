package quern.machinecode;

import quern.runtime.micro.Products;
import quern.runtime.micro.Walk;

/** Codes of as many channels as a tile has, split over calls as {@link FloatTiles}. */
final class CodeTiles {
    private static final int WEIGHTS_PER_CALL = 1 << 19;
    private static final int PRODUCTS_PER_CALL = 1 << 21;
    private static final int FOUR_BYTES = 0x01010101;

    private final Isa isa;
    private final Starts kernels;

    CodeTiles(Isa isa, Starts kernels) {
        this.isa = isa;
        this.kernels = kernels;
    }

    /** Channels {@code channel} to {@code channel + n - 1} of {@link Products#gemmS8S32}. */
    void run(
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
            int[] acc,
            int channel,
            int n) {
        int vectors = n / isa.lanes();
        int taps = walk.taps().length;
        int row = width * Products.GROUP;
        int tapsPerCall = Math.max(1, Math.min(taps, WEIGHTS_PER_CALL / row));
        int products = tapsPerCall * isa.codePixels() * n * Products.GROUP;
        int tilesPerCall = Math.max(1, PRODUCTS_PER_CALL / products);
        long[] block = Blocks.own();
        block[CallBlock.STRIDE] = row;
        block[CallBlock.FLIP] = flip * FOUR_BYTES;
        int k = 0;
        do {
            int some = Math.min(tapsPerCall, taps - k);
            block[CallBlock.TAP_COUNT] = -some;
            block[CallBlock.RESUME] = k == 0 ? 0 : 1;
            int pixels;
            int tiles;
            for (int p = 0; p < count; p += tiles * pixels) {
                pixels = Math.min(isa.codePixels(), count - p);
                tiles = Math.min(tilesPerCall, (count - p) / pixels);
                block[CallBlock.FROM] = (long) (first + p) * Integer.BYTES;
                block[CallBlock.TO] = 0;
                block[CallBlock.TAPS] = (long) (k + some) * Integer.BYTES;
                block[CallBlock.X] = xOffset;
                block[CallBlock.W] = (long) k * row + wOffset + channel * Products.GROUP;
                block[CallBlock.BIAS] = (long) (biasOffset + channel) * Integer.BYTES;
                block[CallBlock.Y] = ((long) p * width + channel) * Integer.BYTES;
                block[CallBlock.TILES] = tiles;
                NativeCall.codes(
                        kernels.of(vectors, pixels),
                        block,
                        walk.from(),
                        walk.taps(),
                        x,
                        w,
                        bias,
                        acc);
            }
            k += some;
        } while (k < taps);
    }
}
