package quern.op.shape;

import java.util.ArrayList;
import java.util.List;
import quern.error.ShapeException;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.OpInputs;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * Parts of input 0, each at the place that a row of input 1 tells (S16, S32 or S64; negative
 * indices count from the end): the last axis of the indices holds coordinates along the first axes
 * of input 0 behind the batch axes, which both inputs have. An index without an element is an error
 * of the run.
 *
 * @param batchDims number of batch axes
 */
public record GatherNd(int batchDims) implements Moving {
    public GatherNd {
        if (batchDims < 0) {
            throw new ShapeException("a gather cannot have " + batchDims + " batch axes");
        }
    }

    @Override
    public Arity arity() {
        return Arity.of(2);
    }

    @Override
    public Shape move(OpInputs in) {
        List<String> x = in.type(0).shape().words();
        List<String> rows = in.type(1).shape().words();
        int depth = depth(in.type(1));
        if (batchDims >= rows.size()
                || batchDims + depth > x.size()
                || !Shape.of(x.subList(0, batchDims))
                        .accepts(Shape.of(rows.subList(0, batchDims)))) {
            throw new ShapeException(
                    "indices of shape "
                            + in.type(1).shape()
                            + " with "
                            + batchDims
                            + " batch axes do not fit shape "
                            + in.type(0).shape());
        }
        List<String> words = new ArrayList<>(rows.subList(0, rows.size() - 1));
        words.addAll(x.subList(batchDims + depth, x.size()));
        return Shape.of(words);
    }

    /** Number of coordinates in a row of indices. */
    static int depth(TensorType indices) {
        Moving.requireIndices(indices, "the indices");
        Shape shape = indices.shape();
        if (shape.rank() == 0) {
            throw new ShapeException("the indices need an axis of coordinates, but have no axis");
        }
        return shape.dim(shape.rank() - 1);
    }

    @Override
    public void write(Attributes a) {
        if (batchDims != 0) {
            a.put("batch_dims", batchDims);
        }
    }

    /** Restores what {@link #write} wrote. */
    public static GatherNd read(Attributes a) {
        return new GatherNd(a.integer("batch_dims", 0));
    }
}
