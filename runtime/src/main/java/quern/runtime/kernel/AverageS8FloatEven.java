package quern.runtime.kernel;

import java.util.Arrays;
import quern.fixedpoint.ActivationRange;
import quern.fixedpoint.AveragePoolRounding;
import quern.fixedpoint.FixedPoint;
import quern.op.Activation;
import quern.reference.NodeRescale;
import quern.runtime.arena.Arena;
import quern.tensor.Quant;

/** Average of 8-bit codes in mode float-even: a binary32 sum of dequantized taps. */
final class AverageS8FloatEven implements PoolKernel.Pool {
    private final Operand x;
    private final Operand y;
    private final int channels;
    private final ActivationRange range;
    private final Quant.PerTensor out;
    private final float[] reals = new float[Codes.BYTES];

    AverageS8FloatEven(Preparation p, int channels, Activation activation) {
        this.x = p.input(0);
        this.y = p.output();
        this.channels = channels;
        this.range = NodeRescale.range(y.type(), activation);
        this.out = y.type().perTensor("the output");
        Quant.PerTensor in = x.type().perTensor("the input");
        int mask = Codes.of(x.type()).mask();
        for (int b = 0; b < reals.length; b++) {
            reals[b] = AveragePoolRounding.tap((byte) b & mask, in.scale(), in.zeroPoint());
        }
    }

    @Override
    public void begin(Arena arena, int part) {
        Arrays.fill(arena.floatRows(part)[0], 0, channels, 0f);
    }

    @Override
    public void taps(Arena arena, int part, int from, int count) {
        byte[] in = x.bytes(arena);
        float[] acc = arena.floatRows(part)[0];
        for (int t = 0; t < count; t++) {
            int at = from + t * channels;
            for (int c = 0; c < channels; c++) {
                acc[c] += reals[in[at + c] & 0xFF];
            }
        }
    }

    @Override
    public void end(Arena arena, int part, int n, int to) {
        byte[] codes = y.bytes(arena);
        float[] acc = arena.floatRows(part)[0];
        for (int c = 0; c < channels; c++) {
            int code =
                    n == 0
                            ? FixedPoint.clamp(out.zeroPoint(), range.min(), range.max())
                            : AveragePoolRounding.floatEven(
                                    acc[c],
                                    n,
                                    out.scale(),
                                    out.zeroPoint(),
                                    range.min(),
                                    range.max());
            codes[to + c] = (byte) code;
        }
    }
}
