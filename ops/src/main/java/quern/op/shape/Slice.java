package quern.op.shape;

import java.util.ArrayList;
import java.util.List;
import quern.error.ShapeException;
import quern.op.Attributes;
import quern.op.OpInputs;
import quern.tensor.Ints;
import quern.tensor.Shape;

/**
 * Elements at regular steps along each axis: index {@code i} of the output is index {@code start +
 * i * step} of the input. All of them must exist.
 *
 * @param starts for each axis; negative ones count from the end
 * @param steps for each axis, not 0; negative ones go backward
 * @param sizes for each axis; -1: as many as there are
 */
public record Slice(Ints starts, Ints steps, Ints sizes) implements Moving {
    public Slice {
        if (starts.size() != steps.size()
                || starts.size() != sizes.size()
                || steps.stream().anyMatch(s -> s == 0)
                || sizes.stream().anyMatch(s -> s < -1)) {
            throw new ShapeException(
                    "a slice from "
                            + starts
                            + " by "
                            + steps
                            + " of size "
                            + sizes
                            + " must have as many numbers each, steps other than 0 and no negative size but -1");
        }
    }

    /** The slice with steps of 1. */
    public static Slice of(Ints starts, Ints sizes) {
        return new Slice(starts, Ints.repeat(1, starts.size()), sizes);
    }

    @Override
    public Shape move(OpInputs in) {
        Shape x = in.type(0).shape();
        Moving.requireRank(x, starts, "starts");
        List<String> words = new ArrayList<>();
        for (int axis = 0; axis < x.rank(); axis++) {
            boolean all = starts.at(axis) == 0 && steps.at(axis) == 1 && sizes.at(axis) == -1;
            if (!x.isSymbolic(axis)) {
                words.add(Long.toString(size(axis, x.dim(axis))));
            } else {
                int size = sizes.at(axis);
                words.add(all ? x.word(axis) : size < 0 ? Shape.UNKNOWN : "" + size);
            }
        }
        return Shape.of(words);
    }

    /** Where axis {@code axis} of {@code dim} elements begins, counted from the front. */
    public int start(int axis, int dim) {
        int start = starts.at(axis);
        return start < 0 ? start + dim : start;
    }

    private long size(int axis, int dim) {
        long start = start(axis, dim);
        long step = steps.at(axis);
        long size = sizes.at(axis);
        if (size < 0) {
            long ahead = step > 0 ? dim - start : start + 1;
            size = ahead <= 0 ? 0 : (ahead - 1) / Math.abs(step) + 1;
        }
        long last = start + (size - 1) * step;
        if (size > 0 && (start < 0 || start >= dim || last < 0 || last >= dim)) {
            throw new ShapeException(
                    size
                            + " elements from "
                            + starts.at(axis)
                            + " by "
                            + step
                            + " do not lie in axis "
                            + axis
                            + ", which has "
                            + dim);
        }
        return size;
    }

    @Override
    public void write(Attributes a) {
        a.put("starts", starts);
        if (!steps.all(1)) {
            a.put("steps", steps);
        }
        a.put("sizes", sizes);
    }

    /** Restores what {@link #write} wrote. */
    public static Slice read(Attributes a) {
        Ints starts = a.ints("starts");
        return new Slice(starts, a.ints("steps", Ints.repeat(1, starts.size())), a.ints("sizes"));
    }
}
