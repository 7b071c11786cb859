package quern.runtime.kernel;

import java.util.Arrays;
import quern.fixedpoint.ActivationRange;
import quern.fixedpoint.AveragePoolRounding;
import quern.fixedpoint.FixedPoint;
import quern.op.Activation;
import quern.reference.NodeRescale;
import quern.runtime.arena.Arena;

/** Maximum of S16 codes, and their average in integers or as a binary32 sum of reals. */
final class PoolS16 implements PoolKernel.Pool {
    /** What is made of the taps. */
    enum Kind {
        MAX,
        INTEGER_AVERAGE,
        REAL_AVERAGE
    }

    private final Operand x;
    private final Operand y;
    private final float scale;
    private final float outScale;
    private final int zero;
    private final int channels;
    private final ActivationRange range;
    private final Kind kind;

    PoolS16(Preparation p, int channels, Activation activation, Kind kind) {
        this.x = p.input(0);
        this.y = p.output();
        this.scale = x.type().scale(0);
        this.outScale = y.type().scale(0);
        this.zero = y.type().zeroPoint(0);
        this.channels = channels;
        this.range = NodeRescale.range(y.type(), activation);
        this.kind = kind;
    }

    @Override
    public void begin(Arena arena, int part) {
        if (kind == Kind.REAL_AVERAGE) {
            Arrays.fill(arena.floatRows(part)[0], 0, channels, 0f);
        } else {
            int first = kind == Kind.MAX ? x.type().codeMin() : 0;
            Arrays.fill(arena.intRows(part)[0], 0, channels, first);
        }
    }

    @Override
    public void taps(Arena arena, int part, int from, int count) {
        short[] in = x.shorts(arena);
        for (int at = from; at < from + count * channels; at += channels) {
            switch (kind) {
                case MAX -> max(in, at, arena.intRows(part)[0]);
                case INTEGER_AVERAGE -> sum(in, at, arena.intRows(part)[0]);
                case REAL_AVERAGE -> realSum(in, at, arena.floatRows(part)[0]);
            }
        }
    }

    private void max(short[] in, int at, int[] acc) {
        for (int c = 0; c < channels; c++) {
            acc[c] = Math.max(acc[c], in[at + c]);
        }
    }

    private void sum(short[] in, int at, int[] acc) {
        for (int c = 0; c < channels; c++) {
            acc[c] += in[at + c];
        }
    }

    private void realSum(short[] in, int at, float[] acc) {
        for (int c = 0; c < channels; c++) {
            acc[c] += AveragePoolRounding.tap(in[at + c], scale, 0);
        }
    }

    @Override
    public void end(Arena arena, int part, int n, int to) {
        short[] out = y.shorts(arena);
        for (int c = 0; c < channels; c++) {
            int code = code(arena, part, c, n);
            out[to + c] = (short) FixedPoint.clamp(code, range.min(), range.max());
        }
    }

    private int code(Arena arena, int part, int c, int n) {
        if (kind == Kind.MAX) {
            return arena.intRows(part)[0][c];
        }
        if (n == 0) {
            return zero;
        }
        return kind == Kind.INTEGER_AVERAGE
                ? AveragePoolRounding.halfAwayFromZero(arena.intRows(part)[0][c], n)
                : AveragePoolRounding.floatEven(
                        arena.floatRows(part)[0][c], n, outScale, zero, range.min(), range.max());
    }
}
