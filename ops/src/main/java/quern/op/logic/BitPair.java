package quern.op.logic;

import java.util.List;
import quern.error.ShapeException;
import quern.fixedpoint.RoundingMode;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * A function of the bits of two integers of one type, broadcast by numpy's rule: integers of whole
 * bytes without quantization.
 */
public sealed interface BitPair extends Op permits BitwiseXor, RightShift {
    /**
     * The result for two integers, sign- or zero-extended from {@code type}; what of it fits the
     * type is kept.
     */
    long of(long a, long b, DType type);

    @Override
    default Arity arity() {
        return Arity.of(2);
    }

    @Override
    default List<TensorType> infer(OpInputs in) {
        TensorType a = in.type(0);
        TensorType b = in.type(1);
        if (a.dtype() != b.dtype()
                || !a.dtype().isInteger()
                || a.dtype().isPacked()
                || a.isQuantized()
                || b.isQuantized()) {
            throw new ShapeException(
                    "bits are those of integers of one type without quantization, not of "
                            + a
                            + " and "
                            + b);
        }
        return List.of(a.withShape(Shape.broadcast(a.shape(), b.shape())));
    }

    @Override
    default void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        TypeRules.sameQuant(in.type(0), outputs.get(0));
    }

    @Override
    default void write(Attributes a) {}
}
