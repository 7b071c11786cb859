package quern.reference;

import quern.fixedpoint.LogSoftmaxScale;
import quern.numeric.Expf;
import quern.numeric.Logf;
import quern.numeric.TreeSum;
import quern.op.activation.LogSoftmax;
import quern.tensor.Tensor;

/**
 * The logarithm of a softmax along one axis.
 *
 * <p>Float32: {@code d = x - max}, the {@link TreeSum} of {@code exp(d)}, {@code d - log(sum)}.
 *
 * <p>Codes in a fixed-point mode, for an output of scale 1/16 whose largest code is zero: {@link
 * LogSoftmaxScale}. Codes otherwise: as float32 with {@code d = f32(scale * (q - max))}, quantized
 * as the mode rounds.
 */
final class LogSoftmaxReference {
    private LogSoftmaxReference() {}

    static void run(LogSoftmax op, KernelContext c) {
        Tensor x = c.input(0);
        int length = x.shape().dim(op.axis());
        int stride = 1;
        for (int axis = op.axis() + 1; axis < x.shape().rank(); axis++) {
            stride *= x.shape().dim(axis);
        }
        for (int i = 0; i < x.elements(); i++) {
            if (i / stride % length == 0) {
                row(c, i, stride, length);
            }
        }
    }

    private static void row(KernelContext c, int first, int stride, int length) {
        if (!c.isQuantized()) {
            realRow(c, first, stride, length);
        } else if (c.isFixedPoint() && UnitTypes.isLogUnit(c.output().type())) {
            fixedPointRow(c, first, stride, length);
        } else {
            codeRow(c, first, stride, length);
        }
    }

    private static void realRow(KernelContext c, int first, int stride, int length) {
        Tensor x = c.input(0);
        float max = Float.NEGATIVE_INFINITY;
        for (int j = 0; j < length; j++) {
            max = Math.max(max, x.real(first + j * stride));
        }
        TreeSum sum = new TreeSum();
        for (int j = 0; j < length; j++) {
            sum.add(Expf.exp(x.real(first + j * stride) - max));
        }
        float log = Logf.log(sum.sum());
        for (int j = 0; j < length; j++) {
            int at = first + j * stride;
            c.output().setReal(at, x.real(at) - max - log);
        }
    }

    private static int max(Tensor x, int first, int stride, int length) {
        int max = x.code(first);
        for (int j = 1; j < length; j++) {
            max = Math.max(max, x.code(first + j * stride));
        }
        return max;
    }

    private static void codeRow(KernelContext c, int first, int stride, int length) {
        Tensor x = c.input(0);
        float scale = x.type().scale(0);
        int max = max(x, first, stride, length);
        TreeSum sum = new TreeSum();
        for (int j = 0; j < length; j++) {
            sum.add(Expf.exp(scale * (x.code(first + j * stride) - max)));
        }
        float log = Logf.log(sum.sum());
        for (int j = 0; j < length; j++) {
            int at = first + j * stride;
            float v = scale * (x.code(at) - max) - log;
            c.output().setInteger(at, ActivationReference.quantized(v, c.output(), c));
        }
    }

    private static void fixedPointRow(KernelContext c, int first, int stride, int length) {
        Tensor x = c.input(0);
        Tensor y = c.output();
        LogSoftmaxScale scale = NodeActivation.logSoftmax(c.node(), x.type());
        int max = max(x, first, stride, length);
        long sum = 0;
        for (int j = 0; j < length; j++) {
            sum += scale.exp(x.code(first + j * stride) - max);
        }
        int log = scale.log(sum);
        int least = scale.least(log);
        for (int j = 0; j < length; j++) {
            int at = first + j * stride;
            int difference = x.code(at) - max;
            y.setInteger(
                    at,
                    difference > least
                            ? ActivationReference.stepsCode(
                                    scale.sixteenths(difference, log), y.type())
                            : y.type().codeMin());
        }
    }
}
