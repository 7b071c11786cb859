package quern.reference;

import quern.fixedpoint.ActivationRange;
import quern.fixedpoint.FixedPoint;
import quern.fixedpoint.FixedPointMath;
import quern.fixedpoint.LogisticScale;
import quern.fixedpoint.Multiplier;
import quern.fixedpoint.Quantization;
import quern.numeric.Sigmoidf;
import quern.op.Activation;
import quern.op.activation.Logistic;
import quern.op.activation.Relu;
import quern.op.activation.Relu6;
import quern.tensor.Quant;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Functions of one element.
 *
 * <p>Codes in a mode without a fixed-point formula are dequantized, go through the float32 function
 * and are quantized as the mode rounds; so are those of a Logistic in a fixed-point mode unless its
 * output has scale 1/256 and the zero point is the smallest code.
 */
final class ActivationReference {
    private ActivationReference() {}

    static void relu(Relu op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor y = c.output();
        if (!c.isQuantized()) {
            clampReals(Activation.RELU, x, y);
        } else if (c.isFixedPoint()) {
            Multiplier m = NodeRescale.relu(c.node(), x.type(), y.type());
            int zero = y.type().zeroPoint(0);
            for (int i = 0; i < y.elements(); i++) {
                int steps =
                        FixedPoint.multiplyByQuantizedMultiplier(
                                x.code(i) - x.type().zeroPoint(0), m, c.rounding());
                y.setInteger(i, FixedPoint.clamp(steps, 0, y.type().codeMax() - zero) + zero);
            }
        } else {
            for (int i = 0; i < y.elements(); i++) {
                y.setInteger(i, quantized(Activation.RELU.apply(dequantized(x, i)), y, c));
            }
        }
    }

    static void relu6(Relu6 op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor y = c.output();
        if (!c.isQuantized()) {
            clampReals(Activation.RELU6, x, y);
        } else {
            ActivationRange range = NodeRescale.range(y.type(), Activation.RELU6);
            for (int i = 0; i < y.elements(); i++) {
                y.setInteger(i, FixedPoint.clamp(x.code(i), range.min(), range.max()));
            }
        }
    }

    private static void clampReals(Activation activation, Tensor x, Tensor y) {
        for (int i = 0; i < y.elements(); i++) {
            y.setReal(i, activation.apply(x.real(i)));
        }
    }

    static void logistic(Logistic op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor y = c.output();
        if (!c.isQuantized()) {
            for (int i = 0; i < y.elements(); i++) {
                y.setReal(i, Sigmoidf.sigmoid(x.real(i)));
            }
        } else if (c.isFixedPoint() && NodeRescale.isUnit(y.type())) {
            LogisticScale scale = NodeRescale.logistic(c.node(), x.type());
            for (int i = 0; i < y.elements(); i++) {
                int eighth = fixedPointLogistic(x.code(i) - x.type().zeroPoint(0), scale);
                y.setInteger(i, unitCode(eighth, y.type()));
            }
        } else {
            for (int i = 0; i < y.elements(); i++) {
                y.setInteger(i, quantized(Sigmoidf.sigmoid(dequantized(x, i)), y, c));
            }
        }
    }

    /** The logistic function of a centred code as a number of 256ths, 0 to 256. */
    private static int fixedPointLogistic(int centred, LogisticScale scale) {
        if (centred <= -scale.radius()) {
            return 0;
        }
        if (centred >= scale.radius()) {
            return 256;
        }
        int raw = FixedPointMath.logistic(scale.rescale(centred));
        return FixedPoint.roundingDivideByPot(raw, 23);
    }

    /** The code of a number of 256ths in a type that {@link NodeRescale#isUnit}. */
    static int unitCode(int parts, TensorType y) {
        return FixedPoint.clamp(parts + y.zeroPoint(0), y.codeMin(), y.codeMax());
    }

    private static float dequantized(Tensor x, int i) {
        Quant.PerTensor q = x.type().perTensor("the input");
        return Quantization.dequantize(x.code(i), q.scale(), q.zeroPoint());
    }

    /** The code of a real result in the node's rounding. */
    static int quantized(float real, Tensor y, KernelContext c) {
        Quant.PerTensor q = y.type().perTensor("the output");
        return Quantization.quantize(
                real,
                q.scale(),
                q.zeroPoint(),
                y.type().codeMin(),
                y.type().codeMax(),
                c.rounding());
    }
}
