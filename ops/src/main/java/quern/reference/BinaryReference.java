package quern.reference;

import java.util.function.IntBinaryOperator;
import quern.fixedpoint.ActivationRange;
import quern.fixedpoint.DivRescale;
import quern.fixedpoint.Quantization;
import quern.fixedpoint.SquaredDifferenceRescale;
import quern.op.Activated;
import quern.op.Activation;
import quern.op.BinaryMath;
import quern.op.TypeRules;
import quern.op.math.Div;
import quern.op.math.SquaredDifference;
import quern.tensor.Quant;
import quern.tensor.Tensor;

/**
 * Functions of two elements that say themselves what they make of two numbers, broadcast; then the
 * activation.
 *
 * <p>Codes are dequantized, go through the float32 function and are quantized as the mode rounds;
 * the activation then limits the codes. In a fixed-point mode, 8-bit codes of a Div go through
 * {@link DivRescale}, codes of a SquaredDifference through {@link SquaredDifferenceRescale} where
 * it is defined.
 */
final class BinaryReference {
    private BinaryReference() {}

    static void run(BinaryMath op, KernelContext c) {
        Activation activation = op instanceof Activated a ? a.activation() : Activation.NONE;
        Tensor a = c.input(0);
        Tensor b = c.input(1);
        Tensor y = c.output();
        if (TypeRules.isPlain(a.type())) {
            IntegerReference.binary(c, op::applyToIntegers, activation);
            return;
        }
        for (int i = 0; i < y.elements(); i++) {
            int j = ElementwiseReference.at(y, i, a);
            int k = ElementwiseReference.at(y, i, b);
            if (c.isQuantized()) {
                float real =
                        op.apply(
                                ActivationReference.dequantized(a, j),
                                ActivationReference.dequantized(b, k));
                y.setInteger(i, quantized(real, y, c, activation));
            } else {
                y.setReal(i, activation.apply(op.apply(a.real(j), b.real(k))));
            }
        }
    }

    private static int quantized(float real, Tensor y, KernelContext c, Activation activation) {
        Quant.PerTensor out = y.type().perTensor("the output");
        ActivationRange range = NodeRescale.range(y.type(), activation);
        return Quantization.quantize(
                real, out.scale(), out.zeroPoint(), range.min(), range.max(), c.rounding());
    }

    static void div(Div op, KernelContext c) {
        if (c.isQuantized() && c.isFixedPoint() && !TypeRules.isWide(c.input(0).type())) {
            DivRescale rescale =
                    NodeRescale.div(
                            c.node(),
                            c.input(0).type(),
                            c.input(1).type(),
                            c.output().type(),
                            op.activation());
            codes(c, rescale::apply);
        } else {
            run(op, c);
        }
    }

    static void squaredDifference(SquaredDifference op, KernelContext c) {
        if (c.isQuantized() && c.isFixedPoint()) {
            SquaredDifferenceRescale rescale =
                    NodeRescale.squaredDifference(
                            c.node(), c.input(0).type(), c.input(1).type(), c.output().type());
            if (rescale.isDefined()) {
                codes(c, rescale::apply);
                return;
            }
        }
        run(op, c);
    }

    private static void codes(KernelContext c, IntBinaryOperator function) {
        Tensor a = c.input(0);
        Tensor b = c.input(1);
        Tensor y = c.output();
        for (int i = 0; i < y.elements(); i++) {
            int first = a.code(ElementwiseReference.at(y, i, a));
            int second = b.code(ElementwiseReference.at(y, i, b));
            y.setInteger(i, function.applyAsInt(first, second));
        }
    }
}
