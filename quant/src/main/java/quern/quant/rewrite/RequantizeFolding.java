package quern.quant.rewrite;

import java.util.List;
import java.util.Optional;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Patch;
import quern.graph.Value;
import quern.op.pooling.AveragePool2d;
import quern.op.quantize.Requantize;

/**
 * Lets an average pool make the codes that a Requantize after it would make of its own, where
 * nobody else reads these and the rounding mode lets it choose a scale: one rounding less, and ONNX
 * Runtime 1.23 refuses the pair.
 */
final class RequantizeFolding {
    private RequantizeFolding() {}

    static Graph apply(Graph graph) {
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
