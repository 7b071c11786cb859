package quern.rewrite;

import java.util.Optional;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Patch;
import quern.op.shape.Reshape;

/** Makes one reshape of two in a row. */
public record ReshapeMerging() implements Rule {
    @Override
    public String name() {
        return "reshape-merging";
    }

    @Override
    public Graph apply(Graph graph) {
        Patch patch = new Patch(graph);
        for (Node first : graph.nodes()) {
            Optional<Node> second = graph.soleConsumer(first.name());
            if (first.op() instanceof Reshape
                    && !patch.touches(first)
                    && second.isPresent()
                    && second.get().op() instanceof Reshape) {
                Node n = second.get();
                patch.remove(first);
                patch.replace(n, new Node(n.op(), first.inputs(), n.outputs(), n.rounding()));
            }
        }
        return patch.isEmpty() ? graph : patch.apply();
    }
}
