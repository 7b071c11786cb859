package quern.op.reduction;

import quern.op.Attributes;
import quern.tensor.DType;

/**
 * Where along an axis the largest element stands.
 *
 * @param axis counted from the front
 * @param index the element type of the output, S32 or S64
 */
public record ArgMax(int axis, DType index) implements Extremum {
    public ArgMax {
        Ordered.requireAxis(axis);
        Ordered.requireIndex(index);
    }

    @Override
    public boolean largest() {
        return true;
    }

    /** Restores what {@link #write} wrote. */
    public static ArgMax read(Attributes a) {
        return new ArgMax(a.integer("axis"), Ordered.index(a));
    }
}
