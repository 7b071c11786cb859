package quern.formats.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import quern.op.Activation;
import quern.op.Op;
import quern.op.activation.LogSoftmax;
import quern.op.activation.Softmax;
import quern.op.dynamic.ShapeOf;
import quern.op.logic.Equal;
import quern.op.logic.Less;
import quern.op.logic.Select;
import quern.op.math.Abs;
import quern.op.math.Add;
import quern.op.math.Div;
import quern.op.math.Exp;
import quern.op.math.Log;
import quern.op.math.Mul;
import quern.op.math.Neg;
import quern.op.math.Sqrt;
import quern.op.math.Square;
import quern.op.math.Sub;
import quern.op.quantize.Cast;
import quern.op.reduction.ArgMax;
import quern.op.reduction.ArgMin;
import quern.op.reduction.CumSum;
import quern.op.reduction.Mean;
import quern.op.reduction.ReduceMax;
import quern.op.reduction.Sum;
import quern.op.reduction.TopK;
import quern.op.shape.Gather;
import quern.op.shape.OneHot;
import quern.op.shape.Slice;
import quern.op.shape.Transpose;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Reductions, order along an axis, softmax and losses. */
final class ReductionReaders {
    private ReductionReaders() {}

    /** The axes of a reduction; empty if it reduces nothing. */
    private static Optional<Ints> axes(OnnxNode o) {
        int rank = o.rank(0);
        Optional<int[]> given = o.integers("axes", 1);
        if (given.isEmpty() || given.get().length == 0) {
            return o.flag("noop_with_empty_axes", false)
                    ? Optional.empty()
                    : Optional.of(Ints.of(IntStream.range(0, rank).toArray()));
        }
        return Optional.of(
                Ints.of(
                        Arrays.stream(given.get())
                                .map(a -> o.axis(a, rank))
                                .sorted()
                                .distinct()
                                .toArray()));
    }

    private static boolean keepDims(OnnxNode o) {
        return o.flag("keepdims", true);
    }

    static OnnxOps.Reader reduce(BiFunction<Ints, Boolean, Op> op) {
        return o -> {
            Optional<Ints> axes = axes(o);
            if (axes.isEmpty() || o.rank(0) == 0) {
                o.alias(0, o.input(0));
            } else {
                MathReaders.wide(o, op.apply(axes.get(), keepDims(o)), o.input(0));
            }
        };
    }

    private static String sum(OnnxNode o, String x) {
        Optional<Ints> axes = axes(o);
        return axes.isEmpty() || o.rank(0) == 0 ? x : o.add(new Sum(axes.get(), keepDims(o)), x);
    }

    static void l1(OnnxNode o) {
        o.alias(0, sum(o, o.add(new Abs(), o.input(0))));
    }

    static void l2(OnnxNode o) {
        o.emit(new Sqrt(), sum(o, o.add(new Square(), o.input(0))));
    }

    static void sumSquare(OnnxNode o) {
        o.alias(0, sum(o, o.add(new Mul(Activation.NONE), o.input(0), o.input(0))));
    }

    static void logSum(OnnxNode o) {
        o.emit(new Log(), sum(o, o.input(0)));
    }

    /** {@code m + log(sum of e^(x - m))}, {@code m} the largest. */
    static void logSumExp(OnnxNode o) {
        String x = o.input(0);
        Optional<Ints> axes = axes(o);
        if (axes.isEmpty() || o.rank(0) == 0) {
            o.alias(0, x);
            return;
        }
        String largest = o.add(new ReduceMax(axes.get(), true), x);
        String powers = o.add(new Exp(), o.add(new Sub(Activation.NONE), x, largest));
        String log = o.add(new Log(), o.add(new Sum(axes.get(), keepDims(o)), powers));
        String kept = keepDims(o) ? largest : o.add(new ReduceMax(axes.get(), false), x);
        o.emit(new Add(Activation.NONE), log, kept);
    }

    static void argMax(OnnxNode o) {
        extremum(o, true);
    }

    static void argMin(OnnxNode o) {
        extremum(o, false);
    }

    private static void extremum(OnnxNode o, boolean largest) {
        int rank = o.rank(0);
        int axis = o.axis(o.integer("axis", 0), rank);
        boolean last = o.flag("select_last_index", false);
        String x = last ? reversed(o, axis) : o.input(0);
        Op op = largest ? new ArgMax(axis, DType.S64) : new ArgMin(axis, DType.S64);
        String at = o.add(op, x);
        if (last) {
            String size = size(o, axis);
            String end = o.add(new Sub(Activation.NONE), size, o.list(1));
            at = o.add(new Sub(Activation.NONE), o.reshape(end), at);
        }
        if (!keepDims(o)) {
            o.alias(0, at);
            return;
        }
        int[] dims = IntStream.range(0, rank).map(i -> i < axis ? -1 - i : -i).toArray();
        dims[axis] = 1;
        o.emitReshape(at, dims);
    }

