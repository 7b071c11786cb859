package quern.reference;

import quern.fixedpoint.ActivationRange;
import quern.fixedpoint.FixedPoint;
import quern.fixedpoint.FixedPointMath;
import quern.fixedpoint.HardSwishScale;
import quern.fixedpoint.LogisticScale;
import quern.fixedpoint.Multiplier;
import quern.fixedpoint.Quantization;
import quern.fixedpoint.SigmoidTable16;
import quern.numeric.Sigmoidf;
import quern.numeric.Tanhf;
import quern.op.Activation;
import quern.op.activation.HardSwish;
import quern.op.activation.Logistic;
import quern.op.activation.Relu;
import quern.op.activation.Relu6;
import quern.op.activation.Tanh;
import quern.tensor.Quant;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Functions of one element.
 *
 * <p>Codes in a mode without a fixed-point formula are dequantized, go through the float32 function
 * and are quantized as the mode rounds; so are, in a fixed-point mode, those of a Logistic unless
 * its output has scale 1/256 and the zero point is the smallest code, of a Tanh unless its output
 * has scale 1/128 and the zero point is the middle code, of either in 16 bits unless its output has
 * scale 1/32768 (then {@link SigmoidTable16} is their formula), and of a HardSwish with an input
 * scale of 128 output scales or more.
 */
final class ActivationReference {
    private ActivationReference() {}

    static void relu(Relu op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor y = c.output();
        if (!c.isQuantized()) {
            clampReals(Activation.RELU, x, y);
        } else if (c.isFixedPoint()) {
            Multiplier m = NodeActivation.relu(c.node(), x.type(), y.type());
            int zero = y.type().zeroPoint(0);
            for (int i = 0; i < y.elements(); i++) {
                int steps =
                        FixedPoint.saturatingMultiplyByQuantizedMultiplier(
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
        } else if (c.isFixedPoint() && UnitTypes.isSignedUnit16(y.type())) {
            SigmoidTable16 table = NodeActivation.logistic16(c.node(), x.type());
            for (int i = 0; i < y.elements(); i++) {
                y.setInteger(i, stepsCode(table.sigmoid(x.code(i)), y.type()));
            }
        } else if (c.isFixedPoint() && UnitTypes.isUnit(y.type())) {
            LogisticScale scale = NodeActivation.logistic(c.node(), x.type());
            for (int i = 0; i < y.elements(); i++) {
                int eighth = fixedPointLogistic(x.code(i) - x.type().zeroPoint(0), scale);
                y.setInteger(i, stepsCode(eighth, y.type()));
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

    static void tanh(Tanh op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor y = c.output();
        if (c.isQuantized() && c.isFixedPoint() && UnitTypes.isSignedUnit16(y.type())) {
            SigmoidTable16 table = NodeActivation.tanh16(c.node(), x.type());
            for (int i = 0; i < y.elements(); i++) {
                y.setInteger(i, stepsCode(table.tanh(x.code(i)), y.type()));
            }
        } else if (c.isQuantized() && c.isFixedPoint() && UnitTypes.isSignedUnit(y.type())) {
            LogisticScale scale = NodeActivation.logistic(c.node(), x.type());
            for (int i = 0; i < y.elements(); i++) {
                int parts = fixedPointTanh(x.code(i) - x.type().zeroPoint(0), scale);
                y.setInteger(i, stepsCode(parts, y.type()));
            }
        } else {
            throughReals(x, y, c, Tanhf::tanh);
        }
    }

    /** The hyperbolic tangent of a centred code as a number of 128ths, -128 to 128. */
    private static int fixedPointTanh(int centred, LogisticScale scale) {
        if (centred <= -scale.radius()) {
            return -128;
        }
        if (centred >= scale.radius()) {
            return 128;
        }
        return FixedPoint.roundingDivideByPot(FixedPointMath.tanh(scale.rescale(centred)), 24);
    }

    static void hardSwish(HardSwish op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor y = c.output();
        if (c.isQuantized() && c.isFixedPoint()) {
            HardSwishScale scale = NodeActivation.hardSwish(c.node(), x.type(), y.type());
            if (scale.isDefined()) {
                for (int i = 0; i < y.elements(); i++) {
                    int steps = scale.steps(x.code(i) - x.type().zeroPoint(0));
                    y.setInteger(i, stepsCode(steps, y.type()));
                }
                return;
            }
        }
        throughReals(x, y, c, v -> v * (Activation.RELU6.apply(v + 3) / 6));
    }

    /** A function of a real number. */
    @FunctionalInterface
    interface RealFunction {
        float apply(float x);
    }

    /** Real numbers through a function; codes dequantized before and quantized after it. */
    static void throughReals(Tensor x, Tensor y, KernelContext c, RealFunction f) {
        for (int i = 0; i < y.elements(); i++) {
            if (c.isQuantized()) {
                y.setInteger(i, quantized(f.apply(dequantized(x, i)), y, c));
            } else {
                y.setReal(i, f.apply(x.real(i)));
            }
        }
    }

    /** The code of a number of steps of the output. */
    static int stepsCode(int parts, TensorType y) {
        int zero = y.zeroPoint(0);
        return FixedPoint.clamp(parts, y.codeMin() - zero, y.codeMax() - zero) + zero;
    }

    static float dequantized(Tensor x, int i) {
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
