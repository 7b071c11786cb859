package quern.rewrite;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import quern.graph.Graph;
import quern.graph.GraphCost;
import quern.graph.Node;
import quern.graph.Patch;
import quern.graph.Value;
import quern.reference.ReferenceInterpreter;
import quern.reference.ReferenceKernels;
import quern.tensor.Tensor;

/**
 * Computes nodes whose inputs are all constants with the reference kernels; the results become
 * constants of the same names, to the bit what the nodes would have made.
 *
 * <p>A node is left alone if its result has more elements than its inputs together and than {@link
 * #MAX_GROWN}, or if it takes more than {@link #MAX_MACS} multiply-accumulate steps.
 */
public record ConstantFolding() implements Rule {
    /** Most elements of a result that is larger than what it is made from. */
    public static final int MAX_GROWN = 1 << 16;

    /** Most multiply-accumulate steps of a node. */
    public static final long MAX_MACS = 1L << 27;

    @Override
    public String name() {
        return "constant-folding";
    }

    @Override
    public Graph apply(Graph graph) {
        Map<String, Tensor> known = new HashMap<>(graph.constants());
        Patch patch = new Patch(graph);
        for (Node n : graph.nodes()) {
            if (isConstant(n, known) && isSmall(graph, n)) {
                List<Tensor> results = ReferenceInterpreter.run(n, known::get);
                patch.remove(n);
                for (int i = 0; i < results.size(); i++) {
                    String name = n.outputs().get(i).name();
                    known.put(name, results.get(i));
                    patch.define(name, results.get(i));
                }
            }
        }
        return patch.isEmpty() ? graph : patch.apply();
    }

    private static boolean isConstant(Node n, Map<String, Tensor> known) {
        return ReferenceKernels.has(n.op().getClass())
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
        return made <= Math.max(read, MAX_GROWN) && GraphCost.macs(graph, n) <= MAX_MACS;
    }
}