    private static String reversed(OnnxNode o, int axis) {
        int[] starts = new int[o.rank(0)];
        int[] steps = Ints.repeat(1, o.rank(0)).toArray();
        starts[axis] = -1;
        steps[axis] = -1;
        Ints sizes = Ints.repeat(-1, o.rank(0));
        return o.add(new Slice(Ints.of(starts), Ints.of(steps), sizes), o.input(0));
    }

    /** The size of an axis of the first input as a list of one number. */
    private static String size(OnnxNode o, int axis) {
        String all = o.add(new ShapeOf(), o.input(0));
        return o.add(Slice.of(Ints.of(axis), Ints.of(1)), all);
    }

    static void topK(OnnxNode o) {
        int axis = o.axis(o.integer("axis", -1), o.rank(0));
        int k = o.opset() < 10 ? o.integer("k") : (int) o.scalar(1, "k");
        Op op = new TopK(k, axis, o.flag("largest", true), DType.S64);
        List<String> both = o.add(op, 2, List.of(o.input(0)));
        o.alias(0, both.get(0));
        o.alias(1, both.get(1));
    }

    static void cumSum(OnnxNode o) {
        int axis = o.axis((int) o.scalar(1, "axis"), o.rank(0));
        Op op = new CumSum(axis, o.flag("exclusive", false), o.flag("reverse", false));
        MathReaders.wide(o, op, o.input(0));
    }

    static void softmax(OnnxNode o) {
        alongAxis(o, axis -> new Softmax(axis, 1f));
    }

    static void logSoftmax(OnnxNode o) {
        alongAxis(o, LogSoftmax::new);
    }

    /** Before opset 13 the axes from the given one on are one. */
    private static void alongAxis(OnnxNode o, IntFunction<Op> op) {
        int rank = o.rank(0);
        int axis = o.axis(o.integer("axis", o.opset() < 13 ? 1 : -1), Math.max(1, rank));
        if (o.opset() >= 13 || axis == rank - 1) {
            o.emit(op.apply(axis), o.input(0));
            return;
        }
        Shape x = o.shape(0);
        int[] flat = new int[axis + 1];
        long rest = 1;
        for (int i = axis; i < rank; i++) {
            if (x.isSymbolic(i)) {
                throw o.unsupported("before opset 13 the sizes behind the axis must be known");
            }
            rest *= x.dim(i);
        }
        for (int i = 0; i < axis; i++) {
            flat[i] = -1 - i;
        }
        flat[axis] = Math.toIntExact(rest);
        String y = o.add(op.apply(axis), o.reshape(o.input(0), flat));
        int[] back = new int[rank];
        for (int i = 0; i < rank; i++) {
            back[i] = i < axis ? -1 - i : x.dim(i);
        }
        o.emitReshape(y, back);
    }

    static void hardmax(OnnxNode o) {
        int rank = o.rank(0);
        int axis = o.axis(o.integer("axis", o.opset() < 13 ? 1 : -1), rank);
        if (o.opset() < 13 && axis != rank - 1) {
            throw o.unsupported("before opset 13 the axis must be the last one");
        }
        if (o.shape(0).isSymbolic(axis)) {
            throw o.unsupported("the size of its axis must be known");
        }
        String at = o.add(new ArgMax(axis, DType.S64), o.input(0));
        int depth = o.shape(0).dim(axis);
        o.emit(new OneHot(depth, axis), at, o.scalar(1f), o.scalar(0f));
    }

    static void oneHot(OnnxNode o) {
        int depth = (int) o.scalar(1, "depth");
        int axis = o.axis(o.integer("axis", -1), o.rank(0) + 1);
        DType type = o.type(0).dtype();
        String indices = type == DType.S64 ? o.input(0) : o.add(new Cast(DType.S64), o.input(0));
        String zero = whole(o, 0);
        String turned = o.add(new Add(Activation.NONE), indices, whole(o, depth));
        String below = o.add(new Less(), indices, zero);
        String from = o.add(new Select(), below, turned, indices);
        String off = o.reshape(o.add(new Gather(0, 0), o.input(2), o.list(0)));
        String on = o.reshape(o.add(new Gather(0, 0), o.input(2), o.list(1)));
        o.emit(new OneHot(depth, axis), from, on, off);
    }

    private static String whole(OnnxNode o, long value) {
        Tensor t = Tensor.zeros(TensorType.of(DType.S64, Shape.of()));
        t.setInteger(0, value);
        return o.constant(t);
    }

