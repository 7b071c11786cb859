package quern.op.dynamic;

import java.util.List;
import quern.error.ShapeException;
import quern.op.Arity;
import quern.op.Dynamic;
import quern.op.OpInputs;
import quern.op.shape.Slice;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * A part of input 0: from the starts in input 1 to the ends in input 2, which are not in it, along
 * the axes in input 3 (all, from the first on), by the steps in input 4 (1). Negative starts, ends
 * and axes count from the end; what lies beyond an axis is moved to its end.
 */
public record SliceBy() implements Dynamic {
    @Override
    public Arity arity() {
        return Arity.optional(3, 5);
    }

    @Override
    public Ints deciding() {
        return Ints.of(1, 2, 3, 4);
    }

    @Override
    public Fixed fix(OpInputs in) {
        Shape x = in.type(0).shape();
        int[] begin = new int[x.rank()];
        int[] step = Ints.repeat(1, x.rank()).toArray();
        int[] size = x.toArray();
        Ints starts = list(in, 1);
        Ints ends = list(in, 2);
        for (int i = 0; i < starts.size(); i++) {
            int axis = x.axis(in.has(3) ? list(in, 3).at(i) : i);
            int by = in.has(4) ? list(in, 4).at(i) : 1;
            if (by == 0) {
                throw new ShapeException("a slice of axis " + axis + " has a step of 0");
            }
            int dim = x.dim(axis);
            int least = by > 0 ? 0 : -1;
            long from = limit(starts.at(i), dim, by > 0 ? 0 : -1, by > 0 ? dim : dim - 1);
            long to = limit(ends.at(i), dim, least, dim);
            long span = by > 0 ? to - from : from - to;
            begin[axis] = (int) Math.max(0, from);
            step[axis] = by;
            size[axis] = span <= 0 ? 0 : (int) ((span - 1) / Math.abs((long) by) + 1);
        }
        return new Fixed(new Slice(Ints.of(begin), Ints.of(step), Ints.of(size)), Ints.of(0));
    }

    private Ints list(OpInputs in, int i) {
        Dynamic.requireIntegers(in, i, "starts, ends, axes and steps");
        Ints list = Dynamic.integers(in, i);
        if (list.size() != Dynamic.integers(in, 1).size()) {
            throw new ShapeException("a slice needs as many starts, ends, axes and steps each");
        }
        return list;
    }

    private static long limit(int place, int dim, long least, long most) {
        long counted = place < 0 ? (long) place + dim : place;
        return Math.max(least, Math.min(counted, most));
    }

    @Override
    public List<TensorType> open(OpInputs in) {
        return List.of(in.type(0).withShape(ReshapeBy.unknown(in.type(0).shape().rank())));
    }
}
