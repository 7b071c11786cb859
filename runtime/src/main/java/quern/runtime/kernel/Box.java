package quern.runtime.kernel;

import java.util.Optional;
import java.util.stream.IntStream;
import quern.tensor.Ints;
import quern.tensor.Shape;

/**
 * A tensor that is reduced along neighbouring axes: {@code outer} matrices of {@code count} reduced
 * rows and {@code inner} columns.
 */
record Box(int outer, int count, int inner) {
    /** The box of a tensor; empty if other axes of more than one index stand between those. */
    static Optional<Box> of(Shape shape, Ints axes) {
        boolean[] reduced = new boolean[shape.rank()];
        axes.stream().forEach(axis -> reduced[axis] = true);
        int[] sizes = {1, 1, 1};
        int stage = 0;
        for (int axis = 0; axis < shape.rank(); axis++) {
            if (shape.dim(axis) != 1) {
                boolean next = reduced[axis] ? stage != 1 : stage == 1;
                stage += next ? 1 : 0;
                if (stage > 2) {
                    return Optional.empty();
                }
                sizes[stage] *= shape.dim(axis);
            }
        }
        return Optional.of(new Box(sizes[0], sizes[1], sizes[2]));
    }

    /** The box along one axis. */
    static Box along(Shape shape, int axis) {
        int outer = IntStream.range(0, axis).map(shape::dim).reduce(1, (a, b) -> a * b);
        int inner =
                IntStream.range(axis + 1, shape.rank()).map(shape::dim).reduce(1, (a, b) -> a * b);
        return new Box(outer, shape.dim(axis), inner);
    }

    /** Number of results. */
    int results() {
        return outer * inner;
    }

    /** Where the elements of a result begin; the next one is {@code inner} further. */
    int first(int result) {
        return result / inner * count * inner + result % inner;
    }
}
