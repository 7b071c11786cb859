package quern.rewrite;

import java.util.List;
import java.util.Optional;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Patch;
import quern.graph.Value;

/** Takes a node out of a graph whose output always equals another value. */
final class Bypass {
    private final Graph graph;
    private final Patch patch;

    Bypass(Graph graph) {
        this.graph = graph;
        this.patch = new Patch(graph);
    }

    /**
     * Lets {@code source} take the place of the node's only output, if both have the same type. An
     * output of the graph keeps its name: then the node that makes {@code source} makes it under
     * that name. Where that is impossible, the node stays.
     */
    void bypass(Node node, String source) {
        Value old = node.output();
        if (patch.touches(node) || !graph.type(source).equals(old.type())) {
            return;
        }
        if (!graph.outputs().contains(old.name())) {
            patch.remove(node).redirect(old.name(), source);
            return;
        }
        Optional<Node> maker = graph.producer(source);
        if (maker.isPresent() && !patch.touches(maker.get()) && !graph.outputs().contains(source)) {
            patch.remove(node).redirect(source, old.name());
            patch.replace(maker.get(), renamed(maker.get(), source, old));
        }
    }

    private static Node renamed(Node maker, String from, Value to) {
        List<Value> outputs =
                maker.outputs().stream().map(v -> v.name().equals(from) ? to : v).toList();
        return new Node(maker.op(), maker.inputs(), outputs, maker.rounding());
    }

    /** The graph without the bypassed nodes. */
    Graph result() {
        return patch.isEmpty() ? graph : patch.apply();
    }
}
