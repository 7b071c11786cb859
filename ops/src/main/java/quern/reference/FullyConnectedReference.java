package quern.reference;

import java.util.Optional;
import java.util.function.IntUnaryOperator;
import quern.fixedpoint.Requantizer;
import quern.numeric.Fma;
import quern.op.Activation;
import quern.op.nn.FullyConnected;
import quern.tensor.Tensor;

/**
 * Fully connected layers: each row of inputs with each row of weights, input index ascending, one
 * accumulator that starts from the bias.
 *
 * <p>Codes: {@code sum (x - Zx) * (w - Zw[o])} exactly, then the {@link Requantizer}. Float32: a
 * chain of fused multiply-adds.
 */
final class FullyConnectedReference {
    private FullyConnectedReference() {}

    static void run(FullyConnected op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor w = c.input(1);
        Tensor y = c.output();
        if (c.isQuantized()) {
            AccumulatorProof.require(c.node(), x.type(), w, c.optional(2));
            integer(
                    x,
                    x.type().zeroPoint(0),
                    w,
                    w.type()::zeroPoint,
                    c.optional(2),
                    NodeRescale.accumulator(
                            c.node(), x.type(), w.type(), y.type(), op.activation()),
                    y);
        } else {
            real(x, w, c.optional(2), op.activation(), y);
        }
    }

    /**
     * The layer on codes, which takes zero points and rescaling from its arguments alone.
     *
     * @param wZero zero point of the weights of an output
     */
    static void integer(
            Tensor x,
            int xZero,
            Tensor w,
            IntUnaryOperator wZero,
            Optional<Tensor> bias,
            Requantizer requantizer,
            Tensor y) {
        int outputs = w.shape().dim(0);
        int depth = w.shape().dim(1);
        for (int row = 0; row < x.elements() / depth; row++) {
            for (int o = 0; o < outputs; o++) {
                long acc = bias.isPresent() ? bias.get().integer(o) : 0;
                for (int i = 0; i < depth; i++) {
                    long a = x.integer(row * depth + i) - xZero;
                    acc += a * (w.integer(o * depth + i) - wZero.applyAsInt(o));
                }
                int code = ConvReference.code(acc, o, x, bias, requantizer);
                y.setInteger(row * outputs + o, code);
            }
        }
    }

    private static void real(
            Tensor x, Tensor w, Optional<Tensor> bias, Activation activation, Tensor y) {
        int outputs = w.shape().dim(0);
        int depth = w.shape().dim(1);
        for (int row = 0; row < x.elements() / depth; row++) {
            for (int o = 0; o < outputs; o++) {
                float acc = bias.isPresent() ? bias.get().real(o) : 0f;
                for (int i = 0; i < depth; i++) {
                    acc = Fma.fma(x.real(row * depth + i), w.real(o * depth + i), acc);
                }
                y.setReal(row * outputs + o, activation.apply(acc));
            }
        }
    }
}
