package quern.rewrite;

import java.util.List;
import java.util.Optional;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Patch;
import quern.op.activation.Logistic;
import quern.op.activation.Silu;
import quern.op.math.Mul;
import quern.tensor.DType;

/** Makes a Silu of a number times its logistic function, if only the product reads that. */
public record SiluRecognition() implements Rule {
    @Override
    public String name() {
        return "silu-recognition";
    }

    @Override
    public Graph apply(Graph graph) {
        Patch patch = new Patch(graph);
        for (Node n : graph.nodes()) {
            if (n.op() instanceof Logistic && n.output().type().dtype() == DType.F32) {
                recognize(graph, n, patch);
            }
        }
        return patch.isEmpty() ? graph : patch.apply();
    }

    private static void recognize(Graph graph, Node logistic, Patch patch) {
        String x = logistic.inputs().get(0);
        Optional<Node> product =
                graph.soleConsumer(logistic.name())
                        .filter(n -> Patterns.is(n, Mul.class))
                        .filter(
                                n ->
                                        Constants.other(n, logistic.name())
                                                .filter(x::equals)
                                                .isPresent());
        if (product.isPresent() && !patch.touches(product.get())) {
            Node n = product.get();
            patch.replace(n, new Node(new Silu(), List.of(x), n.outputs(), n.rounding()));
        }
    }
}
