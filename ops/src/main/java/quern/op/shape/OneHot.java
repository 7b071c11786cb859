package quern.op.shape;

import java.util.List;
import quern.error.ShapeException;
import quern.fixedpoint.RoundingMode;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * For each index of input 0 (S16, S32 or S64) a vector along a new axis that holds input 1 at the
 * index and input 2 elsewhere: everywhere if the index is negative or too large. Inputs 1 and 2 are
 * scalars of one type.
 *
 * @param depth elements of a vector
 * @param axis where the new axis stands in the output, counted from the front
 */
public record OneHot(int depth, int axis) implements Op {
    public OneHot {
        if (depth < 0 || axis < 0) {
            throw new ShapeException(
                    "a vector along axis " + axis + " cannot have " + depth + " elements");
        }
    }

    @Override
    public Arity arity() {
        return Arity.of(3);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        Moving.requireIndices(in.type(0), "the indices");
        TypeRules.rank(in.type(1), 0, "the value at the index");
        TypeRules.rank(in.type(2), 0, "the value elsewhere");
        TypeRules.sameQuant(in.type(1), in.type(2));
        List<String> words = in.type(0).shape().words();
        if (axis > words.size()) {
            throw new ShapeException(
                    "axis " + axis + " cannot be added to shape " + in.type(0).shape());
        }
        words.add(axis, Integer.toString(depth));
        return List.of(in.type(1).withShape(Shape.of(words)));
    }

    @Override
    public void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        TypeRules.sameQuant(in.type(1), outputs.get(0));
    }

    @Override
    public void write(Attributes a) {
        a.put("depth", depth);
        a.put("axis", axis);
    }

    /** Restores what {@link #write} wrote. */
    public static OneHot read(Attributes a) {
        return new OneHot(a.integer("depth"), a.integer("axis"));
    }
}
