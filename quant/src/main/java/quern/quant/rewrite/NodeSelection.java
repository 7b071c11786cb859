package quern.quant.rewrite;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import quern.error.FormatException;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.OpSet;
import quern.op.TypeRules;
import quern.quant.rule.QuantRule;
import quern.quant.rule.QuantRules;

/** Which nodes of a float graph are quantized, and why the others are not. */
public final class NodeSelection {
    private final Graph graph;
    private final Map<String, String> kept = new LinkedHashMap<>();

    private NodeSelection(Graph graph) {
        this.graph = graph;
    }

    /**
     * Selects by the rules of the operators.
     *
     * @param keepFloat names of nodes that stay in float, each with the reason
     * @throws FormatException if a name is no node's, or no node can be quantized
     */
    public static NodeSelection of(Graph graph, Map<String, String> keepFloat) {
        for (String name : keepFloat.keySet()) {
            if (graph.producer(name).filter(n -> n.name().equals(name)).isEmpty()) {
                throw new FormatException(
                        "node " + name,
                        "it is to stay in float, but the simplified graph has no such node");
            }
        }
        NodeSelection selection = new NodeSelection(graph);
        for (Node n : graph.nodes()) {
            Optional<String> why =
                    Optional.ofNullable(keepFloat.get(n.name())).or(() -> selection.reason(n));
            why.ifPresent(text -> selection.kept.put(n.name(), text));
        }
        if (selection.kept.size() == graph.nodes().size()) {
            throw new FormatException("graph " + graph.name(), selection.nothing());
        }
        return selection;
    }

    /** Whether the node computes with codes. */
    public boolean isQuantized(Node node) {
        return !kept.containsKey(node.name());
    }

    /** Names of the nodes that stay in float, in the graph's order, each with the reason. */
    public Map<String, String> keptFloat() {
        return Collections.unmodifiableMap(kept);
    }

    private Optional<String> reason(Node n) {
        QuantRule rule = QuantRules.of(n.op());
        if (rule instanceof QuantRule.KeepFloat k) {
            return Optional.of(k.why());
        }
        for (String in : n.inputs()) {
            boolean index = rule instanceof QuantRule.SameRange && isIndex(in);
            if (!in.isEmpty() && !index && !TypeRules.isReal(graph.type(in))) {
                return Optional.of("it reads " + in + ", which is " + graph.type(in));
            }
        }
        for (Value out : n.outputs()) {
            if (!TypeRules.isReal(out.type())) {
                return Optional.of("it makes " + out.name() + ", which is " + out.type());
            }
        }
        if (rule instanceof QuantRule.Weighted && n.has(2)) {
            return graph.constant(n.inputs().get(2)).isPresent()
                    ? Optional.empty()
                    : Optional.of("its bias is not a constant");
        }
        return rule instanceof QuantRule.SameRange && followsFloat(n)
                ? Optional.of("what it moves is made in float")
                : Optional.empty();
    }

    /** Whether a value tells places, not what is there. */
    private boolean isIndex(String value) {
        return !value.isEmpty()
                && graph.type(value).dtype().isInteger()
                && !graph.type(value).isQuantized();
    }

    private boolean followsFloat(Node n) {
        List<String> activations =
                n.inputs().stream()
                        .filter(in -> graph.constant(in).isEmpty() && !isIndex(in))
                        .toList();
        return !activations.isEmpty()
                && activations.stream()
                        .allMatch(
                                in -> graph.producer(in).filter(p -> !isQuantized(p)).isPresent());
    }

    private String nothing() {
        if (kept.isEmpty()) {
            return "it has no nodes to quantize";
        }
        Node first = graph.nodes().get(0);
        return "none of its "
                + kept.size()
                + " nodes can be quantized; for example "
                + OpSet.standard().name(first.op())
                + " "
                + first.name()
                + " stays in float because "
                + kept.get(first.name());
    }
}
