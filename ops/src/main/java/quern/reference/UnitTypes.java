package quern.reference;

import quern.op.TypeRules;
import quern.tensor.Quant;
import quern.tensor.TensorType;

/**
 * The types that fixed-point kernels of activation functions make codes in: one scale, within a
 * thousandth of a power of two, and one zero point for each function.
 */
public final class UnitTypes {
    private UnitTypes() {}

    /**
     * Whether a type holds -32768 to 32767 32768ths, as the 16-bit logistic, tanh and softmax make
     * them: S16, the scale within a thousandth of 1/32768 and zero point 0.
     */
    public static boolean isSignedUnit16(TensorType y) {
        return TypeRules.isWide(y) && holds(y, 1f / 32768, 0);
    }

    /**
     * Whether a type holds 0 to 65535 65536ths, as a fixed-point softmax of 8-bit codes makes them
     * in 16 bits: the scale within a thousandth of 1/65536 and the smallest code for zero.
     */
    public static boolean isUnit16(TensorType y) {
        return TypeRules.isWide(y) && holds(y, 1f / 65536, Short.MIN_VALUE);
    }

    /**
     * Whether a type holds 0 to 255 256ths, as the fixed-point logistic and softmax make them: the
     * scale within a thousandth of 1/256 and the smallest code for zero.
     */
    public static boolean isUnit(TensorType y) {
        return holds(y, 1f / 256, y.dtype().min(y.dtype().bits()));
    }

    /**
     * Whether a type holds -128 to 127 128ths, as the fixed-point tanh makes them: the scale within
     * a thousandth of 1/128 and the middle code for zero.
     */
    public static boolean isSignedUnit(TensorType y) {
        return holds(y, 1f / 128, y.dtype().min(y.dtype().bits()) + 128);
    }

    /**
     * Whether a type holds -255 to 0 16ths, as the fixed-point logarithm of softmax makes them: the
     * scale within a thousandth of 1/16 and the largest code for zero.
     */
    public static boolean isLogUnit(TensorType y) {
        return holds(y, 1f / 16, y.dtype().max(y.dtype().bits()));
    }

    private static boolean holds(TensorType y, float scale, long zeroPoint) {
        Quant.PerTensor q = y.perTensor("the output");
        return Math.abs(q.scale() - scale) <= scale / 1000 && q.zeroPoint() == zeroPoint;
    }
}
