package quern.cases;

import java.util.List;
import quern.graph.Graph;
import quern.graph.GraphText;
import quern.graph.Node;
import quern.tensor.DType;
import quern.tensor.Tensor;

/**
 * A graph with one node, and inputs on which it must run.
 *
 * @param name says which case it is; random cases name their size and seed
 * @param graph one node, whose outputs are those of the graph
 * @param inputs in the graph's order, of exactly its input types
 */
public record OpCase(String name, Graph graph, List<Tensor> inputs) {
    public OpCase {
        inputs = List.copyOf(inputs);
        if (graph.nodes().size() != 1 || graph.inputs().size() != inputs.size()) {
            throw new IllegalArgumentException("case " + name + " is not one node with its inputs");
        }
    }

    /** The node under test. */
    public Node node() {
        return graph.nodes().get(0);
    }

    /** Whether the node reads or makes codes. */
    public boolean isQuantized() {
        return node().output().type().isQuantized()
                || node().inputs().stream()
                        .anyMatch(i -> !i.isEmpty() && graph.type(i).isQuantized());
    }

    /** Whether every float among inputs and constants is finite. */
    public boolean isFinite() {
        return inputs.stream().allMatch(OpCase::finite)
                && graph.constants().values().stream().allMatch(OpCase::finite);
    }

    private static boolean finite(Tensor t) {
        if (t.dtype() != DType.F32) {
            return true;
        }
        for (int i = 0; i < t.elements(); i++) {
            if (!Float.isFinite(t.real(i))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return "case " + name + "\n" + GraphText.of(graph).text();
    }
}
