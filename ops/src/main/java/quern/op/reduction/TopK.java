package quern.op.reduction;

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
 * The first elements along an axis when these are put in descending order, or in ascending order:
 * their values, of the input's type, and their places, counted from 0. Equal elements stay in the
 * order of their places; both zeros are equal; NaN is above everything else and equal to itself.
 *
 * <p>F32, BOOL, integers of whole bytes but U64, and codes of 8 bits or S16, which are compared as
 * they are.
 *
 * @param count how many elements are taken, from 0 to the size of the axis
 * @param axis counted from the front
 * @param largest in descending order
 * @param index the element type of the places, S32 or S64
 */
public record TopK(int count, int axis, boolean largest, DType index) implements Op {
    public TopK {
        Ordered.requireAxis(axis);
        Ordered.requireIndex(index);
        if (count < 0) {
            throw new ShapeException("a number of elements cannot be " + count);
        }
    }

    @Override
    public Arity arity() {
        return new Arity(1, 1, 2);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        TensorType x = in.type(0);
        Ordered.require(x, "the input of a TopK");
        x.shape().axis(axis);
        if (!x.shape().isSymbolic(axis) && count > x.shape().dim(axis)) {
            throw new ShapeException(
                    "axis " + axis + " of " + x.shape() + " has fewer than " + count + " elements");
        }
        Shape y = x.shape().with(axis, count);
        return List.of(x.withShape(y), TensorType.of(index, y));
    }

    @Override
    public void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        TypeRules.sameQuant(in.type(0), outputs.get(0));
        Ordered.requireIndices(outputs.get(1), index);
    }

    @Override
    public void write(Attributes a) {
        a.put("count", count);
        a.put("axis", axis);
        if (!largest) {
            a.put("largest", false);
        }
        Ordered.write(a, index);
    }

    /** Restores what {@link #write} wrote. */
    public static TopK read(Attributes a) {
        return new TopK(
                a.integer("count"), a.integer("axis"), a.flag("largest", true), Ordered.index(a));
    }
}
