package quern.runtime.kernel;

import quern.fixedpoint.DynamicRange;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Microkernels;

/** Codes whose scale follows from the numbers: one pass for the limits, one for the codes. */
final class DynamicQuantizeKernel implements Kernel {
    private static final int MAX = 255;

    private final Microkernels micro;
    private final Operand x;
    private final Operand codes;
    private final Operand scale;
    private final Operand zero;

    DynamicQuantizeKernel(Preparation p) {
        this.micro = p.micro();
        this.x = p.input(0);
        this.codes = p.output();
        this.scale = p.output(1);
        this.zero = p.output(2);
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
        float low = micro.leastF32(in, from, n);
        float high = micro.largestF32(in, from, n);
        DynamicRange range = DynamicRange.of(low, high);
        micro.quantizeF32S8(
                in,
                from,
                range.scale(),
                range.zeroPoint(),
                0,
                MAX,
                codes.bytes(arena),
                codes.offset(arena),
                n);
        scale.floats(arena)[scale.offset(arena)] = range.scale();
        zero.bytes(arena)[zero.offset(arena)] = (byte) range.zeroPoint();
    }
}
