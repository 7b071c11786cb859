package quern.reference;

import quern.op.recurrent.Lstm;
import quern.op.recurrent.Lstm.Gate;
import quern.tensor.Tensor;

/**
 * LSTM on codes in a fixed-point mode, with the cell state and all gates in 16 bits.
 *
 * <p>A gate is {@code a = clamp16(clamp16(MBQM(sum W * (x - Zx) + b)) + clamp16(MBQM(sum R * (h -
 * Zh))))} in Q3.12, under the table of {@link quern.fixedpoint.SigmoidTable16} in Q0.15. The cell
 * state is {@code clamp16(clamp16(MBQM(f * c)) + clamp16(MBQM(i * g)))} and the output {@code
 * clamp(MBQM(tanh(c) * o) + Zh)}. All multipliers are those of {@link LstmRescale}.
 */
final class LstmCodesReference {
    private static final int MAX = Short.MAX_VALUE;

    private final KernelContext context;
    private final LstmRescale rescale;
    private final int[] h;
    private final int[] c;

    private LstmCodesReference(Lstm op, KernelContext context) {
        this.context = context;
        this.rescale = LstmRescale.of(op, context.node(), i -> context.input(i).type());
        LstmRescale.prove(context.node(), i -> context.input(i).type(), context::input);
        this.h = codes(context.input(Lstm.OUTPUT_STATE));
        this.c = codes(context.input(Lstm.CELL_STATE));
    }

    private static int[] codes(Tensor t) {
        int[] codes = new int[t.elements()];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = t.code(i);
        }
        return codes;
    }

    static void run(Lstm op, KernelContext context) {
        new LstmCodesReference(op, context).run(op);
    }

    private void run(Lstm op) {
        Tensor x = context.input(0);
        Tensor y = context.output();
        RecurrentSteps steps = RecurrentSteps.of(x.shape(), op.timeMajor());
        int cells = context.input(Lstm.CELL_STATE).shape().dim(1);
        for (int b = 0; b < steps.batch(); b++) {
            for (int t = 0; t < steps.time(); t++) {
                int row = steps.row(b, op.reverse() ? steps.time() - 1 - t : t);
                step(b, row, cells);
                for (int n = 0; n < cells; n++) {
                    y.setInteger(row * cells + n, h[b * cells + n]);
                }
            }
        }
        for (int i = 0; i < h.length; i++) {
            context.outputs().get(1).setInteger(i, h[i]);
            context.outputs().get(2).setInteger(i, c[i]);
        }
    }

    private void step(int b, int row, int cells) {
        int[] f = new int[cells];
        int[] i = new int[cells];
        int[] g = new int[cells];
        int[] o = new int[cells];
        for (int n = 0; n < cells; n++) {
            f[n] = LstmRescale.sigmoid(sum(Gate.FORGET, b, row, n));
            g[n] = LstmRescale.tanh(sum(Gate.CELL, b, row, n));
            o[n] = LstmRescale.sigmoid(sum(Gate.OUTPUT, b, row, n));
            i[n] =
                    context.has(Gate.INPUT.weights())
                            ? LstmRescale.sigmoid(sum(Gate.INPUT, b, row, n))
                            : MAX - f[n];
        }
        for (int n = 0; n < cells; n++) {
            int at = b * cells + n;
            c[at] = rescale.cell(f[n], c[at], i[n], g[n]);
            h[at] = rescale.output(c[at], o[n]);
        }
    }

    private int sum(Gate gate, int b, int row, int n) {
        Tensor x = context.input(0);
        Tensor w = context.input(gate.weights());
        Tensor r = context.input(gate.recurrent());
        int features = w.shape().dim(1);
        int out = r.shape().dim(1);
        long input = context.has(gate.bias()) ? context.input(gate.bias()).integer(n) : 0;
        for (int k = 0; k < features; k++) {
            int code = x.code(row * features + k) - x.type().zeroPoint(0);
            input += (long) code * w.code(n * features + k);
        }
        long recurrent = 0;
        int zero = context.input(Lstm.OUTPUT_STATE).type().zeroPoint(0);
        for (int k = 0; k < out; k++) {
            recurrent += (long) (h[b * out + k] - zero) * r.code(n * out + k);
        }
        return rescale.gate(gate, input, recurrent);
    }
}
