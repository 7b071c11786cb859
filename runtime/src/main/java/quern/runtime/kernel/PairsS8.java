package quern.runtime.kernel;

import java.util.function.IntBinaryOperator;
import quern.runtime.arena.Arena;

/** A function of two 8-bit codes. */
final class PairsS8 extends BinaryKernel {
    private final int aMask;
    private final int bMask;
    private final IntBinaryOperator function;

    PairsS8(String name, Preparation p, IntBinaryOperator function) {
        super(name, p);
        this.aMask = Codes.of(p.type(0)).mask();
        this.bMask = Codes.of(p.type(1)).mask();
        this.function = function;
    }

    @Override
    void row(Arena arena, int part, int aOffset, int bOffset, int yOffset, int n) {
        byte[] x = a.bytes(arena);
        byte[] w = b.bytes(arena);
        byte[] out = y.bytes(arena);
        for (int i = 0; i < n; i++) {
            int first = x[aOffset + i * aStep] & aMask;
            int second = w[bOffset + i * bStep] & bMask;
            out[yOffset + i] = (byte) function.applyAsInt(first, second);
        }
    }
}
