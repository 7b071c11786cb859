package quern.rewrite;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiPredicate;
import quern.graph.Graph;
import quern.graph.Node;
import quern.op.Op;
import quern.op.quantize.Requantize;
import quern.op.shape.BroadcastTo;
import quern.op.shape.Concat;
import quern.op.shape.Pad;
import quern.op.shape.Reshape;
import quern.op.shape.Slice;
import quern.op.shape.Tile;
import quern.op.shape.Transpose;
import quern.tensor.Ints;
import quern.tensor.TensorType;

/**
 * Removes nodes that give back what they get, to the bit: a reshape to the same shape, a transpose
 * that leaves every axis, a pad of nothing, a concat of one tensor, a slice of everything, one
 * repetition, a requantize between equal types.
 */
public record IdentityRemoval() implements Rule {
    private static final Map<Class<? extends Op>, BiPredicate<Node, TensorType>> ROWS =
            new LinkedHashMap<>();

    static {
        row(Reshape.class, (op, n, x) -> true);
        row(Transpose.class, (op, n, x) -> isAscending(op.permutation()));
        row(Pad.class, (op, n, x) -> op.before().all(0) && op.after().all(0));
        row(Concat.class, (op, n, x) -> n.inputs().size() == 1 && x.equals(n.output().type()));
        row(Slice.class, (op, n, x) -> op.starts().all(0) && op.steps().all(1) && same(n, x));
        row(Tile.class, (op, n, x) -> op.repeats().all(1));
        row(BroadcastTo.class, (op, n, x) -> same(n, x));
        row(Requantize.class, (op, n, x) -> ExactCodes.surviveUnclamped(x));
    }

    @FunctionalInterface
    private interface Test<O extends Op> {
        boolean isIdentity(O op, Node node, TensorType input);
    }

    private static <O extends Op> void row(Class<O> type, Test<O> test) {
        ROWS.put(type, (n, x) -> test.isIdentity(type.cast(n.op()), n, x));
    }

    private static boolean same(Node n, TensorType x) {
        return n.output().type().equals(x);
    }

    private static boolean isAscending(Ints permutation) {
        for (int i = 0; i < permutation.size(); i++) {
            if (permutation.at(i) != i) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String name() {
        return "identity-removal";
    }

    @Override
    public Graph apply(Graph graph) {
        Bypass bypass = new Bypass(graph);
        for (Node n : graph.nodes()) {
            BiPredicate<Node, TensorType> test = ROWS.get(n.op().getClass());
            if (test != null && test.test(n, graph.type(n.inputs().get(0)))) {
                bypass.bypass(n, n.inputs().get(0));
            }
        }
        return bypass.result();
    }
}
