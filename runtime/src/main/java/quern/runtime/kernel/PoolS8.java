package quern.runtime.kernel;

import java.util.Arrays;
import quern.fixedpoint.ActivationRange;
import quern.fixedpoint.AveragePoolRounding;
import quern.fixedpoint.FixedPoint;
import quern.op.Activation;
import quern.reference.NodeRescale;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Microkernels;
import quern.tensor.DType;

/** Average in integers of 8-bit codes. */
final class PoolS8 implements PoolKernel.Pool {
    private final Microkernels micro;
    private final Operand x;
    private final Operand y;
    private final Codes codes;
    private final int channels;
    private final ActivationRange range;
    private final boolean tiesUp;

    PoolS8(Preparation p, int channels, Activation activation) {
        this.micro = p.micro();
        this.x = p.input(0);
        this.y = p.output();
        this.codes = Codes.of(x.type());
        this.channels = channels;
        this.range = NodeRescale.range(y.type(), activation);
        this.tiesUp = x.type().dtype() == DType.U8;
    }

    @Override
    public void begin(Arena arena, int part) {
        Arrays.fill(arena.intRows(part)[0], 0, channels, 0);
    }

    @Override
    public void taps(Arena arena, int part, int from, int count) {
        byte[] in = x.bytes(arena);
        int[] acc = arena.intRows(part)[0];
        for (int t = 0; t < count; t++) {
            micro.sumS8S32(in, from + t * channels, codes.mask(), acc, channels);
        }
    }

    @Override
    public void end(Arena arena, int part, int n, int to) {
        byte[] out = y.bytes(arena);
        int[] acc = arena.intRows(part)[0];
        for (int c = 0; c < channels; c++) {
            out[to + c] = (byte) FixedPoint.clamp(average(acc[c], n), range.min(), range.max());
        }
    }

    private int average(int sum, int n) {
        if (n == 0) {
            return codes.zero();
        }
        return tiesUp
                ? AveragePoolRounding.tiesUp(sum, n)
                : AveragePoolRounding.halfAwayFromZero(sum, n);
    }
}
