package quern.reference;

import java.util.Optional;
import quern.numeric.Fma;
import quern.numeric.Sigmoidf;
import quern.numeric.TreeSum;
import quern.op.recurrent.Lstm;
import quern.op.recurrent.Lstm.Gate;
import quern.tensor.DType;
import quern.tensor.Tensor;

/**
 * LSTM on real numbers, one batch row after the other, one step after the other.
 *
 * <p>The sum of a gate starts from its bias (with layer normalization from +0) and takes {@code
 * W[n, k] * x[k]}, then {@code R[n, k] * h[k]}, k ascending, then {@code p[n] * c[n]}, each by a
 * fused multiply-add. The cell state is {@code fma(i, g, f * c)}, a normalized sum {@code fma((s -
 * mean) * (1 / sqrt(variance + 1e-8)), n, b)}.
 *
 * <p>Codes in a mode that is not fixed-point: every operand dequantized, the whole sequence in
 * float32, the results quantized with ties to even.
 */
final class LstmReference {
    static final float VARIANCE_EPSILON = 1e-8f;

    private final Lstm op;
    private final KernelContext context;
    private final float[] h;
    private final float[] c;

    private LstmReference(Lstm op, KernelContext context) {
        this.op = op;
        this.context = context;
        this.h = reals(Lstm.OUTPUT_STATE);
        this.c = reals(Lstm.CELL_STATE);
    }

    static void run(Lstm op, KernelContext c) {
        if (c.isQuantized() && c.isFixedPoint()) {
            LstmCodesReference.run(op, c);
        } else {
            new LstmReference(op, c).run();
        }
    }

    private void run() {
        RecurrentSteps steps = RecurrentSteps.of(context.input(0).shape(), op.timeMajor());
        float[] x = reals(0);
        int features = context.input(0).shape().dim(context.input(0).shape().rank() - 1);
        float[] y = new float[context.output().elements()];
        int out = context.input(Lstm.OUTPUT_STATE).shape().dim(1);
        for (int b = 0; b < steps.batch(); b++) {
            for (int t = 0; t < steps.time(); t++) {
                int row = steps.row(b, op.reverse() ? steps.time() - 1 - t : t);
                step(b, x, row * features, features);
                System.arraycopy(h, b * out, y, row * out, out);
            }
        }
        RealValues.store(y, context.outputs().get(0));
        RealValues.store(h, context.outputs().get(1));
        RealValues.store(c, context.outputs().get(2));
    }

    private void step(int b, float[] x, int at, int features) {
        int cells = context.input(Lstm.CELL_STATE).shape().dim(1);
        int first = b * cells;
        float[] f = sigmoid(sums(Gate.FORGET, b, x, at, features));
        float[] i = new float[cells];
        if (context.has(Gate.INPUT.weights())) {
            i = sigmoid(sums(Gate.INPUT, b, x, at, features));
        } else {
            for (int n = 0; n < cells; n++) {
                i[n] = 1f - f[n];
            }
        }
        float[] g = sums(Gate.CELL, b, x, at, features);
        for (int n = 0; n < cells; n++) {
            float sum = Fma.fma(i[n], op.activation().apply(g[n]), f[n] * c[first + n]);
            c[first + n] = limit(sum, op.cellClip());
        }
        float[] o = sigmoid(sums(Gate.OUTPUT, b, x, at, features));
        float[] hidden = new float[cells];
        for (int n = 0; n < cells; n++) {
            hidden[n] = o[n] * op.activation().apply(c[first + n]);
        }
        if (!context.has(Lstm.PROJECTION)) {
            System.arraycopy(hidden, 0, h, first, cells);
            return;
        }
        float[] p = reals(Lstm.PROJECTION);
        float[] bias = reals(Lstm.PROJECTION_BIAS);
        int out = h.length / Math.max(1, context.input(Lstm.OUTPUT_STATE).shape().dim(0));
        for (int k = 0; k < out; k++) {
            float sum = bias.length == 0 ? 0f : bias[k];
            for (int n = 0; n < cells; n++) {
                sum = Fma.fma(hidden[n], p[k * cells + n], sum);
            }
            h[b * out + k] = limit(sum, op.projectionClip());
        }
    }

    private float[] sums(Gate gate, int b, float[] x, int at, int features) {
        float[] w = reals(gate.weights());
        float[] r = reals(gate.recurrent());
        float[] bias = bias(gate);
        float[] peephole = reals(gate.peephole());
        float[] norm = reals(gate.norm());
        int cells = context.input(gate.weights()).shape().dim(0);
        int out = context.input(gate.recurrent()).shape().dim(1);
        float[] sums = new float[cells];
        for (int n = 0; n < cells; n++) {
            float s = bias.length == 0 || norm.length > 0 ? 0f : bias[n];
            for (int k = 0; k < features; k++) {
                s = Fma.fma(x[at + k], w[n * features + k], s);
            }
            for (int k = 0; k < out; k++) {
                s = Fma.fma(h[b * out + k], r[n * out + k], s);
            }
            if (peephole.length > 0) {
                s = Fma.fma(c[b * cells + n], peephole[n], s);
            }
            sums[n] = s;
        }
        if (norm.length > 0) {
            float mean = TreeSum.mean(sums, 0, 1, cells);
            float variance = TreeSum.sumOfSquares(sums, 0, cells, mean) / cells;
            float scale = 1f / (float) Math.sqrt(variance + VARIANCE_EPSILON);
            for (int n = 0; n < cells; n++) {
                float b0 = bias.length == 0 ? 0f : bias[n];
                sums[n] = Fma.fma((sums[n] - mean) * scale, norm[n], b0);
            }
        }
        return sums;
    }

    private static float[] sigmoid(float[] x) {
        for (int n = 0; n < x.length; n++) {
            x[n] = Sigmoidf.sigmoid(x[n]);
        }
        return x;
    }

    private static float limit(float x, float clip) {
        return clip > 0 ? Math.min(Math.max(x, -clip), clip) : x;
    }

    /** The real values of an input; empty if it is not given. */
    private float[] reals(int i) {
        Optional<Tensor> t = context.optional(i);
        return t.isEmpty() ? new float[0] : RealValues.of(t.get());
    }

    /** The bias of a gate, which counts in units of the scales of x times W if it is integer. */
    private float[] bias(Gate gate) {
        Optional<Tensor> t = context.optional(gate.bias());
        if (t.isEmpty() || t.get().dtype() == DType.F32) {
            return reals(gate.bias());
        }
        double unit =
                (double) context.input(0).type().scale(0)
                        * context.input(gate.weights()).type().scale(0);
        float[] real = new float[t.get().elements()];
        for (int n = 0; n < real.length; n++) {
            real[n] = (float) (t.get().integer(n) * unit);
        }
        return real;
    }
}
