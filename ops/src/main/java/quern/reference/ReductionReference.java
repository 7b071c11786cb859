package quern.reference;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import quern.fixedpoint.FixedPoint;
import quern.fixedpoint.MeanRescale;
import quern.fixedpoint.Multiplier;
import quern.fixedpoint.Requantizer;
import quern.numeric.TreeProduct;
import quern.numeric.TreeSum;
import quern.op.TypeRules;
import quern.op.logic.Comparison;
import quern.op.reduction.Extremum;
import quern.op.reduction.Mean;
import quern.op.reduction.ReduceAll;
import quern.op.reduction.ReduceAny;
import quern.op.reduction.ReduceMax;
import quern.op.reduction.ReduceMin;
import quern.op.reduction.ReduceProd;
import quern.op.reduction.Sum;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

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
 *   <li>product of codes in a fixed-point mode: {@code q - Z} of the first element, for each other
 *       one {@link FixedPoint#scaledProduct} with it and the factor of {@link NodeRescale#product},
 *       and once more with 1; else of the dequantized codes, quantized; of float32: a {@link
 *       TreeProduct}
 *   <li>plain integers wrap at the width of their type
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
                    if (TypeRules.isPlain(x.type())) {
                        long sum = IntStream.of(elements).mapToLong(x::integer).sum();
                        y.setInteger(i, elements.length == 0 ? 0 : sum / elements.length);
                    } else if (c.isQuantized()) {
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
                    if (TypeRules.isPlain(x.type())) {
                        y.setInteger(i, IntStream.of(elements).mapToLong(x::integer).sum());
                    } else if (c.isQuantized()) {
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
                    if (x.dtype() == DType.F32) {
                        float real = Float.NEGATIVE_INFINITY;
                        for (int e : elements) {
                            real = Math.max(real, x.real(e));
                        }
                        y.setReal(i, real);
                    } else {
                        long whole = least(x.type());
                        for (int e : elements) {
                            whole = Math.max(whole, x.integer(e));
                        }
                        y.setInteger(i, whole);
                    }
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
                    if (x.dtype() == DType.F32) {
                        float real = Float.POSITIVE_INFINITY;
                        for (int e : elements) {
                            real = Math.min(real, x.real(e));
                        }
                        y.setReal(i, real);
                    } else {
                        long whole = most(x.type());
                        for (int e : elements) {
                            whole = Math.min(whole, x.integer(e));
                        }
                        y.setInteger(i, whole);
                    }
                });
    }

    private static long least(TensorType x) {
        return x.isQuantized() ? x.codeMin() : x.dtype().min(x.dtype().bits());
    }

    private static long most(TensorType x) {
        return x.isQuantized() ? x.codeMax() : x.dtype().max(x.dtype().bits());
    }

    static void product(ReduceProd op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor y = c.output();
        each(
                op.axes(),
                x,
                y,
                (i, elements) -> {
                    if (TypeRules.isPlain(x.type())) {
                        long product = 1;
                        for (int e : elements) {
                            product *= x.integer(e);
                        }
                        y.setInteger(i, product);
                    } else if (!c.isQuantized()) {
                        y.setReal(i, product(elements, x::real));
                    } else if (c.isFixedPoint() && elements.length > 0) {
                        y.setInteger(i, product(elements, c));
                    } else {
                        float real = product(elements, e -> ActivationReference.dequantized(x, e));
                        y.setInteger(i, ActivationReference.quantized(real, y, c));
                    }
                });
    }

    /** A float32 value of each element of a tensor. */
    private interface Reals {
        float at(int element);
    }

    private static float product(int[] elements, Reals reals) {
        float[] factors = new float[elements.length];
        for (int k = 0; k < factors.length; k++) {
            factors[k] = reals.at(elements[k]);
        }
        return TreeProduct.product(factors, 0, 1, factors.length);
    }

    private static int product(int[] elements, KernelContext c) {
        Tensor x = c.input(0);
        TensorType y = c.output().type();
        Multiplier m = NodeRescale.product(c.node(), x.type(), y, elements.length);
        int zero = x.type().zeroPoint(0);
        int product = x.code(elements[0]) - zero;
        for (int k = 1; k < elements.length; k++) {
            product = FixedPoint.scaledProduct(product, x.code(elements[k]) - zero, m);
        }
        return ActivationReference.stepsCode(FixedPoint.scaledProduct(product, 1, m), y);
    }

    static void any(ReduceAny op, KernelContext c) {
        truth(op.axes(), c, true);
    }

    static void all(ReduceAll op, KernelContext c) {
        truth(op.axes(), c, false);
    }

    /** Whether the truth value {@code sought} is there, as {@code sought} or its opposite. */
    private static void truth(Ints axes, KernelContext c, boolean sought) {
        Tensor x = c.input(0);
        each(
                axes,
                x,
                c.output(),
                (i, elements) -> {
                    boolean found =
                            IntStream.of(elements).anyMatch(e -> (x.integer(e) != 0) == sought);
                    c.output().setInteger(i, found == sought ? 1 : 0);
                });
    }

    static void extremum(Extremum op, KernelContext c) {
        Tensor x = c.input(0);
        each(
                Ints.of(op.axis()),
                x,
                c.output(),
                (i, elements) -> {
                    int best = 0;
                    for (int k = 1; k < elements.length; k++) {
                        int order =
                                op.largest()
                                        ? LogicReference.order(x, elements[k], x, elements[best])
                                        : LogicReference.order(x, elements[best], x, elements[k]);
                        best = order == Comparison.ABOVE ? k : best;
                    }
                    c.output().setInteger(i, best);
                });
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
