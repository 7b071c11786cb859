package quern.op.shape;

import java.util.ArrayList;
import java.util.List;
import quern.error.ShapeException;
import quern.op.Attributes;
import quern.op.OpInputs;
import quern.tensor.Ints;
import quern.tensor.Shape;

/**
 * A tensor with its own elements, mirrored, added around it.
 *
 * @param before number of elements before, for each axis
 * @param after number of elements after, for each axis
 * @param symmetric the first and last elements are mirrored too; else the mirror lies on them
 */
public record MirrorPad(Ints before, Ints after, boolean symmetric) implements Moving {
    public MirrorPad {
        Pad.requireSides(before, after);
    }

    @Override
    public Shape move(OpInputs in) {
        Shape x = in.type(0).shape();
        Moving.requireRank(x, before, "paddings");
        List<String> words = new ArrayList<>();
        for (int axis = 0; axis < x.rank(); axis++) {
            long added = (long) before.at(axis) + after.at(axis);
            if (x.isSymbolic(axis)) {
                words.add(added == 0 ? x.word(axis) : Shape.UNKNOWN);
                continue;
            }
            int most = Math.max(0, x.dim(axis) - (symmetric ? 0 : 1));
            if (Math.max(before.at(axis), after.at(axis)) > most) {
                throw new ShapeException(
                        "an axis of "
                                + x.dim(axis)
                                + " elements has no mirror image of "
                                + Math.max(before.at(axis), after.at(axis)));
            }
            words.add(Long.toString(x.dim(axis) + added));
        }
        return Shape.of(words);
    }

    /** The index that index {@code i} of an axis of the output shows; the input has {@code dim}. */
    public int source(int axis, int dim, int i) {
        int edge = symmetric ? 1 : 0;
        int at = i - before.at(axis);
        return at < 0 ? -at - edge : at < dim ? at : 2 * dim - 2 + edge - at;
    }

    @Override
    public void write(Attributes a) {
        a.put("before", before);
        a.put("after", after);
        if (symmetric) {
            a.put("symmetric", true);
        }
    }

    /** Restores what {@link #write} wrote. */
    public static MirrorPad read(Attributes a) {
        return new MirrorPad(a.ints("before"), a.ints("after"), a.flag("symmetric", false));
    }
}
