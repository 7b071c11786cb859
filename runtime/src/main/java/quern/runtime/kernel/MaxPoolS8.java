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
final class MaxPoolS8 implements PoolKernel.Pool {
    private static final int SIGN = 0x80;

    private final Microkernels micro;
    private final Operand x;
    private final Operand y;
    private final int mask;
    private final int flip;
    private final int channels;
    private final ActivationRange range;
    private final Scratch largest;

    MaxPoolS8(Preparation p, int channels, Activation activation) {
        this.micro = p.micro();
        this.x = p.input(0);
        this.y = p.output();
        this.mask = Codes.of(x.type()).mask();
        this.flip = x.type().dtype() == DType.U8 ? SIGN : 0;
        this.channels = channels;
        this.range = NodeRescale.range(y.type(), activation);
        this.largest = p.workspace().scratch(Storage.BYTE, channels);
    }

    @Override
    public void begin(Arena arena, int part) {
        int at = largest.offset(arena, part);
        Arrays.fill(arena.bytes(), at, at + channels, (byte) x.type().codeMin());
    }

    @Override
    public void taps(Arena arena, int part, int from, int count) {
        int at = largest.offset(arena, part);
        for (int t = 0; t < count; t++) {
            micro.maxS8(x.bytes(arena), from + t * channels, flip, arena.bytes(), at, channels);
        }
    }

    @Override
    public void end(Arena arena, int part, int n, int to) {
        byte[] out = y.bytes(arena);
        int at = largest.offset(arena, part);
        if (range.min() == y.type().codeMin() && range.max() == y.type().codeMax()) {
            System.arraycopy(arena.bytes(), at, out, to, channels);
            return;
        }
        for (int c = 0; c < channels; c++) {
            int code = arena.bytes()[at + c] & mask;
            out[to + c] = (byte) FixedPoint.clamp(code, range.min(), range.max());
        }
    }
}
