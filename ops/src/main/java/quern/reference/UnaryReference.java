package quern.reference;

import quern.fixedpoint.ActivationRange;
import quern.fixedpoint.FixedPoint;
import quern.fixedpoint.InterpolatedTable16;
import quern.fixedpoint.InverseSqrt;
import quern.fixedpoint.Multiplier;
import quern.fixedpoint.Quantization;
import quern.op.TypeRules;
import quern.op.UnaryMath;
import quern.op.activation.Relu0To1;
import quern.op.activation.ReluN1To1;
import quern.op.math.Abs;
import quern.op.math.Log;
import quern.op.math.Rsqrt;
import quern.op.math.Sqrt;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Functions of one element that say themselves what they make of a number.
 *
 * <p>Codes are dequantized, go through the float32 function and are quantized as the mode rounds.
 * In the fixed-point modes some functions have a formula of their own:
 *
 * <ul>
 *   <li>Abs: {@code |q - Zin| + Zout} for one scale, else {@code MBQM(|q - Zin|, f32(Sin / Sout)) +
 *       Zout}
 *   <li>ReluN1To1, Relu0To1: {@code MBQM(q - Zin, f32(Sin / Sout)) + Zout} limited to the codes of
 *       the bounds
 *   <li>Sqrt: {@code f32(sqrt(x) / Sout)} without its fraction, {@code + Zout}
 *   <li>Rsqrt: {@code MBQM(MBQM(1, 1/sqrt(q - Zin), 20 bits up), f32(sqrt(Sin) * Sout)^-1, 20 bits
 *       down) + Zout}, the first factor by {@link InverseSqrt}
 *   <li>Exp, Log, Elu, Gelu of 8-bit codes: {@link Quantization#quantizeByInverse}
 *   <li>Exp, Log of 16-bit codes, with a zero point of 0 for the output: {@link
 *       InterpolatedTable16}; the logarithm of what is not positive counts as the least output
 * </ul>
 *
 * <p>A factor of 2^14 or more, which is of no use, goes through reals.
 */
final class UnaryReference {
    /** The largest shift that no difference of codes leaves int32 by. */
    private static final int LARGEST_SHIFT = 14;

    /** Bits behind the point of a reciprocal square root. */
    private static final int RSQRT_BITS = 20;

    private static final int LARGEST_RSQRT_SHIFT = RSQRT_BITS + 10;

    private UnaryReference() {}

    /** A function whose codes go through reals in every mode. */
    static void run(UnaryMath op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor y = c.output();
        if (TypeRules.isPlain(x.type())) {
            for (int i = 0; i < y.elements(); i++) {
                y.setInteger(i, op.applyToInteger(x.integer(i)));
            }
        } else {
            ActivationReference.throughReals(x, y, c, op::apply);
        }
    }

    /** A function that TFLite has as a table of 8-bit codes. */
    static void table(UnaryMath op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor y = c.output();
        if (!c.isQuantized() || !c.isFixedPoint() || x.dtype() == DType.S16) {
            run(op, c);
            return;
        }
        Quant.PerTensor q = y.type().perTensor("the output");
        for (int i = 0; i < y.elements(); i++) {
            float v = op.apply(ActivationReference.dequantized(x, i));
            y.setInteger(
                    i,
                    Quantization.quantizeByInverse(
                            v, q.scale(), q.zeroPoint(), y.type().codeMin(), y.type().codeMax()));
        }
    }

    /** A function that TFLite has as a table of 8-bit codes and as one of 16-bit codes. */
    static void tables(UnaryMath op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor y = c.output();
        boolean wide = c.isQuantized() && c.isFixedPoint() && TypeRules.isWide(x.type());
        if (!wide || y.type().zeroPoint(0) != 0) {
            table(op, c);
            return;
        }
        float least = y.type().scale(0) * Short.MIN_VALUE;
        InterpolatedTable16 table =
                new InterpolatedTable16(
                        x.type().scale(0),
                        x.type().zeroPoint(0),
                        y.type().scale(0),
                        v -> op instanceof Log && !(v > 0) ? least : op.apply(v));
        for (int i = 0; i < y.elements(); i++) {
            y.setInteger(i, ActivationReference.stepsCode(table.at(x.code(i)), y.type()));
        }
    }

    static void abs(Abs op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor y = c.output();
        if (!rescales(c)) {
            run(op, c);
            return;
        }
        boolean same = x.type().scale(0) == y.type().scale(0);
        Multiplier m = NodeActivation.relu(c.node(), x.type(), y.type());
        for (int i = 0; i < y.elements(); i++) {
            int steps = Math.abs(x.code(i) - x.type().zeroPoint(0));
            int scaled =
                    same ? steps : FixedPoint.multiplyByQuantizedMultiplier(steps, m, c.rounding());
            y.setInteger(i, ActivationReference.stepsCode(scaled, y.type()));
        }
    }

    static void reluN1To1(ReluN1To1 op, KernelContext c) {
        clamp(op, c, -1);
    }

    static void relu0To1(Relu0To1 op, KernelContext c) {
        clamp(op, c, 0);
    }

    private static void clamp(UnaryMath op, KernelContext c, float low) {
        Tensor x = c.input(0);
        Tensor y = c.output();
        if (!rescales(c)) {
            run(op, c);
            return;
        }
        Multiplier m = NodeActivation.relu(c.node(), x.type(), y.type());
        TensorType type = y.type();
        int zero = type.zeroPoint(0);
        ActivationRange range =
                ActivationRange.of(low, 1, type.scale(0), zero, type.codeMin(), type.codeMax());
        for (int i = 0; i < y.elements(); i++) {
            int steps =
                    FixedPoint.multiplyByQuantizedMultiplier(
                            x.code(i) - x.type().zeroPoint(0), m, c.rounding());
            y.setInteger(i, FixedPoint.clamp(steps, range.min() - zero, range.max() - zero) + zero);
        }
    }

    private static boolean rescales(KernelContext c) {
        return c.isQuantized()
                && c.isFixedPoint()
                && Float.isFinite(c.input(0).type().scale(0) / c.output().type().scale(0))
                && NodeActivation.relu(c.node(), c.input(0).type(), c.output().type()).shift()
                        <= LARGEST_SHIFT;
    }

    static void sqrt(Sqrt op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor y = c.output();
        if (!c.isQuantized() || !c.isFixedPoint()) {
            run(op, c);
            return;
        }
        TensorType type = y.type();
        for (int i = 0; i < y.elements(); i++) {
            float root = op.apply(ActivationReference.dequantized(x, i));
            int steps = (int) (root / type.scale(0));
            y.setInteger(
                    i, root == root ? ActivationReference.stepsCode(steps, type) : type.codeMin());
        }
    }

    static void rsqrt(Rsqrt op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor y = c.output();
        float divisor = c.isQuantized() ? root(x.type().scale(0)) * y.type().scale(0) : 0;
        boolean fixed =
                c.isQuantized() && c.isFixedPoint() && divisor > 0 && Float.isFinite(divisor);
        Multiplier m = fixed ? Multiplier.of(1.0 / divisor, c.rounding()) : new Multiplier(0, 0);
        int down = m.shift() - RSQRT_BITS;
        if (!fixed || m.shift() > LARGEST_RSQRT_SHIFT || down < Multiplier.MIN_SHIFT) {
            run(op, c);
            return;
        }
        for (int i = 0; i < y.elements(); i++) {
            int value = x.code(i) - x.type().zeroPoint(0);
            int code = value < 0 ? y.type().codeMin() : y.type().codeMax();
            if (value > 0) {
                Multiplier inverse = InverseSqrt.of(value);
                int bits =
                        FixedPoint.multiplyByQuantizedMultiplier(
                                1, inverse.mantissa(), inverse.shift() + RSQRT_BITS, c.rounding());
                int steps =
                        FixedPoint.multiplyByQuantizedMultiplier(
                                bits, m.mantissa(), down, c.rounding());
                code = ActivationReference.stepsCode(steps, y.type());
            }
            y.setInteger(i, code);
        }
    }

    private static float root(float x) {
        return (float) Math.sqrt(x);
    }
}
