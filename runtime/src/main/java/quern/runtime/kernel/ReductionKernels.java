package quern.runtime.kernel;

import java.util.Optional;
import quern.fixedpoint.FixedPoint;
import quern.fixedpoint.MeanRescale;
import quern.fixedpoint.Multiplier;
import quern.fixedpoint.Requantizer;
import quern.numeric.TreeProduct;
import quern.numeric.TreeSum;
import quern.op.TypeRules;
import quern.op.reduction.Mean;
import quern.op.reduction.ReduceAll;
import quern.op.reduction.ReduceAny;
import quern.op.reduction.ReduceMax;
import quern.op.reduction.ReduceMin;
import quern.op.reduction.ReduceProd;
import quern.op.reduction.Sum;
import quern.reference.NodeRescale;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.TensorType;

/** Makes the kernels of reductions along neighbouring axes. */
final class ReductionKernels {
    private static final String APART = "other axes stand between those it reduces";

    private ReductionKernels() {}

    /** Reduces {@code count} numbers, {@code stride} apart. */
    @FunctionalInterface
    private interface Reals {
        float reduce(float[] x, int from, int stride, int count);
    }

    /** Reduces {@code count} integers, {@code stride} apart. */
    @FunctionalInterface
    private interface Integers {
        long reduce(DType type, Object x, int from, int stride, int count);
    }

    /** Makes the kernel of a box. */
    @FunctionalInterface
    private interface Maker {
        Kernel of(Box box);
    }

    static Kernel mean(Mean op, Preparation p) {
        return along(
                op.axes(),
                p,
                box -> {
                    if (p.type(0).dtype() == DType.F32) {
                        return reals("mean", p, box, TreeSum::mean);
                    }
                    if (TypeRules.isPlain(p.type(0))) {
                        return integers("mean", p, box, ReductionKernels::mean);
                    }
                    MeanRescale rescale =
                            NodeRescale.mean(p.node(), p.type(0), p.output().type(), box.count());
                    return integers(
                            "mean",
                            p,
                            box,
                            (type, x, from, stride, count) ->
                                    rescale.apply((int) sum(type, x, from, stride, count)));
                });
    }

    static Kernel sum(Sum op, Preparation p) {
        return along(
                op.axes(),
                p,
                box -> {
                    if (p.type(0).dtype() == DType.F32) {
                        return reals("sum", p, box, TreeSum::sum);
                    }
                    if (TypeRules.isPlain(p.type(0))) {
                        return integers("sum", p, box, ReductionKernels::sum);
                    }
                    Requantizer requantizer =
                            NodeRescale.sum(p.node(), p.type(0), p.output().type(), box.count());
                    int zero = box.count() * p.type(0).zeroPoint(0);
                    boolean wide = TypeRules.isWide(p.type(0));
                    return integers(
                            "sum",
                            p,
                            box,
                            (type, x, from, stride, count) -> {
                                int sum = (int) sum(type, x, from, stride, count) - zero;
                                return wide
                                        ? requantizer.applyWide(sum, 0, true)
                                        : requantizer.apply(sum, 0);
                            });
                });
    }

    static Kernel max(ReduceMax op, Preparation p) {
        long least = least(p.type(0));
        return along(
                op.axes(),
                p,
                box ->
                        p.type(0).dtype() == DType.F32
                                ? reals("reduceMax", p, box, TreeSum::max)
                                : integers(
                                        "reduceMax",
                                        p,
                                        box,
                                        (type, x, from, stride, count) ->
                                                max(type, x, from, stride, count, least)));
    }

    static Kernel min(ReduceMin op, Preparation p) {
        long most = most(p.type(0));
        return along(
                op.axes(),
                p,
                box ->
                        p.type(0).dtype() == DType.F32
                                ? reals("reduceMin", p, box, ReductionKernels::min)
                                : integers(
                                        "reduceMin",
                                        p,
                                        box,
                                        (type, x, from, stride, count) ->
                                                min(type, x, from, stride, count, most)));
    }

    static Kernel product(ReduceProd op, Preparation p) {
        return along(
                op.axes(),
                p,
                box -> {
                    if (p.type(0).dtype() == DType.F32) {
                        return reals("reduceProd", p, box, TreeProduct::product);
                    }
                    if (TypeRules.isPlain(p.type(0))) {
                        return integers("reduceProd", p, box, ReductionKernels::product);
                    }
                    return p.node().rounding().isFixedPoint() && box.count() > 0
                            ? productOfCodes(p, box)
                            : p.reference("its rounding mode multiplies the real numbers");
                });
    }

