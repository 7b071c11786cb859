package quern.machinecode;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import quern.runtime.micro.Products;
import quern.runtime.micro.Walk;

/** Products by machine code. */
final class MachineProducts implements Products {
    private static final int WEIGHTS_PER_CALL = 1 << 17;
    private static final int PRODUCTS_PER_CALL = 1 << 20;
    private static final int DEPTHWISE_PER_CALL = 1 << 18;

    private final Isa isa;
    private final FloatTiles gemmF32;
    private final FloatTiles depthwiseF32;
    private final CodeTiles gemmS8;

    /**
     * Writes the code.
     *
     * @param arena the code lives as long
     */
    MachineProducts(Isa isa, Arena arena) {
        this.isa = isa;
        Kernels kernels = Kernels.of(isa);
        MemorySegment code = CodeMemory.of(kernels.code(), arena);
        gemmF32 =
                new FloatTiles(
                        isa,
                        new Starts(code, kernels.gemmF32()),
                        WEIGHTS_PER_CALL,
                        PRODUCTS_PER_CALL);
        depthwiseF32 =
                new FloatTiles(
                        isa,
                        new Starts(code, kernels.depthwiseF32()),
                        WEIGHTS_PER_CALL,
                        DEPTHWISE_PER_CALL);
        gemmS8 = new CodeTiles(isa, new Starts(code, kernels.gemmS8()));
    }

    @Override
    public boolean hasCodes() {
        return true;
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
        for (int c = 0; c < n; c += isa.channels()) {
            int some = Math.min(n - c, isa.channels());
            gemmF32.run(
                    walk,
                    first,
                    count,
                    x,
                    xOffset,
                    w,
                    wOffset + c,
                    width,
                    bias,
                    biasOffset + c,
                    low,
                    high,
                    y,
                    yOffset + c,
                    some);
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
        for (int c = 0; c < width; c += isa.channels()) {
            int some = Math.min(width - c, isa.channels());
            gemmS8.run(
                    walk,
                    first,
                    count,
                    x,
                    xOffset,
                    flip,
                    w,
                    wOffset,
                    width,
                    bias,
                    biasOffset,
                    acc,
                    c,
                    some);
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
        for (int c = 0; c < n; c += isa.channels()) {
            int some = Math.min(n - c, isa.channels());
            depthwiseF32.run(
                    walk,
                    first,
                    count,
                    x,
                    xOffset + c,
                    w,
                    c,
                    n,
                    bias,
                    c,
                    low,
                    high,
                    y,
                    yOffset + c,
                    some);
        }
    }
}
