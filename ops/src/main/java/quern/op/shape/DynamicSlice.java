package quern.op.shape;

import java.util.ArrayList;
import java.util.List;
import quern.error.ShapeException;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.OpInputs;
import quern.tensor.Ints;
import quern.tensor.Shape;

/**
 * A box of fixed size whose first element input 1 tells: an index for each axis (S16, S32 or S64),
 * a negative one counted from the end. A box that would leave the tensor is moved back into it.
 *
 * @param sizes for each axis; -1: the whole axis
 */
public record DynamicSlice(Ints sizes) implements Moving {
    public DynamicSlice {
        if (sizes.stream().anyMatch(s -> s < -1)) {
            throw new ShapeException("sizes of a slice must not be negative but -1: " + sizes);
        }
    }

    @Override
    public Arity arity() {
        return Arity.of(2);
    }

    @Override
    public Shape move(OpInputs in) {
        Shape x = in.type(0).shape();
        Moving.requireRank(x, sizes, "sizes");
        Moving.requireStarts(in.type(1), x);
        List<String> words = new ArrayList<>();
        for (int axis = 0; axis < x.rank(); axis++) {
            int size = sizes.at(axis);
            if (!x.isSymbolic(axis) && size > x.dim(axis)) {
                throw new ShapeException("a slice of size " + sizes + " is larger than " + x);
            }
            words.add(size < 0 ? x.word(axis) : "" + size);
        }
        return Shape.of(words);
    }

    @Override
    public void write(Attributes a) {
        a.put("sizes", sizes);
    }

    /** Restores what {@link #write} wrote. */
    public static DynamicSlice read(Attributes a) {
        return new DynamicSlice(a.ints("sizes"));
    }
}
