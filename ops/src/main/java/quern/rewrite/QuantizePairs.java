package quern.rewrite;

import java.util.Optional;
import quern.graph.Graph;
import quern.graph.Node;
import quern.op.quantize.Dequantize;
import quern.op.quantize.Quantize;

/** Removes a quantize that restores, to the bit, the codes its input was dequantized from. */
public record QuantizePairs() implements Rule {
    @Override
    public String name() {
        return "quantize-pairs";
    }

    @Override
    public Graph apply(Graph graph) {
        Bypass bypass = new Bypass(graph);
        for (Node n : graph.nodes()) {
            Optional<Node> maker =
                    n.op() instanceof Quantize
                            ? graph.producer(n.inputs().get(0))
                            : Optional.empty();
            if (maker.isPresent() && maker.get().op() instanceof Dequantize) {
                String codes = maker.get().inputs().get(0);
                if (ExactCodes.surviveUnclamped(graph.type(codes))) {
                    bypass.bypass(n, codes);
                }
            }
        }
        return bypass.result();
    }
}
