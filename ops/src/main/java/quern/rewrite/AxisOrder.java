package quern.rewrite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import quern.graph.Node;
import quern.op.BinaryMath;
import quern.op.Op;
import quern.op.UnaryMath;
import quern.op.activation.HardSwish;
import quern.op.activation.LeakyRelu;
import quern.op.activation.LogSoftmax;
import quern.op.activation.Logistic;
import quern.op.activation.PRelu;
import quern.op.activation.Relu;
import quern.op.activation.Relu6;
import quern.op.activation.Softmax;
import quern.op.activation.Tanh;
import quern.op.logic.BitPair;
import quern.op.logic.Comparison;
import quern.op.logic.LogicalNot;
import quern.op.logic.Select;
import quern.op.logic.TruthPair;
import quern.op.math.Add;
import quern.op.math.Maximum;
import quern.op.math.Minimum;
import quern.op.math.Mul;
import quern.op.math.Sub;
import quern.op.quantize.Cast;
import quern.op.quantize.Dequantize;
import quern.op.quantize.Quantize;
import quern.op.quantize.Requantize;
import quern.op.reduction.Mean;
import quern.op.reduction.ReduceAll;
import quern.op.reduction.ReduceAny;
import quern.op.reduction.ReduceMax;
import quern.op.reduction.ReduceMin;
import quern.op.reduction.ReduceProd;
import quern.op.reduction.Sum;
import quern.op.shape.Concat;
import quern.op.shape.Gather;
import quern.op.shape.MirrorPad;
import quern.op.shape.Pad;
import quern.op.shape.Slice;
import quern.op.shape.Tile;
import quern.tensor.Ints;

/**
 * How operators work on a tensor whose axes stand in another order. In all of them {@code order}
 * says where each axis of the tensor that the operator knows stands in the tensor that is there.
 */
final class AxisOrder {
    private static final Set<Class<? extends Op>> UNARY =
            Set.of(
                    Relu.class,
                    Relu6.class,
                    Logistic.class,
                    Tanh.class,
                    HardSwish.class,
                    LeakyRelu.class,
                    LogicalNot.class,
                    Cast.class,
                    Quantize.class,
                    Dequantize.class,
                    Requantize.class);

    private static final Set<Class<? extends Op>> BROADCASTING =
            Set.of(
                    Add.class,
                    Sub.class,
                    Mul.class,
                    Maximum.class,
                    Minimum.class,
                    PRelu.class,
                    Select.class);

    private static final Map<Class<? extends Op>, BiFunction<Ints, Boolean, Op>> REDUCTIONS =
            Map.of(
                    Mean.class, Mean::new,
                    Sum.class, Sum::new,
                    ReduceMax.class, ReduceMax::new,
                    ReduceMin.class, ReduceMin::new,
                    ReduceProd.class, ReduceProd::new,
                    ReduceAll.class, ReduceAll::new,
                    ReduceAny.class, ReduceAny::new);

    /**
     * An operator on the tensor that is there.
     *
     * @param op with its axes in the order of that tensor
     * @param order of the output that the node knows, in the one that is made
     */
    record Moved(Op op, Ints order) {}

    private AxisOrder() {}

    /** Whether all inputs are broadcast, element by element. */
    static boolean isElementwise(Op op) {
        return UNARY.contains(op.getClass())
                || BROADCASTING.contains(op.getClass())
                || op instanceof UnaryMath
                || op instanceof BinaryMath
                || op instanceof Comparison
                || op instanceof TruthPair
                || op instanceof BitPair;
    }

