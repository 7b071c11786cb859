package quern.reference;

import quern.error.InvalidGraphException;
import quern.fixedpoint.FixedPoint;
import quern.fixedpoint.InverseSqrt;
import quern.fixedpoint.Multiplier;
import quern.fixedpoint.Quantization;
import quern.numeric.TreeSum;
import quern.op.reduction.L2Normalization;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Vectors of length one.
 *
 * <ul>
 *   <li>float32: {@code x / max(sqrt(s), 10^-6)}, {@code s} the {@link TreeSum} of the squares,
 *       each rounded; the root is rounded correctly
 *   <li>codes in a fixed-point mode with an output scale of 1/128 (within a thousandth) and zero in
 *       the middle: {@code a = sum (q-Z)^2}, (m, s) = {@link InverseSqrt} of a, {@code
 *       clamp(MBQM(q-Z, m, s+7) + Zout)}; short vectors have no limit here
 *   <li>any other codes: the float32 form on dequantized codes, quantized
 * </ul>
 */
final class L2NormalizationReference {
    private static final float LEAST_LENGTH = 1e-6f;
    private static final float UNIT_SCALE = 1f / 128;
    private static final int UNIT_BITS = 7;
    private static final int LARGEST_SQUARE = 255 * 255;

    private L2NormalizationReference() {}

    static void run(L2Normalization op, KernelContext c) {
        Tensor x = c.input(0);
        int length = x.shape().dim(x.shape().rank() - 1);
        boolean integer = c.isQuantized() && c.isFixedPoint() && isUnit(c.output().type());
        for (int first = 0; first < x.elements(); first += length) {
            if (integer) {
                codes(c, first, length);
            } else {
                reals(c, first, length);
            }
        }
    }

    private static boolean isUnit(TensorType y) {
        Quant.PerTensor q = y.perTensor("the output");
        return Math.abs(q.scale() - UNIT_SCALE) <= UNIT_SCALE / 1000
                && q.zeroPoint() == (y.dtype() == DType.U8 ? 128 : 0);
    }

    private static void reals(KernelContext c, int first, int length) {
        Tensor x = c.input(0);
        Tensor y = c.output();
        TreeSum squares = new TreeSum();
        for (int i = first; i < first + length; i++) {
            float v = real(x, i);
            squares.add(v * v);
        }
        float norm = Math.max((float) Math.sqrt(squares.sum()), LEAST_LENGTH);
        for (int i = first; i < first + length; i++) {
            float v = real(x, i) / norm;
            if (c.isQuantized()) {
                y.setInteger(i, ActivationReference.quantized(v, y, c));
            } else {
                y.setReal(i, v);
            }
        }
    }

    private static float real(Tensor x, int i) {
        return x.type().isQuantized()
                ? Quantization.dequantize(x.code(i), x.type().scale(0), x.type().zeroPoint(0))
                : x.real(i);
    }

    private static void codes(KernelContext c, int first, int length) {
        Tensor x = c.input(0);
        Tensor y = c.output();
        if (length > Integer.MAX_VALUE / LARGEST_SQUARE) {
            throw new InvalidGraphException(
                    c.node().name(),
                    "the squares of "
                            + length
                            + " codes may add up to more than int32 holds; leave it in float");
        }
        int zero = x.type().zeroPoint(0);
        int squares = 0;
        for (int i = first; i < first + length; i++) {
            squares += (x.code(i) - zero) * (x.code(i) - zero);
        }
        Multiplier root = InverseSqrt.of(squares);
        Multiplier factor = new Multiplier(root.mantissa(), root.shift() + UNIT_BITS);
        for (int i = first; i < first + length; i++) {
            int steps =
                    FixedPoint.multiplyByQuantizedMultiplier(
                            x.code(i) - zero, factor, c.rounding());
            y.setInteger(
                    i,
                    FixedPoint.clamp(
                            steps + y.type().zeroPoint(0), y.type().codeMin(), y.type().codeMax()));
        }
    }
}
