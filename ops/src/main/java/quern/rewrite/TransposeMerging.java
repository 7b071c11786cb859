package quern.rewrite;

import java.util.Optional;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Patch;
import quern.op.shape.Transpose;
import quern.tensor.Ints;

/** Makes one transpose of two in a row; a pair of inverses becomes one that moves nothing. */
public record TransposeMerging() implements Rule {
    @Override
    public String name() {
        return "transpose-merging";
    }

    @Override
    public Graph apply(Graph graph) {
        Patch patch = new Patch(graph);
        for (Node first : graph.nodes()) {
            Optional<Node> second = graph.soleConsumer(first.name());
            if (first.op() instanceof Transpose p
                    && !patch.touches(first)
                    && second.isPresent()
                    && second.get().op() instanceof Transpose q) {
                Node n = second.get();
                patch.remove(first);
                Transpose both = new Transpose(compose(p.permutation(), q.permutation()));
                patch.replace(n, new Node(both, first.inputs(), n.outputs(), n.rounding()));
            }
        }
        return patch.isEmpty() ? graph : patch.apply();
    }

    private static Ints compose(Ints first, Ints second) {
        return Ints.of(second.stream().map(first::at).toArray());
    }
}
