package quern.quant.rewrite;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Patch;
import quern.graph.Value;
import quern.op.pooling.AveragePool2d;
import quern.op.quantize.Requantize;
import quern.op.shape.Concat;
import quern.rewrite.DeadCode;

/**
 * Takes out each Requantize whose work a neighbour does by itself in its rounding mode: a Concat
 * takes codes of any scales, an average pool makes codes of any scale that nobody else reads. ONNX
 * Runtime 1.23 would take out two roundings in a row by itself, with a scale of its own, or refuse
 * them behind a pool.
 */
final class RequantizeFolding {
    private RequantizeFolding() {}

    static Graph apply(Graph graph) {
        return intoPools(intoConcats(graph));
    }

    private static Graph intoConcats(Graph graph) {
        Patch patch = new Patch(graph);
        for (Node n : graph.nodes()) {
            if (n.op() instanceof Concat && Concat.quantizesReals(n.rounding())) {
                List<String> inputs = new ArrayList<>();
                for (String input : n.inputs()) {
                    inputs.add(
                            requantize(graph, input)
                                    .filter(r -> r.rounding() == n.rounding())
                                    .map(r -> r.inputs().get(0))
                                    .orElse(input));
                }
                if (!inputs.equals(n.inputs())) {
                    patch.replace(n, new Node(n.op(), inputs, n.outputs(), n.rounding()));
                }
            }
        }
        return patch.isEmpty() ? graph : new DeadCode().apply(patch.apply());
    }

    private static Optional<Node> requantize(Graph graph, String value) {
        return graph.producer(value).filter(m -> m.op() instanceof Requantize);
    }

    private static Graph intoPools(Graph graph) {
        Patch patch = new Patch(graph);
        for (Node n : graph.nodes()) {
            Optional<Node> maker =
                    n.op() instanceof Requantize
                            ? graph.producer(n.inputs().get(0))
                                    .filter(m -> m.op() instanceof AveragePool2d)
                                    .filter(m -> graph.soleConsumer(m.name()).isPresent())
                                    .filter(m -> m.rounding() == n.rounding())
                                    .filter(m -> AveragePool2d.roundsReals(m.rounding()))
                            : Optional.empty();
            if (maker.isPresent() && !patch.touches(maker.get())) {
                Node m = maker.get();
                Value made = new Value(m.name(), n.output().type());
                patch.replace(m, new Node(m.op(), m.inputs(), List.of(made), m.rounding()));
                patch.remove(n).redirect(n.name(), m.name());
            }
        }
        return patch.isEmpty() ? graph : patch.apply();
    }
}
