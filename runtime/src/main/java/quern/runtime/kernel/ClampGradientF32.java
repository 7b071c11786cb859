package quern.runtime.kernel;

import quern.runtime.arena.Arena;
import quern.runtime.micro.Microkernels;
import quern.tensor.DType.Storage;

/** The gradient of a clamp, in blocks that stay in a cache. */
final class ClampGradientF32 implements Kernel {
    private static final int BLOCK = 2048;

    private final Microkernels micro;
    private final Operand v;
    private final Operand g;
    private final Operand low;
    private final Operand high;
    private final Operand y;

    ClampGradientF32(Preparation p) {
        this.micro = p.micro();
        this.v = p.input(0);
        this.g = p.input(1);
        this.low = p.input(2);
        this.high = p.input(3);
        this.y = p.output();
        p.workspace().accumulators(Storage.FLOAT, BLOCK);
    }

    @Override
    public String name() {
        return "clampGradientF32";
    }

    @Override
    public int pieces() {
        return (y.elements() + BLOCK - 1) / BLOCK;
    }

    @Override
    public long work() {
        return 2L * y.elements();
    }

    @Override
    public void run(Arena arena, int part, int parts) {
        float least = low.floats(arena)[low.offset(arena)];
        float most = high.floats(arena)[high.offset(arena)];
        float[] row = arena.floatRows(part)[0];
        int last = Split.start(pieces(), part + 1, parts);
        for (int piece = Split.start(pieces(), part, parts); piece < last; piece++) {
            int at = piece * BLOCK;
            int n = Math.min(BLOCK, y.elements() - at);
            int from = v.offset(arena) + at;
            micro.clampF32(v.floats(arena), from, least, most, row, 0, n);
            pass(
                    v.floats(arena),
                    from,
                    row,
                    g.floats(arena),
                    g.offset(arena) + at,
                    y.floats(arena),
                    y.offset(arena) + at,
                    n);
        }
    }

    private static void pass(
            float[] v, int from, float[] c, float[] g, int by, float[] y, int to, int n) {
        for (int i = 0; i < n; i++) {
            int changed = Float.floatToIntBits(c[i]) ^ Float.floatToIntBits(v[from + i]);
            int dropped = (changed | -changed) >> 31;
            y[to + i] = Float.intBitsToFloat(Float.floatToRawIntBits(g[by + i]) & ~dropped);
        }
    }
}
