package quern.op.shape;

import java.util.ArrayList;
import java.util.List;
import quern.error.ShapeException;
import quern.op.Attributes;
import quern.op.OpInputs;
import quern.tensor.Ints;
import quern.tensor.Shape;

/**
 * A tensor over and over along each axis.
 *
 * @param repeats how often, for each axis, 0 or more
 */
public record Tile(Ints repeats) implements Moving {
    public Tile {
        if (repeats.stream().anyMatch(r -> r < 0)) {
            throw new ShapeException("a tensor cannot be repeated " + repeats + " times");
        }
    }

    @Override
    public Shape move(OpInputs in) {
        Shape x = in.type(0).shape();
        Moving.requireRank(x, repeats, "repeats");
        List<String> words = new ArrayList<>();
        for (int axis = 0; axis < x.rank(); axis++) {
            int r = repeats.at(axis);
            if (x.isSymbolic(axis)) {
                words.add(r == 1 ? x.word(axis) : Shape.UNKNOWN);
            } else {
                words.add(Long.toString((long) x.dim(axis) * r));
            }
        }
        return Shape.of(words);
    }

    @Override
    public void write(Attributes a) {
        a.put("repeats", repeats);
    }

    /** Restores what {@link #write} wrote. */
    public static Tile read(Attributes a) {
        return new Tile(a.ints("repeats"));
    }
}
