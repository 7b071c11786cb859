package quern.runtime.kernel;

import java.util.Arrays;
import quern.op.Activation;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Microkernels;
import quern.tensor.DType.Storage;

/** Maximum of float32 numbers, then the activation. */
final class MaxPoolF32 implements MaxPoolKernel.Lines {
    private static final int FIRST = 0;
    private static final int SECOND = 1;
    private static final int PIXEL = 2;

    private final Microkernels micro;
    private final Operand x;
    private final Operand y;
    private final Activation activation;

    MaxPoolF32(Preparation p, PoolShape shape, Activation activation) {
        this.micro = p.micro();
        this.x = p.input(0);
        this.y = p.output();
        this.activation = activation;
        int line = Math.multiplyExact(shape.columns().input(), shape.channels());
        p.workspace().accumulators(Storage.FLOAT, line, line, shape.channels());
    }

    @Override
    public void down(Arena arena, int part, int from, int step, int count, int n) {
        float[] line = arena.floatRows(part)[FIRST];
        if (count <= 0) {
            Arrays.fill(line, 0, n, Float.NEGATIVE_INFINITY);
            return;
        }
        float[] in = x.floats(arena);
        System.arraycopy(in, from, line, 0, n);
        for (int i = 1; i < count; i++) {
            micro.maxF32(in, from + i * step, line, n);
        }
    }

    @Override
    public void across(Arena arena, int part, int step, int count, int n) {
        float[] first = arena.floatRows(part)[FIRST];
        float[] second = arena.floatRows(part)[SECOND];
        System.arraycopy(first, 0, second, 0, n);
        for (int i = 1; i < count && i * step < n; i++) {
            micro.maxF32(first, i * step, second, n - i * step);
        }
    }

    @Override
    public void store(Arena arena, int part, int from, int n, int to) {
        write(arena, arena.floatRows(part)[SECOND], from, n, to);
    }

    @Override
    public void storeFirst(Arena arena, int part, int count, int channels, int to) {
        float[] pixel = arena.floatRows(part)[PIXEL];
        Arrays.fill(pixel, 0, channels, Float.NEGATIVE_INFINITY);
        for (int i = 0; i < count; i++) {
            micro.maxF32(arena.floatRows(part)[FIRST], i * channels, pixel, channels);
        }
        write(arena, pixel, 0, channels, to);
    }

    private void write(Arena arena, float[] from, int at, int n, int to) {
        micro.clampF32(from, at, activation.min(), activation.max(), y.floats(arena), to, n);
    }
}
