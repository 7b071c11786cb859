package quern.graph;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import quern.error.FormatException;
import quern.op.OpInputs;
import quern.tensor.DType;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * What a graph of static shapes costs to store and to run once. Sums that do not fit stay at {@link
 * Long#MAX_VALUE}. Graphs inside of operators count with their constants only: how often they run
 * is not known.
 *
 * @param macs multiply-accumulate steps, of nodes whose shapes are static, of convolutions and
 *     fully connected layers, taps in the padding included, by the precision of their input: {@code
 *     float32}, {@code int8}
 * @param parameters elements of all constants
 * @param weightBytes bytes of all constants as stored, without scales and zero points
 * @param bytesMoved bytes of the inputs and outputs of all nodes together
 */
public record GraphCost(
        SortedMap<String, Long> macs, long parameters, long weightBytes, long bytesMoved) {
    public GraphCost {
        macs = Collections.unmodifiableSortedMap(new TreeMap<>(macs));
    }

    /**
     * The cost of a graph.
     *
     * @throws quern.error.ShapeException if a shape is symbolic
     */
    public static GraphCost of(Graph graph) {
        SortedMap<String, Long> macs = new TreeMap<>();
        long moved = 0;
        for (Node n : graph.nodes()) {
            if (!isStatic(graph, n)) {
                continue;
            }
            long count = macs(graph, n);
            if (count > 0) {
                String precision = precision(graph.type(n.inputs().get(0)).dtype());
                macs.merge(precision, count, GraphCost::sum);
            }
            moved = sum(moved, bytesMoved(graph, n));
        }
        return new GraphCost(macs, parameters(graph), weightBytes(graph), moved);
    }

    /** Multiply-accumulate steps of one node of the graph. */
    public static long macs(Graph graph, Node node) {
        return macs(node, inputs(graph, node));
    }

    /** Multiply-accumulate steps of one node of a graph that is being built. */
    public static long macs(GraphBuilder graph, Node node) {
        return macs(node, graph.inputs(node.inputs()));
    }

    private static long macs(Node node, OpInputs in) {
        List<TensorType> out = node.outputs().stream().map(Value::type).toList();
        try {
            return node.op().macs(in, out);
        } catch (FormatException e) {
            throw e.within(node.name());
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE;
        }
    }

    private static boolean isStatic(Graph graph, Node n) {
        return n.outputs().stream().allMatch(v -> v.type().shape().isStatic())
                && n.inputs().stream()
                        .allMatch(i -> i.isEmpty() || graph.type(i).shape().isStatic());
    }

    private static OpInputs inputs(Graph graph, Node node) {
        Map<String, TensorType> types = new TreeMap<>();
        node.inputs().stream().filter(i -> !i.isEmpty()).forEach(i -> types.put(i, graph.type(i)));
        return GraphCheck.inputs(node.inputs(), types, graph.constants());
    }

    private static String precision(DType dtype) {
        return dtype.isInteger() ? "int" + dtype.bits() : dtype.numpyName();
    }

    private static long bytesMoved(Graph graph, Node n) {
        long moved = 0;
        for (String i : n.inputs()) {
            moved = i.isEmpty() ? moved : sum(moved, bytes(graph.type(i)));
        }
        for (Value v : n.outputs()) {
            moved = sum(moved, bytes(v.type()));
        }
        return moved;
    }

    private static long bytes(TensorType type) {
        return type.dtype().byteSize(type.shape().elements());
    }

    private static long parameters(Graph graph) {
        long total = 0;
        for (Tensor t : graph.constants().values()) {
            total = sum(total, t.elements());
        }
        for (Node n : graph.nodes()) {
            for (Graph g : n.op().subgraphs()) {
                total = sum(total, parameters(g));
            }
        }
        return total;
    }

    private static long weightBytes(Graph graph) {
        long total = 0;
        for (Tensor t : graph.constants().values()) {
            total = sum(total, bytes(t.type()));
        }
        for (Node n : graph.nodes()) {
            for (Graph g : n.op().subgraphs()) {
                total = sum(total, weightBytes(g));
            }
        }
        return total;
    }

    private static long sum(long a, long b) {
        return b > Long.MAX_VALUE - a ? Long.MAX_VALUE : a + b;
    }
}
