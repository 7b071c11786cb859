package quern.runtime.kernel;

import quern.fixedpoint.FixedPoint;
import quern.fixedpoint.Softmax16;
import quern.numeric.Expf;
import quern.numeric.TreeSum;
import quern.op.activation.Softmax;
import quern.reference.NodeActivation;
import quern.reference.UnitTypes;
import quern.runtime.arena.Arena;
import quern.tensor.DType.Storage;

/**
 * One row of a softmax of S16 codes: in a fixed-point mode, for an output of scale 1/32768, with
 * the tables of {@link Softmax16}, else by way of float32.
 */
final class SoftmaxS16 implements SoftmaxRows.Row {
    private final Operand x;
    private final Operand y;
    private final int length;
    private final int stride;
    private final boolean fixedPoint;
    private final Softmax16 softmax;
    private final float scale;
    private final float beta;
    private final RealToCode toCode;
    private final Scratch exponentials;

    SoftmaxS16(Softmax op, Preparation p, int length, int stride) {
        this.x = p.input(0);
        this.y = p.output();
        this.length = length;
        this.stride = stride;
        boolean fixedMode = p.node().rounding().isFixedPoint();
        this.fixedPoint = fixedMode && UnitTypes.isSignedUnit16(y.type());
        this.softmax =
                fixedPoint
                        ? NodeActivation.softmax16(p.node(), x.type(), op.beta())
                        : new Softmax16(new quern.fixedpoint.Multiplier(0, 0), p.node().rounding());
        this.scale = x.type().scale(0);
        this.beta = op.beta();
        this.toCode = RealToCode.of(p.node(), y.type());
        this.exponentials = p.workspace().scratch(fixedPoint ? Storage.INT : Storage.FLOAT, length);
    }

    @Override
    public void run(Arena arena, int part, int from, int to) {
        short[] in = x.shorts(arena);
        int max = in[from];
        for (int j = 1; j < length; j++) {
            max = Math.max(max, in[from + j * stride]);
        }
        int at = exponentials.offset(arena, part);
        if (fixedPoint) {
            codes(in, from, max, arena.ints(), at, y.shorts(arena), to);
        } else {
            reals(in, from, max, arena.floats(), at, y.shorts(arena), to);
        }
    }

    private void codes(short[] in, int from, int max, int[] e, int at, short[] out, int to) {
        long exact = 0;
        for (int j = 0; j < length; j++) {
            e[at + j] = softmax.exp(in[from + j * stride] - max);
            exact += e[at + j];
        }
        int sum = FixedPoint.saturate(exact);
        int reciprocal = Softmax16.reciprocal(sum);
        int largest = y.type().codeMax();
        for (int j = 0; j < length; j++) {
            int code = Softmax16.quotient(e[at + j], sum, reciprocal);
            out[to + j * stride] = (short) Math.min(code, largest);
        }
    }

    private void reals(short[] in, int from, int max, float[] e, int at, short[] out, int to) {
        for (int j = 0; j < length; j++) {
            float difference = scale * (in[from + j * stride] - max);
            e[at + j] = Expf.exp(difference * beta);
        }
        float sum = TreeSum.sum(e, at, 1, length);
        for (int j = 0; j < length; j++) {
            out[to + j * stride] = (short) toCode.apply(e[at + j] / sum);
        }
    }
}
