package quern.op.reduction;

import java.util.ArrayList;
import java.util.List;
import quern.error.ShapeException;
import quern.fixedpoint.RoundingMode;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * Where along an axis the largest or the smallest element stands, counted from 0. The first element
 * counts until a later one is strictly beyond it: the first of equal ones wins, and a NaN only
 * where it stands first. The axis disappears.
 *
 * <p>F32, BOOL, integers of whole bytes but U64, and codes of 8 bits or S16, which are compared as
 * they are.
 */
public sealed interface Extremum extends Op permits ArgMax, ArgMin {
    /** The axis, counted from the front; it must not be empty. */
    int axis();

    /** The element type of the output: S32 or S64. */
    DType index();

    /** Whether the largest element is looked for. */
    boolean largest();

    @Override
    default Arity arity() {
        return Arity.of(1);
    }

    @Override
    default List<TensorType> infer(OpInputs in) {
        TensorType x = in.type(0);
        Ordered.require(x, "the input of " + getClass().getSimpleName());
        int at = x.shape().axis(axis());
        if (!x.shape().isSymbolic(at) && x.shape().dim(at) == 0) {
            throw new ShapeException("axis " + axis() + " of " + x + " has no elements");
        }
        List<String> words = new ArrayList<>(x.shape().words());
        words.remove(at);
        return List.of(TensorType.of(index(), Shape.of(words)));
    }

    @Override
    default void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        Ordered.requireIndices(outputs.get(0), index());
    }

    @Override
    default void write(Attributes a) {
        a.put("axis", axis());
        Ordered.write(a, index());
    }
}
