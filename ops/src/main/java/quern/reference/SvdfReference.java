package quern.reference;

import java.util.Optional;
import quern.fixedpoint.FixedPoint;
import quern.fixedpoint.Requantizer;
import quern.numeric.Fma;
import quern.op.recurrent.Svdf;
import quern.tensor.DType;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Filters over the last steps.
 *
 * <p>Float32: the new value of a filter is a chain of fused multiply-adds from +0; each filter sums
 * its memory so, oldest first; a unit adds its filters in order to the bias or +0.
 *
 * <p>Codes in fixed-point modes: the new value is {@code clamp(MBQM(sum wf * (x - Zx)) + Zm)}, the
 * output {@code clamp(MBQM(bias + sum wt * (memory - Zm)) + Zy)}, with the factors of {@link
 * NodeRescale#svdfMemory} and {@link NodeRescale#svdfOutput}; the exact sum over the memory, of
 * products of two 16-bit codes, saturates to int32. Codes in other modes: every operand
 * dequantized, the new value and the output quantized with ties to even.
 */
final class SvdfReference {
    private SvdfReference() {}

    static void run(Svdf op, KernelContext c) {
        if (c.isQuantized() && c.isFixedPoint()) {
            codes(op, c);
        } else {
            real(op, c);
        }
    }

    private static void real(Svdf op, KernelContext c) {
        float[] x = RealValues.of(c.input(0));
        float[] memory = RealValues.of(c.input(Svdf.MEMORY));
        float[] features = RealValues.of(c.input(Svdf.FEATURES));
        float[] time = RealValues.of(c.input(Svdf.TIME));
        float[] bias = bias(c);
        int filters = c.input(Svdf.FEATURES).shape().dim(0);
        int in = c.input(Svdf.FEATURES).shape().dim(1);
        int steps = c.input(Svdf.TIME).shape().dim(1);
        int units = filters / op.rank();
        float[] y = new float[c.output().elements()];
        for (int b = 0; b < c.input(0).shape().dim(0); b++) {
            for (int f = 0; f < filters; f++) {
                int at = (b * filters + f) * steps;
                System.arraycopy(memory, at + 1, memory, at, steps - 1);
                float sum = 0f;
                for (int i = 0; i < in; i++) {
                    sum = Fma.fma(x[b * in + i], features[f * in + i], sum);
                }
                memory[at + steps - 1] = sum;
            }
        }
        Tensor after = c.outputs().get(1);
        RealValues.store(memory, after);
        memory = RealValues.of(after);
        for (int b = 0; b < c.input(0).shape().dim(0); b++) {
            for (int u = 0; u < units; u++) {
                float sum = bias[u];
                for (int f = u * op.rank(); f < (u + 1) * op.rank(); f++) {
                    float filtered = 0f;
                    for (int m = 0; m < steps; m++) {
                        float value = memory[(b * filters + f) * steps + m];
                        filtered = Fma.fma(value, time[f * steps + m], filtered);
                    }
                    sum += filtered;
                }
                y[b * units + u] = op.activation().apply(sum);
            }
        }
        RealValues.store(y, c.output());
    }

    private static float[] bias(KernelContext c) {
        Optional<Tensor> bias = c.optional(Svdf.BIAS);
        if (bias.isPresent() && bias.get().dtype() == DType.F32) {
            return RealValues.of(bias.get());
        }
        double unit =
                !c.isQuantized()
                        ? 0
                        : (double) c.input(Svdf.MEMORY).type().scale(0)
                                * c.input(Svdf.TIME).type().scale(0);
        float[] real = new float[c.output().shape().dim(1)];
        for (int u = 0; bias.isPresent() && u < real.length; u++) {
            real[u] = (float) (bias.get().integer(u) * unit);
        }
        return real;
    }

    private static void codes(Svdf op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor before = c.input(Svdf.MEMORY);
        Tensor features = c.input(Svdf.FEATURES);
        Tensor time = c.input(Svdf.TIME);
        Tensor after = c.outputs().get(1);
        TensorType memory = before.type();
        AccumulatorProof.require(c.node(), x.type(), features, Optional.empty());
        Requantizer fromInput = NodeRescale.svdfMemory(c.node(), x.type(), features.type(), memory);
        Requantizer toOutput =
                NodeRescale.svdfOutput(c.node(), memory, time.type(), c.output().type());
        int filters = features.shape().dim(0);
        int in = features.shape().dim(1);
        int steps = time.shape().dim(1);
        int units = filters / op.rank();
        for (int b = 0; b < x.shape().dim(0); b++) {
            for (int f = 0; f < filters; f++) {
                int at = (b * filters + f) * steps;
                int sum = 0;
                for (int i = 0; i < in; i++) {
                    sum += (x.code(b * in + i) - x.type().zeroPoint(0)) * features.code(f * in + i);
                }
                for (int m = 0; m < steps - 1; m++) {
                    after.setInteger(at + m, before.integer(at + m + 1));
                }
                after.setInteger(at + steps - 1, fromInput.apply(sum, 0));
            }
            for (int u = 0; u < units; u++) {
                long sum = c.has(Svdf.BIAS) ? c.input(Svdf.BIAS).code(u) : 0;
                for (int k = u * op.rank() * steps; k < (u + 1) * op.rank() * steps; k++) {
                    long value = after.code(b * filters * steps + k) - memory.zeroPoint(0);
                    sum += value * time.code(k);
                }
                c.output().setInteger(b * units + u, toOutput.apply(FixedPoint.saturate(sum), 0));
            }
        }
    }
}
