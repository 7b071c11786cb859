package quern.rewrite;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import quern.graph.Graph;
import quern.graph.GraphCost;
import quern.graph.Node;
import quern.graph.Patch;
import quern.graph.Value;
import quern.op.Op;
import quern.op.pooling.AveragePool2d;
import quern.op.pooling.MaxPool2d;
import quern.reference.ReferenceInterpreter;
import quern.reference.ReferenceKernels;
import quern.tensor.Ints;
import quern.tensor.Tensor;

/**
 * Computes nodes whose inputs are all constants with the reference kernels; the results become
 * constants of the same names, to the bit what the nodes would have made.
 *
 * <p>A node is left alone if it has graphs inside, if its result has more elements than its inputs
 * together and than {@link #MAX_GROWN}, or if it takes more than {@link #MAX_STEPS}
 * multiply-accumulate steps or taps of a pooling window. One application stops when its results
 * take {@link #MAX_RATIO} times the bytes of the graph's constants, and {@link #MIN_ROOM} bytes at
 * least, and leaves the rest to the next, which no longer holds what only other constants were made
 * from.
 */
public record ConstantFolding() implements Rule {
    /** Most elements of a result that is larger than what it is made from. */
    public static final int MAX_GROWN = 1 << 16;

    /** Most multiply-accumulate steps or taps of a node. */
    public static final long MAX_STEPS = 1L << 27;

    /** Bytes made in one application for each byte of a constant. */
    public static final int MAX_RATIO = 8;

    /** Bytes that one application may make of any graph. */
    public static final long MIN_ROOM = 1 << 20;

    @Override
    public String name() {
        return "constant-folding";
    }

    @Override
    public Graph apply(Graph graph) {
        Map<String, Tensor> known = new HashMap<>(graph.constants());
        long stored = graph.constants().values().stream().mapToLong(ConstantFolding::bytes).sum();
        long room = Math.max(MIN_ROOM, MAX_RATIO * stored);
        Patch patch = new Patch(graph);
        for (Node n : graph.nodes()) {
            if (room > 0 && isConstant(n, known) && isSmall(graph, n)) {
                List<Tensor> results = ReferenceInterpreter.run(n, known::get);
                patch.remove(n);
                for (int i = 0; i < results.size(); i++) {
                    String name = n.outputs().get(i).name();
                    known.put(name, results.get(i));
                    patch.define(name, results.get(i));
                    room -= bytes(results.get(i));
                }
            }
        }
        return patch.isEmpty() ? graph : patch.apply();
    }

    private static boolean isConstant(Node n, Map<String, Tensor> known) {
        return ReferenceKernels.has(n.op().getClass())
                && n.op().subgraphs().isEmpty()
                && n.inputs().stream().allMatch(i -> i.isEmpty() || known.containsKey(i))
                && n.outputs().stream().allMatch(v -> v.type().shape().isStatic());
    }

    private static boolean isSmall(Graph graph, Node n) {
        long read = 0;
        for (String i : n.inputs()) {
            read += i.isEmpty() ? 0 : graph.type(i).shape().elements();
        }
        long made = 0;
        for (Value v : n.outputs()) {
            made += v.type().shape().elements();
        }
        long steps = Math.max(GraphCost.macs(graph, n), made * window(n.op()));
        return made <= Math.max(read, MAX_GROWN) && steps <= MAX_STEPS;
    }

    private static long window(Op op) {
        Ints kernel =
                op instanceof AveragePool2d p
                        ? p.kernel()
                        : op instanceof MaxPool2d p ? p.kernel() : Ints.of(1, 1);
        return Math.min((long) kernel.at(0) * kernel.at(1), MAX_STEPS + 1);
    }

    private static long bytes(Tensor t) {
        return t.dtype().byteSize(t.elements());
    }
}
