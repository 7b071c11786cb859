package quern.reference;

import java.util.ArrayList;
import java.util.List;
import quern.fixedpoint.MeanRescale;
import quern.numeric.TreeSum;
import quern.op.reduction.Mean;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;

/**
 * Reductions along axes. The elements of one result are taken in row-major order of the reduced
 * axes.
 *
 * <p>Codes: an exact sum, then {@link MeanRescale}. Float32: a {@link TreeSum} divided by the
 * count; a mean over no elements is NaN for float32 and refused for codes.
 */
final class ReductionReference {
    private ReductionReference() {}

    static void mean(Mean op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor y = c.output();
        List<Integer> reduced = new ArrayList<>();
        List<Integer> kept = new ArrayList<>();
        for (int axis = 0; axis < x.shape().rank(); axis++) {
            (contains(op.axes(), axis) ? reduced : kept).add(axis);
        }
        Shape inner = part(x.shape(), reduced);
        Shape outer = part(x.shape(), kept);
        for (int i = 0; i < y.elements(); i++) {
            int[] at = new int[x.shape().rank()];
            place(Indexing.coordinates(outer, i), kept, at);
            if (c.isQuantized()) {
                MeanRescale rescale =
                        NodeRescale.mean(c.node(), x.type(), y.type(), inner.elements());
                int sum = 0;
                for (int j = 0; j < inner.elements(); j++) {
                    place(Indexing.coordinates(inner, j), reduced, at);
                    sum += x.code(Indexing.index(x.shape(), at));
                }
                y.setInteger(i, rescale.apply(sum));
            } else {
                TreeSum sum = new TreeSum();
                for (int j = 0; j < inner.elements(); j++) {
                    place(Indexing.coordinates(inner, j), reduced, at);
                    sum.add(x.real(Indexing.index(x.shape(), at)));
                }
                y.setReal(i, sum.mean());
            }
        }
    }

    private static boolean contains(Ints axes, int axis) {
        return axes.stream().anyMatch(a -> a == axis);
    }

    private static Shape part(Shape shape, List<Integer> axes) {
        return Shape.of(axes.stream().mapToInt(shape::dim).toArray());
    }

    private static void place(int[] coordinates, List<Integer> axes, int[] at) {
        for (int i = 0; i < coordinates.length; i++) {
            at[axes.get(i)] = coordinates[i];
        }
    }
}
