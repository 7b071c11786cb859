package quern.runtime.kernel;

import quern.fixedpoint.DynamicRange;
import quern.runtime.arena.Arena;
import quern.tensor.DType.Storage;

/** Codes whose scale follows from the numbers: one pass for the limits, one for the codes. */
final class DynamicQuantizeKernel implements Kernel {
    /** Adding and subtracting it rounds numbers below {@code 2^22} to even. */
    private static final float TO_WHOLE = 0x1.8p23f;

    private static final int BLOCK = 512;

    private final Operand x;
    private final Operand codes;
    private final Operand scale;
    private final Operand zero;
    private final Scratch steps;

    DynamicQuantizeKernel(Preparation p) {
        this.x = p.input(0);
        this.codes = p.output();
        this.scale = p.output(1);
        this.zero = p.output(2);
        this.steps = p.workspace().scratch(Storage.INT, BLOCK);
    }

    @Override
    public String name() {
        return "dynamicQuantizeF32U8";
    }

    @Override
    public long work() {
        return 2L * x.elements();
    }

    @Override
    public void run(Arena arena, int part, int parts) {
        float[] in = x.floats(arena);
        int from = x.offset(arena);
        int n = x.elements();
        float low = low(in, from, n);
        float high = high(in, from, n);
        DynamicRange range = DynamicRange.of(low, high);
        int[] whole = arena.ints();
        int at = steps.offset(arena, part);
        byte[] out = codes.bytes(arena);
        int to = codes.offset(arena);
        for (int start = 0; start < n; start += BLOCK) {
            int count = Math.min(BLOCK, n - start);
            round(in, from + start, range.scale(), range.zeroPoint(), whole, at, count);
            for (int i = 0; i < count; i++) {
                out[to + start + i] = (byte) whole[at + i];
            }
        }
        scale.floats(arena)[scale.offset(arena)] = range.scale();
        zero.bytes(arena)[zero.offset(arena)] = (byte) range.zeroPoint();
    }

    private static void round(float[] x, int from, float scale, int zero, int[] y, int to, int n) {
        float min = -zero;
        float max = 255f - zero;
        for (int i = 0; i < n; i++) {
            float v = x[from + i] / scale;
            v = v > min ? v : min;
            v = v < max ? v : max;
            y[to + i] = (int) (v + TO_WHOLE - TO_WHOLE) + zero;
        }
    }

    private static float low(float[] x, int from, int n) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        int i = from;
        for (; i + 4 <= from + n; i += 4) {
            a = x[i] < a ? x[i] : a;
            b = x[i + 1] < b ? x[i + 1] : b;
            c = x[i + 2] < c ? x[i + 2] : c;
            d = x[i + 3] < d ? x[i + 3] : d;
        }
        for (; i < from + n; i++) {
            a = x[i] < a ? x[i] : a;
        }
        return Math.min(Math.min(a, b), Math.min(c, d));
    }

    private static float high(float[] x, int from, int n) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        int i = from;
        for (; i + 4 <= from + n; i += 4) {
            a = x[i] > a ? x[i] : a;
            b = x[i + 1] > b ? x[i + 1] : b;
            c = x[i + 2] > c ? x[i + 2] : c;
            d = x[i + 3] > d ? x[i + 3] : d;
        }
        for (; i < from + n; i++) {
            a = x[i] > a ? x[i] : a;
        }
        return Math.max(Math.max(a, b), Math.max(c, d));
    }
}
