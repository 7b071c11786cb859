package quern.op;

import java.util.List;
import quern.fixedpoint.RoundingMode;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * A function of two elements, broadcast by numpy's rule, on float32 numbers, on plain S32 or S64
 * numbers, or on codes, which may be rescaled.
 */
public interface BinaryMath extends Op {
    @Override
    default Arity arity() {
        return Arity.of(2);
    }

    /** Throws unless the operands have the function. */
    default void checkOperands(TensorType a, TensorType b) {
        TypeRules.numbers(a, b, "the operands");
    }

    @Override
    default List<TensorType> infer(OpInputs in) {
        TensorType a = in.type(0);
        TensorType b = in.type(1);
        checkOperands(a, b);
        return List.of(TypeRules.open(a, Shape.broadcast(a.shape(), b.shape())));
    }

    @Override
    default void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        TypeRules.outputNumbers(in.type(0), outputs.get(0));
    }

    @Override
    default void write(Attributes a) {}
}
