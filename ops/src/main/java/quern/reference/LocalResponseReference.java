package quern.reference;

import quern.numeric.Powf;
import quern.op.reduction.LocalResponseNormalization;
import quern.tensor.Tensor;

/**
 * Float32 numbers times {@code (bias + alpha * s)^-beta}; {@code s} adds the squares of the
 * neighbours from the first one on to +0, every operation rounded.
 */
final class LocalResponseReference {
    private LocalResponseReference() {}

    static void run(LocalResponseNormalization op, KernelContext c) {
        Tensor x = c.input(0);
        int depth = x.shape().dim(x.shape().rank() - 1);
        for (int i = 0; i < x.elements(); i++) {
            int first = i - i % depth;
            int from = first + Math.max(0, i % depth - op.radius());
            int to = first + (int) Math.min(depth - 1, (long) i % depth + op.radius());
            float squares = 0;
            for (int j = from; j <= to; j++) {
                squares += x.real(j) * x.real(j);
            }
            float power = Powf.pow(op.bias() + op.alpha() * squares, -op.beta());
            c.output().setReal(i, x.real(i) * power);
        }
    }
}
