package quern.runtime.kernel;

import quern.runtime.arena.Arena;

/** The larger or the smaller of two 8-bit codes of one quantization. */
final class PickS8 extends BinaryKernel {
    private final boolean larger;
    private final int mask;

    PickS8(String name, Preparation p, boolean larger) {
        super(name, p);
        this.larger = larger;
        this.mask = Codes.of(p.type(0)).mask();
    }

    @Override
    void row(Arena arena, int part, int aOffset, int bOffset, int yOffset, int n) {
        byte[] x = a.bytes(arena);
        byte[] w = b.bytes(arena);
        byte[] out = y.bytes(arena);
        for (int i = 0; i < n; i++) {
            int first = x[aOffset + i * aStep] & mask;
            int second = w[bOffset + i * bStep] & mask;
            out[yOffset + i] = (byte) (larger ? Math.max(first, second) : Math.min(first, second));
        }
    }
}