    static void crossEntropy(OnnxNode o) {
        String log = o.add(new LogSoftmax(1), o.input(0));
        o.alias(1, log);
        loss(o, log);
    }

    static void negativeLogLikelihood(OnnxNode o) {
        loss(o, o.input(0));
    }

    /** The loss of logarithms of probabilities, classes on axis 1. */
    private static void loss(OnnxNode o, String log) {
        Shape x = o.shape(log);
        if (x.isSymbolic(1)) {
            throw o.unsupported("the number of classes must be known");
        }
        int classes = x.dim(1);
        DType type = o.type(1).dtype();
        String target = type == DType.S64 ? o.input(1) : o.add(new Cast(DType.S64), o.input(1));
        int last = x.rank() - 1;
        String chosen = o.add(new OneHot(classes, last), target, o.scalar(1f), o.scalar(0f));
        int[] order =
                IntStream.range(0, x.rank()).map(i -> i == 0 ? 0 : i < last ? i + 1 : 1).toArray();
        String classesLast = last == 1 ? log : o.add(new Transpose(Ints.of(order)), log);
        String zeroed =
                o.add(
                        new Select(),
                        o.add(new Equal(), chosen, o.scalar(1f)),
                        classesLast,
                        o.scalar(0f));
        String loss = o.add(new Neg(), o.add(new Sum(Ints.of(last), false), zeroed));
        Optional<String> weights = Optional.empty();
        if (o.has(2)) {
            String of = o.add(new Mul(Activation.NONE), chosen, o.input(2));
            weights = Optional.of(o.add(new Sum(Ints.of(last), false), of));
        }
        if (o.hasAttribute("ignore_index")) {
            String ignored = o.add(new Equal(), target, whole(o, o.integer("ignore_index")));
            String ones =
                    weights.orElseGet(
                            () ->
                                    o.add(
                                            new Add(Activation.NONE),
                                            o.add(new Mul(Activation.NONE), loss, o.scalar(0f)),
                                            o.scalar(1f)));
            weights = Optional.of(o.add(new Select(), ignored, o.scalar(0f), ones));
        }
        String weighted =
                weights.isPresent() ? o.add(new Mul(Activation.NONE), loss, weights.get()) : loss;
        Ints all = Ints.of(IntStream.range(0, last).toArray());
        switch (o.text("reduction", "mean")) {
            case "none" -> o.alias(0, weighted);
            case "sum" -> o.emit(new Sum(all, false), weighted);
            default -> {
                if (weights.isPresent()) {
                    String sum = o.add(new Sum(all, false), weighted);
                    o.emit(
                            new Div(Activation.NONE),
                            sum,
                            o.add(new Sum(all, false), weights.get()));
                } else {
                    o.emit(new Mean(all, false), weighted);
                }
            }
        }
    }

    /** Ones on a diagonal. */
    static void eyeLike(OnnxNode o) {
        Shape x = o.shape(0);
        if (!x.isStatic() || x.rank() != 2) {
            throw o.unsupported("it makes matrices of known sizes only");
        }
        DType type = o.hasAttribute("dtype") ? DataTypes.of(o.integer("dtype")) : o.type(0).dtype();
        Tensor t = Tensor.of(x, new float[x.elements()]);
        int k = o.integer("k", 0);
        for (int i = 0; i < x.dim(0); i++) {
            if (i + k >= 0 && i + k < x.dim(1)) {
                t.setReal(i * x.dim(1) + i + k, 1f);
            }
        }
        ShapeReaders.emitCast(o, type, o.constant(t));
    }

    /** The part of matrices above or below a diagonal. */
    static void trilu(OnnxNode o) {
        Shape x = o.shape(0);
        int rank = x.rank();
        if (rank < 2 || x.isSymbolic(rank - 1) || x.isSymbolic(rank - 2)) {
            throw o.unsupported("the sizes of the matrices must be known");
        }
        int rows = x.dim(rank - 2);
        int columns = x.dim(rank - 1);
        int k = o.has(1) ? (int) o.scalar(1, "k") : 0;
        boolean upper = o.flag("upper", true);
        Tensor keep = Tensor.zeros(TensorType.of(DType.BOOL, Shape.of(rows, columns)));
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                boolean kept = upper ? j - i >= k : j - i <= k;
                keep.setInteger(i * columns + j, kept ? 1 : 0);
            }
        }
        Tensor zero = Tensor.zeros(TensorType.of(o.type(0).dtype(), Shape.of()));
        o.emit(new Select(), o.constant(keep), o.input(0), o.constant(zero));
    }
}
