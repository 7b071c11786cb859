package quern.runtime.kernel;

import java.util.Arrays;
import quern.fixedpoint.ActivationRange;
import quern.fixedpoint.FixedPoint;
import quern.op.Activation;
import quern.reference.NodeRescale;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Microkernels;
import quern.tensor.DType;
import quern.tensor.DType.Storage;

/** Maximum of 8-bit codes. */
final class MaxPoolS8 implements MaxPoolKernel.Lines {
    private static final int SIGN = 0x80;

    private final Microkernels micro;
    private final Operand x;
    private final Operand y;
    private final int mask;
    private final int flip;
    private final byte least;
    private final ActivationRange range;
    private final boolean limited;
    private final Scratch first;
    private final Scratch second;

    MaxPoolS8(Preparation p, PoolShape shape, Activation activation) {
        this.micro = p.micro();
        this.x = p.input(0);
        this.y = p.output();
        this.mask = Codes.of(x.type()).mask();
        this.flip = x.type().dtype() == DType.U8 ? SIGN : 0;
        this.least = (byte) x.type().codeMin();
        this.range = NodeRescale.range(y.type(), activation);
        this.limited = range.min() != y.type().codeMin() || range.max() != y.type().codeMax();
        int line = Math.multiplyExact(shape.columns().input(), shape.channels());
        this.first = p.workspace().scratch(Storage.BYTE, line);
        this.second = p.workspace().scratch(Storage.BYTE, line);
    }

    @Override
    public void down(Arena arena, int part, int from, int step, int count, int n) {
        byte[] all = arena.bytes();
        int line = first.offset(arena, part);
        if (count <= 0) {
            Arrays.fill(all, line, line + n, least);
            return;
        }
        byte[] in = x.bytes(arena);
        System.arraycopy(in, from, all, line, n);
        for (int i = 1; i < count; i++) {
            micro.maxS8(in, from + i * step, flip, all, line, n);
        }
    }

    @Override
    public void across(Arena arena, int part, int step, int count, int n) {
        byte[] all = arena.bytes();
        int from = first.offset(arena, part);
        int to = second.offset(arena, part);
        System.arraycopy(all, from, all, to, n);
        for (int i = 1; i < count && i * step < n; i++) {
            micro.maxS8(all, from + i * step, flip, all, to, n - i * step);
        }
    }

    @Override
    public void store(Arena arena, int part, int from, int n, int to) {
        System.arraycopy(arena.bytes(), second.offset(arena, part) + from, y.bytes(arena), to, n);
        limit(y.bytes(arena), to, n);
    }

    @Override
    public void storeFirst(Arena arena, int part, int count, int channels, int to) {
        byte[] out = y.bytes(arena);
        Arrays.fill(out, to, to + channels, least);
        int from = first.offset(arena, part);
        for (int i = 0; i < count; i++) {
            micro.maxS8(arena.bytes(), from + i * channels, flip, out, to, channels);
        }
        limit(out, to, channels);
    }

    private void limit(byte[] out, int to, int n) {
        for (int i = to; limited && i < to + n; i++) {
            out[i] = (byte) FixedPoint.clamp(out[i] & mask, range.min(), range.max());
        }
    }
}