    /** The operator for a first input whose axes stand in this order, if it can do without. */
    static Optional<Moved> move(Node n, Ints order, int indicesRank) {
        Op op = n.op();
        if (op instanceof Concat c) {
            return Optional.of(new Moved(new Concat(order.at(c.axis())), order));
        } else if (op instanceof Slice s) {
            Op moved =
                    new Slice(
                            placed(s.starts(), order),
                            placed(s.steps(), order),
                            placed(s.sizes(), order));
            return Optional.of(new Moved(moved, order));
        } else if (op instanceof Pad p) {
            Op moved = new Pad(placed(p.before(), order), placed(p.after(), order), p.value());
            return Optional.of(new Moved(moved, order));
        } else if (op instanceof MirrorPad p) {
            Op moved =
                    new MirrorPad(
                            placed(p.before(), order), placed(p.after(), order), p.symmetric());
            return Optional.of(new Moved(moved, order));
        } else if (op instanceof Tile t) {
            return Optional.of(new Moved(new Tile(placed(t.repeats(), order)), order));
        } else if (op instanceof Softmax s) {
            return Optional.of(new Moved(new Softmax(order.at(s.axis()), s.beta()), order));
        } else if (op instanceof LogSoftmax s) {
            return Optional.of(new Moved(new LogSoftmax(order.at(s.axis())), order));
        } else if (op instanceof Gather g && g.batchDims() == 0 && indicesRank <= 1) {
            Ints left = indicesRank == 1 ? order : without(order, Ints.of(g.axis()));
            return Optional.of(new Moved(new Gather(order.at(g.axis()), 0), left));
        }
        return reduction(op, order);
    }

    private static Optional<Moved> reduction(Op op, Ints order) {
        BiFunction<Ints, Boolean, Op> make = REDUCTIONS.get(op.getClass());
        if (make == null) {
            return Optional.empty();
        }
        Ints axes;
        boolean keep;
        if (op instanceof Mean m) {
            axes = m.axes();
            keep = m.keepDims();
        } else if (op instanceof Sum s) {
            axes = s.axes();
            keep = s.keepDims();
        } else if (op instanceof ReduceMax m) {
            axes = m.axes();
            keep = m.keepDims();
        } else if (op instanceof ReduceMin m) {
            axes = m.axes();
            keep = m.keepDims();
        } else {
            return Optional.empty();
        }
        int[] moved = axes.stream().map(order::at).toArray();
        if (!ascending(moved)) {
            return Optional.empty();
        }
        Ints left = keep ? order : without(order, axes);
        return Optional.of(new Moved(make.apply(Ints.of(moved), keep), left));
    }

    /** The elements that are added one after another stay in their order. */
    private static boolean ascending(int[] axes) {
        return IntStream.range(1, axes.length).allMatch(i -> axes[i] > axes[i - 1]);
    }

    /** Numbers of the axes that a node knows, where these stand. */
    static Ints placed(Ints numbers, Ints order) {
        int[] all = new int[numbers.size()];
        for (int i = 0; i < all.length; i++) {
            all[order.at(i)] = numbers.at(i);
        }
        return Ints.of(all);
    }

    /** The order of the axes that are left. */
    static Ints without(Ints order, Ints axes) {
        List<Integer> left = new ArrayList<>();
        for (int i = 0; i < order.size(); i++) {
            int axis = i;
            if (axes.stream().noneMatch(a -> a == axis)) {
                left.add(order.at(i));
            }
        }
        int[] places = left.stream().mapToInt(i -> i).toArray();
        int[] sorted = places.clone();
        Arrays.sort(sorted);
        return Ints.of(Arrays.stream(places).map(p -> Arrays.binarySearch(sorted, p)).toArray());
    }

    /** The axes back in the order in which a node knows them. */
    static Ints inverse(Ints order) {
        int[] all = new int[order.size()];
        for (int i = 0; i < all.length; i++) {
            all[order.at(i)] = i;
        }
        return Ints.of(all);
    }

    /** First one order, then another. */
    static Ints compose(Ints first, Ints then) {
        return Ints.of(then.stream().map(first::at).toArray());
    }

    static boolean isIdentity(Ints order) {
        return IntStream.range(0, order.size()).allMatch(i -> order.at(i) == i);
    }
}
