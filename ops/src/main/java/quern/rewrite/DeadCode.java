package quern.rewrite;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Patch;
import quern.graph.Value;

/** Removes nodes and constants on which neither an output nor a state depends. */
public record DeadCode() implements Rule {
    @Override
    public String name() {
        return "dead-code";
    }

    @Override
    public Graph apply(Graph graph) {
        Set<String> live = new HashSet<>(graph.outputs());
        graph.states().forEach(s -> live.addAll(List.of(s.initial(), s.next())));
        Patch patch = new Patch(graph);
        List<Node> nodes = graph.nodes();
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Node n = nodes.get(i);
            if (n.outputs().stream().map(Value::name).anyMatch(live::contains)) {
                live.addAll(n.inputs());
            } else {
                patch.remove(n);
            }
        }
        boolean clean = patch.isEmpty() && live.containsAll(graph.constants().keySet());
        return clean ? graph : patch.apply();
    }
}
