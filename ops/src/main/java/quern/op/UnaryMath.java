package quern.op;

import java.util.List;
import quern.fixedpoint.RoundingMode;
import quern.tensor.TensorType;

/**
 * A function of one element, on float32 numbers and on codes, which may be rescaled; some take
 * plain S32 and S64 numbers too.
 */
public interface UnaryMath extends Op {
    /** The function in binary32. */
    float apply(float x);

    /** Whether plain integers have the function. */
    default boolean takesIntegers() {
        return false;
    }

    /** The function of a plain integer; what leaves the element type wraps. */
    default long applyToInteger(long x) {
        throw new IllegalArgumentException("the function is not one of integers");
    }

    @Override
    default Arity arity() {
        return Arity.of(1);
    }

    @Override
    default List<TensorType> infer(OpInputs in) {
        TensorType x = in.type(0);
        if (!takesIntegers() || !TypeRules.isPlain(x)) {
            TypeRules.activation16(x, "the input");
        }
        return List.of(TypeRules.open(x, x.shape()));
    }

    @Override
    default void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        TypeRules.outputNumbers(in.type(0), outputs.get(0));
    }

    @Override
    default void write(Attributes a) {}
}
