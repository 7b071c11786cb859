package quern.reference;

import java.util.Optional;
import java.util.function.DoubleBinaryOperator;
import java.util.function.IntBinaryOperator;
import java.util.function.LongBinaryOperator;
import quern.fixedpoint.ActivationRange;
import quern.fixedpoint.AddRescale;
import quern.fixedpoint.MulRescale;
import quern.fixedpoint.PowerOfTwoSum;
import quern.fixedpoint.Quantization;
import quern.fixedpoint.RoundingMode;
import quern.fixedpoint.SubRescale;
import quern.op.TypeRules;
import quern.op.math.Add;
import quern.op.math.Maximum;
import quern.op.math.Minimum;
import quern.op.math.Mul;
import quern.op.math.Sub;
import quern.tensor.Quant;
import quern.tensor.Tensor;

/**
 * Functions of two elements, broadcast. Codes go through {@link AddRescale}, {@link SubRescale} and
 * {@link MulRescale}; float32 and float64 numbers through one addition, subtraction or
 * multiplication; then the activation.
 *
 * <p>Codes of a Sub in float-even and onnx-ref are dequantized, subtracted in float32 and quantized
 * as the mode rounds; the activation then limits the codes.
 */
final class ElementwiseReference {
    private ElementwiseReference() {}

    static void add(Add op, KernelContext c) {
        if (TypeRules.isPlain(c.input(0).type())) {
            IntegerReference.binary(c, Long::sum, op.activation());
            return;
        }
        if (TypeRules.isDouble(c.input(0).type())) {
            DoubleReference.binary(c, Double::sum);
            return;
        }
        Tensor a = c.input(0);
        Tensor b = c.input(1);
        Tensor y = c.output();
        if (c.isQuantized()) {
            Optional<PowerOfTwoSum> shifted =
                    NodeRescale.powersOfTwo(c.node(), a.type(), b.type(), y.type());
            AddRescale rescale =
                    NodeRescale.add(c.node(), a.type(), b.type(), y.type(), op.activation());
            IntBinaryOperator sum = shifted.isPresent() ? shifted.get()::apply : rescale::apply;
            for (int i = 0; i < y.elements(); i++) {
                y.setInteger(i, sum.applyAsInt(a.code(at(y, i, a)), b.code(at(y, i, b))));
            }
        } else {
            for (int i = 0; i < y.elements(); i++) {
                float sum = a.real(at(y, i, a)) + b.real(at(y, i, b));
                y.setReal(i, op.activation().apply(sum));
            }
        }
    }

    static void sub(Sub op, KernelContext c) {
        if (TypeRules.isPlain(c.input(0).type())) {
            IntegerReference.binary(c, (p, q) -> p - q, op.activation());
            return;
        }
        if (TypeRules.isDouble(c.input(0).type())) {
            DoubleReference.binary(c, (p, q) -> p - q);
            return;
        }
        Tensor a = c.input(0);
        Tensor b = c.input(1);
        Tensor y = c.output();
        if (!c.isQuantized()) {
            for (int i = 0; i < y.elements(); i++) {
                float difference = a.real(at(y, i, a)) - b.real(at(y, i, b));
                y.setReal(i, op.activation().apply(difference));
            }
        } else if (c.isFixedPoint() || c.rounding() == RoundingMode.XNNPACK) {
            Optional<PowerOfTwoSum> shifted =
                    NodeRescale.powersOfTwo(c.node(), a.type(), b.type(), y.type());
            SubRescale rescale =
                    NodeRescale.sub(c.node(), a.type(), b.type(), y.type(), op.activation());
            IntBinaryOperator sum = shifted.isPresent() ? shifted.get()::apply : rescale::apply;
            for (int i = 0; i < y.elements(); i++) {
                y.setInteger(i, sum.applyAsInt(a.code(at(y, i, a)), b.code(at(y, i, b))));
            }
        } else {
            Quant.PerTensor out = y.type().perTensor("the output");
            ActivationRange range = NodeRescale.range(y.type(), op.activation());
            for (int i = 0; i < y.elements(); i++) {
                float difference =
                        ActivationReference.dequantized(a, at(y, i, a))
                                - ActivationReference.dequantized(b, at(y, i, b));
                y.setInteger(
                        i,
                        Quantization.quantize(
                                difference,
                                out.scale(),
                                out.zeroPoint(),
                                range.min(),
                                range.max(),
                                c.rounding()));
            }
        }
    }

    static void maximum(Maximum op, KernelContext c) {
        pick(c, Math::max, Math::max);
    }

    static void minimum(Minimum op, KernelContext c) {
        pick(c, Math::min, Math::min);
    }

    private static void pick(
            KernelContext c, LongBinaryOperator codes, DoubleBinaryOperator reals) {
        Tensor a = c.input(0);
        Tensor b = c.input(1);
        Tensor y = c.output();
        for (int i = 0; i < y.elements(); i++) {
            int j = at(y, i, a);
            int k = at(y, i, b);
            if (a.dtype().isInteger()) {
                y.setInteger(i, codes.applyAsLong(a.integer(j), b.integer(k)));
            } else {
                y.setReal(i, (float) reals.applyAsDouble(a.real(j), b.real(k)));
            }
        }
    }

    static void mul(Mul op, KernelContext c) {
        if (TypeRules.isPlain(c.input(0).type())) {
            IntegerReference.binary(c, (p, q) -> p * q, op.activation());
            return;
        }
        if (TypeRules.isDouble(c.input(0).type())) {
            DoubleReference.binary(c, (p, q) -> p * q);
            return;
        }
        Tensor a = c.input(0);
        Tensor b = c.input(1);
        Tensor y = c.output();
        if (c.isQuantized()) {
            MulRescale rescale =
                    NodeRescale.mul(c.node(), a.type(), b.type(), y.type(), op.activation());
            for (int i = 0; i < y.elements(); i++) {
                y.setInteger(i, rescale.apply(a.code(at(y, i, a)), b.code(at(y, i, b))));
            }
        } else {
            for (int i = 0; i < y.elements(); i++) {
                float product = a.real(at(y, i, a)) * b.real(at(y, i, b));
                y.setReal(i, op.activation().apply(product));
            }
        }
    }

    static int at(Tensor y, int i, Tensor operand) {
        return Indexing.broadcast(y.shape(), i, operand.shape());
    }
}
