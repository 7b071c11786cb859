package quern.runtime.kernel;

import java.util.function.IntBinaryOperator;
import quern.runtime.arena.Arena;

/** A function of two S16 codes. */
final class BinaryS16 extends BinaryKernel {
    private final IntBinaryOperator function;

    BinaryS16(String name, Preparation p, IntBinaryOperator function) {
        super(name, p);
        this.function = function;
    }

    @Override
    void row(Arena arena, int part, int aOffset, int bOffset, int yOffset, int n) {
        short[] x = a.shorts(arena);
        short[] w = b.shorts(arena);
        short[] out = y.shorts(arena);
        for (int i = 0; i < n; i++) {
            int code = function.applyAsInt(x[aOffset + i * aStep], w[bOffset + i * bStep]);
            out[yOffset + i] = (short) code;
        }
    }
}
