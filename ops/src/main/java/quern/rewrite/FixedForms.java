package quern.rewrite;

import java.util.List;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Patch;
import quern.op.Dynamic;
import quern.op.dynamic.ShapeOf;
import quern.op.shape.Pad;

/**
 * Makes the operator with attributes of a dynamic operator whose deciding inputs are constants, and
 * of a pad with a constant number; and a constant of the shape of a tensor whose dimensions are
 * numbers.
 */
public record FixedForms() implements Rule {
    @Override
    public String name() {
        return "fixed-forms";
    }

    @Override
    public Graph apply(Graph graph) {
        Patch patch = new Patch(graph);
        for (Node n : graph.nodes()) {
            if (n.op() instanceof Dynamic d) {
                Inference known = new Inference();
                n.inputs().stream()
                        .filter(i -> !i.isEmpty())
                        .forEach(
                                i -> {
                                    known.define(i, graph.type(i));
                                    graph.constant(i).ifPresent(t -> known.define(i, t));
                                });
                d.fixed(known.inputs(n.inputs()))
                        .ifPresent(
                                f -> {
                                    List<String> kept =
                                            f.inputs().stream().mapToObj(n.inputs()::get).toList();
                                    patch.replace(
                                            n, new Node(f.op(), kept, n.outputs(), n.rounding()));
                                });
            } else if (n.op() instanceof Pad p && n.has(1)) {
                Constants.number(graph, n.inputs().get(1))
                        .ifPresent(
                                v ->
                                        patch.replace(
                                                n,
                                                new Node(
                                                        new Pad(p.before(), p.after(), v),
                                                        n.inputs().subList(0, 1),
                                                        n.outputs(),
                                                        n.rounding())));
            } else if (n.op() instanceof ShapeOf
                    && graph.type(n.inputs().get(0)).shape().isStatic()) {
                patch.remove(n);
                patch.define(n.name(), ShapeOf.value(graph.type(n.inputs().get(0)).shape()));
            }
        }
        return patch.isEmpty() ? graph : patch.apply();
    }
}
