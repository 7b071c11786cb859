package quern.reference;

import quern.numeric.Fma;
import quern.op.recurrent.Rnn;
import quern.tensor.Tensor;

/**
 * Recurrent layers: each sum starts from the bias or +0 and takes {@code W[n, k] * x[k]}, then
 * {@code R[n, k] * h[k]}, k ascending, by fused multiply-adds.
 */
final class RnnReference {
    private RnnReference() {}

    static void run(Rnn op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor w = c.input(Rnn.WEIGHTS);
        Tensor r = c.input(Rnn.RECURRENT);
        int units = w.shape().dim(0);
        int features = w.shape().dim(1);
        RecurrentSteps steps = RecurrentSteps.of(x.shape(), op.timeMajor());
        float[] h = RealValues.of(c.input(Rnn.STATE));
        for (int b = 0; b < steps.batch(); b++) {
            for (int t = 0; t < steps.time(); t++) {
                int row = steps.row(b, op.reverse() ? steps.time() - 1 - t : t);
                float[] next = new float[units];
                for (int n = 0; n < units; n++) {
                    float sum = c.has(Rnn.BIAS) ? c.input(Rnn.BIAS).real(n) : 0f;
                    for (int k = 0; k < features; k++) {
                        sum = Fma.fma(x.real(row * features + k), w.real(n * features + k), sum);
                    }
                    for (int k = 0; k < units; k++) {
                        sum = Fma.fma(h[b * units + k], r.real(n * units + k), sum);
                    }
                    next[n] = op.activation().apply(sum);
                    c.output().setReal(row * units + n, next[n]);
                }
                System.arraycopy(next, 0, h, b * units, units);
            }
        }
        RealValues.store(h, c.outputs().get(1));
    }
}