    private static Kernel productOfCodes(Preparation p, Box box) {
        TensorType y = p.output().type();
        Multiplier m = NodeRescale.product(p.node(), p.type(0), y, box.count());
        int zero = p.type(0).zeroPoint(0);
        int min = y.codeMin() - y.zeroPoint(0);
        int max = y.codeMax() - y.zeroPoint(0);
        return integers(
                "reduceProd",
                p,
                box,
                (type, x, from, stride, count) -> {
                    int product = (int) Numbers.integer(type, x, from) - zero;
                    for (int k = 1; k < count; k++) {
                        int next = (int) Numbers.integer(type, x, from + k * stride) - zero;
                        product = FixedPoint.scaledProduct(product, next, m);
                    }
                    int steps = FixedPoint.scaledProduct(product, 1, m);
                    return FixedPoint.clamp(steps, min, max) + y.zeroPoint(0);
                });
    }

    static Kernel any(ReduceAny op, Preparation p) {
        return along(
                op.axes(),
                p,
                box ->
                        integers(
                                "reduceAny",
                                p,
                                box,
                                (type, x, from, stride, count) ->
                                        max(type, x, from, stride, count, 0)));
    }

    static Kernel all(ReduceAll op, Preparation p) {
        return along(
                op.axes(),
                p,
                box ->
                        integers(
                                "reduceAll",
                                p,
                                box,
                                (type, x, from, stride, count) ->
                                        min(type, x, from, stride, count, 1)));
    }

    private static Kernel along(Ints axes, Preparation p, Maker maker) {
        if (p.output().elements() == 0) {
            return new MapKernel("nothing", 0, (arena, start, n) -> {});
        }
        Optional<Box> box = Box.of(p.type(0).shape(), axes);
        return box.isPresent() ? maker.of(box.get()) : p.reference(APART);
    }

    private static Kernel reals(String name, Preparation p, Box box, Reals f) {
        Operand x = p.input(0);
        Operand y = p.output();
        return new MapKernel(
                name + "F32",
                box.results(),
                (arena, start, n) -> {
                    float[] in = x.floats(arena);
                    float[] out = y.floats(arena);
                    for (int i = start; i < start + n; i++) {
                        int from = x.offset(arena) + box.first(i);
                        out[y.offset(arena) + i] = f.reduce(in, from, box.inner(), box.count());
                    }
                });
    }

    private static Kernel integers(String name, Preparation p, Box box, Integers f) {
        Operand x = p.input(0);
        Operand y = p.output();
        DType from = x.type().dtype();
        DType to = y.type().dtype();
        return new MapKernel(
                name + from,
                box.results(),
                (arena, start, n) -> {
                    Object in = x.array(arena);
                    Object out = y.array(arena);
                    for (int i = start; i < start + n; i++) {
                        int at = x.offset(arena) + box.first(i);
                        long result = f.reduce(from, in, at, box.inner(), box.count());
                        Numbers.setInteger(to, out, y.offset(arena) + i, result);
                    }
                });
    }

    private static long sum(DType type, Object x, int from, int stride, int count) {
        if (x instanceof byte[] codes) {
            int mask = type == DType.U8 ? 0xFF : -1;
            int sum = 0;
            for (int k = 0; k < count; k++) {
                sum += codes[from + k * stride] & mask;
            }
            return sum;
        }
        long sum = 0;
        for (int k = 0; k < count; k++) {
            sum += Numbers.integer(type, x, from + k * stride);
        }
        return sum;
    }

    private static long mean(DType type, Object x, int from, int stride, int count) {
        return count == 0 ? 0 : sum(type, x, from, stride, count) / count;
    }

    private static long product(DType type, Object x, int from, int stride, int count) {
        long product = 1;
        for (int k = 0; k < count; k++) {
            product *= Numbers.integer(type, x, from + k * stride);
        }
        return product;
    }

    private static long max(DType type, Object x, int from, int stride, int count, long least) {
        long max = least;
        for (int k = 0; k < count; k++) {
            max = Math.max(max, Numbers.integer(type, x, from + k * stride));
        }
        return max;
    }

    private static long min(DType type, Object x, int from, int stride, int count, long most) {
        long min = most;
        for (int k = 0; k < count; k++) {
            min = Math.min(min, Numbers.integer(type, x, from + k * stride));
        }
        return min;
    }

    private static float min(float[] x, int from, int stride, int count) {
        float min = Float.POSITIVE_INFINITY;
        for (int k = 0; k < count; k++) {
            min = Math.min(min, x[from + k * stride]);
        }
        return min;
    }

    private static long least(TensorType x) {
        return x.isQuantized() ? x.codeMin() : x.dtype().min(x.dtype().bits());
    }

    private static long most(TensorType x) {
        return x.isQuantized() ? x.codeMax() : x.dtype().max(x.dtype().bits());
    }
}
