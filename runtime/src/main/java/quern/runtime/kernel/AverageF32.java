package quern.runtime.kernel;

import java.util.Arrays;
import quern.op.Activation;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Microkernels;

/** Average of float32 numbers, then the activation. */
final class AverageF32 implements PoolKernel.Pool {
    private final Microkernels micro;
    private final Operand x;
    private final Operand y;
    private final int channels;
    private final Activation activation;

    AverageF32(Preparation p, int channels, Activation activation) {
        this.micro = p.micro();
        this.x = p.input(0);
        this.y = p.output();
        this.channels = channels;
        this.activation = activation;
    }

    @Override
    public void begin(Arena arena, int part) {
        Arrays.fill(arena.floatRows(part)[0], 0, channels, 0f);
    }

    @Override
    public void taps(Arena arena, int part, int from, int count) {
        float[] in = x.floats(arena);
        float[] acc = arena.floatRows(part)[0];
        for (int t = 0; t < count; t++) {
            micro.sumF32(in, from + t * channels, acc, channels);
        }
    }

    @Override
    public void end(Arena arena, int part, int n, int to) {
        float[] acc = arena.floatRows(part)[0];
        if (n > 0) {
            for (int c = 0; c < channels; c++) {
                acc[c] /= n;
            }
        }
        micro.clampF32(acc, 0, activation.min(), activation.max(), y.floats(arena), to, channels);
    }
}
