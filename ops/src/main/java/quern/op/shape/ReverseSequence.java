package quern.op.shape;

import quern.error.ShapeException;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.OpInputs;
import quern.tensor.Shape;

/**
 * Sequences of different lengths, each reversed: of the sequence at index {@code b} of the batch
 * axis the first {@code lengths[b]} elements. Input 1 holds the lengths (S16, S32 or S64); one that
 * is negative or longer than the axis is an error of the run.
 *
 * @param axis the axis that is reversed, counted from the front
 * @param batchAxis another axis, counted from the front
 */
public record ReverseSequence(int axis, int batchAxis) implements Moving {
    public ReverseSequence {
        if (axis < 0 || batchAxis < 0 || axis == batchAxis) {
            throw new ShapeException(
                    "sequences along axis " + axis + " cannot have batch axis " + batchAxis);
        }
    }

    @Override
    public Arity arity() {
        return Arity.of(2);
    }

    @Override
    public Shape move(OpInputs in) {
        Shape x = in.type(0).shape();
        Moving.requireIndices(in.type(1), "the lengths");
        x.axis(axis);
        x.axis(batchAxis);
        Shape lengths = in.type(1).shape();
        if (!Shape.of(x.words().subList(batchAxis, batchAxis + 1)).accepts(lengths)) {
            throw new ShapeException(
                    "lengths of shape " + lengths + " do not fit axis " + batchAxis + " of " + x);
        }
        return x;
    }

    /** A computed length of an axis of {@code dim} elements, or an error that names the node. */
    public static int length(long length, int dim, String node) {
        if (length < 0 || length > dim) {
            throw new ShapeException(
                    node,
                    "a sequence of length " + length + " does not lie in " + dim + " elements");
        }
        return (int) length;
    }

    @Override
    public void write(Attributes a) {
        a.put("axis", axis);
        a.put("batch_axis", batchAxis);
    }

    /** Restores what {@link #write} wrote. */
    public static ReverseSequence read(Attributes a) {
        return new ReverseSequence(a.integer("axis"), a.integer("batch_axis"));
    }
}
