package quern.op.logic;

import java.util.List;
import quern.error.ShapeException;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * Compares two tensors of one element type, broadcast by numpy's rule; the result is BOOL.
 *
 * <p>F32, BOOL and integers of whole bytes but U64; false is below true, NaN has no order and both
 * zeros are equal. Codes of 8 bits or S16 stand for real numbers, each operand with a scale of its
 * own.
 */
public sealed interface Comparison extends Op
        permits Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual {
    /** The first is below the second. */
    int BELOW = 1;

    /** Both are the same. */
    int SAME = 2;

    /** The first is above the second. */
    int ABOVE = 4;

    /** One of them is NaN. */
    int UNORDERED = 8;

    /** The orders of the operands for which the result is true: a sum of the above. */
    int orders();

    @Override
    default Arity arity() {
        return Arity.of(2);
    }

    @Override
    default List<TensorType> infer(OpInputs in) {
        TensorType a = in.type(0);
        TensorType b = in.type(1);
        if (a.dtype() != b.dtype() || a.isQuantized() != b.isQuantized()) {
            throw new ShapeException(
                    "compared tensors must have one element type, but are " + a + " and " + b);
        }
        operand(a);
        operand(b);
        return List.of(TensorType.of(DType.BOOL, Shape.broadcast(a.shape(), b.shape())));
    }

    private static void operand(TensorType x) {
        DType t = x.dtype();
        if (x.isQuantized()) {
            TypeRules.activation16(x, "an operand of a comparison");
        } else if (t != DType.F32
                && t != DType.BOOL
                && (!t.isInteger() || t.isPacked() || t == DType.U64)) {
            throw new ShapeException("tensors of type " + x + " are not compared");
        }
    }

    @Override
    default void write(Attributes a) {}
}
