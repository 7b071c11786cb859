package quern.op;

import java.util.List;
import quern.error.ShapeException;
import quern.fixedpoint.RoundingMode;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * A function of two elements, broadcast by numpy's rule, on float32 numbers; some take plain S32 or
 * S64 numbers or codes too, which may be rescaled.
 */
public interface BinaryMath extends Op {
    /** The function in binary32. */
    float apply(float a, float b);

    /** Whether plain integers have the function. */
    default boolean takesIntegers() {
        return true;
    }

    /** The function of plain integers; what leaves the element type wraps. */
    default long applyToIntegers(long a, long b) {
        throw new IllegalArgumentException("the function is not one of integers");
    }

    /** Whether codes have the function. */
    default boolean takesCodes() {
        return false;
    }

    @Override
    default Arity arity() {
        return Arity.of(2);
    }

    @Override
    default List<TensorType> infer(OpInputs in) {
        TensorType a = in.type(0);
        TensorType b = in.type(1);
        TypeRules.numbers(a, b, "the operands");
        boolean taken = TypeRules.isPlain(a) ? takesIntegers() : takesCodes();
        if (!taken && !TypeRules.isReal(a)) {
            throw new ShapeException("the function is not one of operands of type " + a);
        }
        return List.of(TypeRules.open(a, Shape.broadcast(a.shape(), b.shape())));
    }

    @Override
    default void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        TypeRules.outputNumbers(in.type(0), outputs.get(0));
    }

    @Override
    default void write(Attributes a) {}
}
