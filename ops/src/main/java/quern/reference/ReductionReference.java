package quern.reference;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import quern.fixedpoint.MeanRescale;
import quern.fixedpoint.Requantizer;
import quern.numeric.TreeSum;
import quern.op.TypeRules;
import quern.op.reduction.Mean;
import quern.op.reduction.ReduceMax;
import quern.op.reduction.ReduceMin;
import quern.op.reduction.Sum;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;

/**
 * Reductions along axes. The elements of one result are taken in row-major order of the reduced
 * axes.
 *
 * <ul>
 *   <li>mean of codes: an exact sum, then {@link MeanRescale}; of float32: a {@link TreeSum}
 *       divided by the count. A mean over no elements is NaN for float32 and refused for codes.
 *   <li>sum of codes: {@code sum (q - Z)} exactly, then the {@link Requantizer} of {@link
 *       NodeRescale#sum}; of float32: a {@link TreeSum}
 *   <li>largest and smallest element: NaN if there is one, +0 is larger than -0; of no elements the
 *       opposite end of the range
 * </ul>
 */
final class ReductionReference {
    /**
     * Reduces the elements of {@code x} at the given indices to element {@code i} of the output.
     */
    private interface Step {
        void reduce(int i, int[] elements);
    }

    private ReductionReference() {}

    static void mean(Mean op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor y = c.output();
        each(
                op.axes(),
                x,
                y,
                (i, elements) -> {
                    if (c.isQuantized()) {
                        MeanRescale rescale =
                                NodeRescale.mean(c.node(), x.type(), y.type(), elements.length);
                        y.setInteger(i, rescale.apply(IntStream.of(elements).map(x::code).sum()));
                    } else {
                        y.setReal(i, treeSum(x, elements).mean());
                    }
                });
    }

    static void sum(Sum op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor y = c.output();
        each(
                op.axes(),
                x,
                y,
                (i, elements) -> {
                    if (c.isQuantized()) {
                        Requantizer requantizer =
                                NodeRescale.sum(c.node(), x.type(), y.type(), elements.length);
                        int zero = x.type().zeroPoint(0);
                        int sum = IntStream.of(elements).map(e -> x.code(e) - zero).sum();
                        y.setInteger(
                                i,
                                TypeRules.isWide(x.type())
                                        ? requantizer.applyWide(sum, 0, true)
                                        : requantizer.apply(sum, 0));
                    } else {
                        y.setReal(i, treeSum(x, elements).sum());
                    }
                });
    }

    static void max(ReduceMax op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor y = c.output();
        each(
                op.axes(),
                x,
                y,
                (i, elements) -> {
                    int code = x.type().isQuantized() ? x.type().codeMin() : 0;
                    float real = Float.NEGATIVE_INFINITY;
                    for (int e : elements) {
                        code = c.isQuantized() ? Math.max(code, x.code(e)) : 0;
                        real = c.isQuantized() ? 0 : Math.max(real, x.real(e));
                    }
                    put(c, i, code, real);
                });
    }

    static void min(ReduceMin op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor y = c.output();
        each(
                op.axes(),
                x,
                y,
                (i, elements) -> {
                    int code = x.type().isQuantized() ? x.type().codeMax() : 0;
                    float real = Float.POSITIVE_INFINITY;
                    for (int e : elements) {
                        code = c.isQuantized() ? Math.min(code, x.code(e)) : 0;
                        real = c.isQuantized() ? 0 : Math.min(real, x.real(e));
                    }
                    put(c, i, code, real);
                });
    }

    private static void put(KernelContext c, int i, int code, float real) {
        if (c.isQuantized()) {
            c.output().setInteger(i, code);
        } else {
            c.output().setReal(i, real);
        }
    }

    private static TreeSum treeSum(Tensor x, int[] elements) {
        TreeSum sum = new TreeSum();
        for (int e : elements) {
            sum.add(x.real(e));
        }
        return sum;
    }

    private static void each(Ints axes, Tensor x, Tensor y, Step step) {
        List<Integer> reduced = new ArrayList<>();
        List<Integer> kept = new ArrayList<>();
        for (int axis = 0; axis < x.shape().rank(); axis++) {
            (contains(axes, axis) ? reduced : kept).add(axis);
        }
        Shape inner = part(x.shape(), reduced);
        Shape outer = part(x.shape(), kept);
        for (int i = 0; i < y.elements(); i++) {
            int[] at = new int[x.shape().rank()];
            place(Indexing.coordinates(outer, i), kept, at);
            int[] elements = new int[inner.elements()];
            for (int j = 0; j < elements.length; j++) {
                place(Indexing.coordinates(inner, j), reduced, at);
                elements[j] = Indexing.index(x.shape(), at);
            }
            step.reduce(i, elements);
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
