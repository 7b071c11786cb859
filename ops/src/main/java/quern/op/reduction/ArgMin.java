package quern.op.reduction;

import quern.op.Attributes;
import quern.tensor.DType;

/**
 * Where along an axis the smallest element stands.
 *
 * @param axis counted from the front
 * @param index the element type of the output, S32 or S64
 */
public record ArgMin(int axis, DType index) implements Extremum {
    public ArgMin {
        Ordered.requireAxis(axis);
        Ordered.requireIndex(index);
    }

    @Override
    public boolean largest() {
        return false;
    }

    /** Restores what {@link #write} wrote. */
    public static ArgMin read(Attributes a) {
        return new ArgMin(a.integer("axis"), Ordered.index(a));
    }
}
