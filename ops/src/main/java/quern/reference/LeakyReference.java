package quern.reference;

import quern.fixedpoint.LeakyRescale;
import quern.op.activation.LeakyRelu;
import quern.op.activation.PRelu;
import quern.tensor.Tensor;

/**
 * Identity of what is not negative, a slope for the rest. Codes go through {@link LeakyRescale}; in
 * a mode without a fixed-point formula they are dequantized, go through the float32 function and
 * are quantized as the mode rounds.
 */
final class LeakyReference {
    private LeakyReference() {}

    static void leakyRelu(LeakyRelu op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor y = c.output();
        if (c.isQuantized() && c.isFixedPoint()) {
            LeakyRescale rescale =
                    NodeActivation.leakyRelu(c.node(), x.type(), y.type(), op.alpha());
            for (int i = 0; i < y.elements(); i++) {
                int steps = rescale.steps(x.code(i) - x.type().zeroPoint(0), 1);
                y.setInteger(i, ActivationReference.stepsCode(steps, y.type()));
            }
        } else {
            ActivationReference.throughReals(x, y, c, v -> leaky(v, op.alpha()));
        }
    }

    static void prelu(PRelu op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor slopes = c.input(1);
        Tensor y = c.output();
        if (c.isQuantized() && c.isFixedPoint()) {
            LeakyRescale rescale =
                    NodeActivation.prelu(c.node(), x.type(), slopes.type(), y.type());
            for (int i = 0; i < y.elements(); i++) {
                int code = x.code(ElementwiseReference.at(y, i, x));
                int slope = slopes.code(ElementwiseReference.at(y, i, slopes));
                int steps =
                        rescale.steps(
                                code - x.type().zeroPoint(0), slope - slopes.type().zeroPoint(0));
                y.setInteger(i, ActivationReference.stepsCode(steps, y.type()));
            }
        } else {
            for (int i = 0; i < y.elements(); i++) {
                int j = ElementwiseReference.at(y, i, x);
                int k = ElementwiseReference.at(y, i, slopes);
                if (c.isQuantized()) {
                    float real =
                            leaky(
                                    ActivationReference.dequantized(x, j),
                                    ActivationReference.dequantized(slopes, k));
                    y.setInteger(i, ActivationReference.quantized(real, y, c));
                } else {
                    y.setReal(i, leaky(x.real(j), slopes.real(k)));
                }
            }
        }
    }

    private static float leaky(float x, float slope) {
        return x >= 0 ? x : x * slope;
    }
}
