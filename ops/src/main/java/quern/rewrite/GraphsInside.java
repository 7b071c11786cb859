package quern.rewrite;

import java.util.ArrayList;
import java.util.List;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Patch;

/** Simplifies the graphs inside of operators, such as the body of a loop. */
public record GraphsInside() implements Rule {
    @Override
    public String name() {
        return "graphs-inside";
    }

    @Override
    public Graph apply(Graph graph) {
        Patch patch = new Patch(graph);
        for (Node n : graph.nodes()) {
            boolean changed = false;
            List<Graph> simplified = new ArrayList<>();
            for (Graph g : n.op().subgraphs()) {
                Graph simple = Simplify.simplify(g);
                changed |= simple != g;
                simplified.add(simple);
            }
            if (changed) {
                patch.replace(
                        n,
                        new Node(
                                n.op().withSubgraphs(simplified),
                                n.inputs(),
                                n.outputs(),
                                n.rounding()));
            }
        }
        return patch.isEmpty() ? graph : patch.apply();
    }
}
