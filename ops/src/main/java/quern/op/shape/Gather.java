package quern.op.shape;

import java.util.ArrayList;
import java.util.List;
import quern.error.ShapeException;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.OpInputs;
import quern.tensor.Shape;

/**
 * Parts of input 0 along an axis, chosen by the indices in input 1 (S16, S32 or S64; negative ones
 * count from the end). The output has the axes of the indices in place of the axis; leading batch
 * axes, which both inputs have, stay. An index without an element is an error of the run.
 *
 * @param axis counted from the front
 * @param batchDims number of batch axes, {@code axis} at most
 */
public record Gather(int axis, int batchDims) implements Moving {
    public Gather {
        if (batchDims < 0 || axis < batchDims) {
            throw new ShapeException(
                    "a gather along axis " + axis + " cannot have " + batchDims + " batch axes");
        }
    }

    @Override
    public Arity arity() {
        return Arity.of(2);
    }

    @Override
    public Shape move(OpInputs in) {
        Shape x = in.type(0).shape();
        Shape indices = in.type(1).shape();
        x.axis(axis);
        Moving.requireIndices(in.type(1), "the indices");
        List<String> words = new ArrayList<>(x.words().subList(0, axis));
        List<String> chosen = indices.words();
        if (batchDims > chosen.size()
                || !Shape.of(words.subList(0, batchDims))
                        .accepts(Shape.of(chosen.subList(0, batchDims)))) {
            throw new ShapeException(
                    "shapes "
                            + x
                            + " and "
                            + indices
                            + " do not have the same "
                            + batchDims
                            + " batch axes");
        }
        words.addAll(chosen.subList(batchDims, chosen.size()));
        words.addAll(x.words().subList(axis + 1, x.rank()));
        return Shape.of(words);
    }

    @Override
    public void write(Attributes a) {
        a.put("axis", axis);
        if (batchDims != 0) {
            a.put("batch_dims", batchDims);
        }
    }

    /** Restores what {@link #write} wrote. */
    public static Gather read(Attributes a) {
        return new Gather(a.integer("axis"), a.integer("batch_dims", 0));
    }
}
