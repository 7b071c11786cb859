package quern.runtime.kernel;

import java.util.Arrays;
import quern.op.Activation;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Microkernels;

/** Lanes of float32 numbers; taps in the padding are executed with zeros. */
final class TileF32 implements TileKernel.Lanes {
    private final Microkernels micro;
    private final Operand x;
    private final Operand weights;
    private final int taps;
    private final Operand bias;
    private final Activation activation;
    private final Operand y;

    /**
     * @param taps weights of an output channel
     * @param bias one an output channel, or empty
     */
    TileF32(
            Preparation p,
            Operand x,
            Operand weights,
            int taps,
            Operand bias,
            Activation activation) {
        this.micro = p.micro();
        this.x = x;
        this.weights = weights;
        this.taps = taps;
        this.bias = bias;
        this.activation = activation;
        this.y = p.output();
    }

    @Override
    public void zeros(Arena arena, int part, int row, int at, int n) {
        Arrays.fill(arena.floatRows(part)[row], at, at + n, 0f);
    }

    @Override
    public void load(Arena arena, int part, int from, int step, int row, int at, int n) {
        pick(x.floats(arena), from, step, arena.floatRows(part)[row], at, n);
    }

    @Override
    public void loadAbreast(Arena arena, int part, int from, int step, int row, int at, int n) {
        float[][] rows = arena.floatRows(part);
        loadAbreast(
                x.floats(arena),
                from,
                step,
                rows[row],
                rows[row + 1],
                rows[row + 2],
                rows[row + 3],
                at,
                n);
    }

    private static void loadAbreast(
            float[] in,
            int from,
            int step,
            float[] a,
            float[] b,
            float[] c,
            float[] d,
            int at,
            int n) {
        for (int i = 0; i < n; i++) {
            int pixel = from + i * step;
            a[at + i] = in[pixel];
            b[at + i] = in[pixel + 1];
            c[at + i] = in[pixel + 2];
            d[at + i] = in[pixel + 3];
        }
    }

    @Override
    public void pick(Arena arena, int part, int from, int step, int row, int at, int n) {
        float[][] rows = arena.floatRows(part);
        pick(rows[TileKernel.LINES], from, step, rows[row], at, n);
    }

    private static void pick(float[] from, int first, int step, float[] to, int at, int n) {
        if (step == 1) {
            System.arraycopy(from, first, to, at, n);
        } else {
            for (int i = 0; i < n; i++) {
                to[at + i] = from[first + i * step];
            }
        }
    }

    @Override
    public void begin(Arena arena, int part, int row, int o, int lanes) {
        float start = bias.elements() == 0 ? 0f : bias.floats(arena)[bias.offset(arena) + o];
        Arrays.fill(arena.floatRows(part)[row], 0, lanes, start);
    }

    @Override
    public void multiply(
            Arena arena, int part, int row, int o, int k, int count, int tap, int lanes) {
        float[][] rows = arena.floatRows(part);
        int first = weights.offset(arena) + o * taps + k;
        micro.gemvF32(weights.floats(arena), first, count, rows, tap, rows[row], lanes);
    }

    @Override
    public void end(Arena arena, int part, int row, int o, int lanes) {
        float[] results = arena.floatRows(part)[row];
        micro.clampF32(results, 0, activation.min(), activation.max(), results, 0, lanes);
    }

    @Override
    public void store(Arena arena, int part, int row, int lane, int to, int step, int n) {
        float[] results = arena.floatRows(part)[row];
        float[] out = y.floats(arena);
        for (int i = 0; i < n; i++) {
            out[to + i * step] = results[lane + i];
        }
    }

    @Override
    public void storeAbreast(Arena arena, int part, int row, int lane, int to, int step, int n) {
        float[][] rows = arena.floatRows(part);
        storeAbreast(
                rows[row],
                rows[row + 1],
                rows[row + 2],
                rows[row + 3],
                lane,
                y.floats(arena),
                to,
                step,
                n);
    }

    private static void storeAbreast(
            float[] a,
            float[] b,
            float[] c,
            float[] d,
            int lane,
            float[] out,
            int to,
            int step,
            int n) {
        for (int i = 0; i < n; i++) {
            int pixel = to + i * step;
            out[pixel] = a[lane + i];
            out[pixel + 1] = b[lane + i];
            out[pixel + 2] = c[lane + i];
            out[pixel + 3] = d[lane + i];
        }
    }
}
