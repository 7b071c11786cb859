package quern.quant.rewrite;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import quern.graph.Graph;
import quern.graph.Node;
import quern.quant.QuantOptions;
import quern.quant.Scheme;
import quern.quant.affine.AffineScheme;
import quern.quant.affine.WeightQuantizer;
import quern.quant.rule.QuantRule;
import quern.quant.rule.QuantRules;

/**
 * The first and the last layers of a graph, whose weights are few and whose errors are not averaged
 * by others: those with no layer before or none behind them.
 */
public final class EdgeLayers {
    private static final int FEW_BITS = 4;

    private EdgeLayers() {}

    /**
     * How the weights of each layer become codes: with the bits of the options, but with 8 in first
     * and last layers and with others in single layers where the options say so.
     */
    public static WeightQuantizer weights(Graph graph, QuantOptions options) {
        Map<String, AffineScheme> special = new HashMap<>();
        if (options.fineEdges() && options.weightBits() <= FEW_BITS) {
            names(graph).forEach(name -> special.put(name, options.weightScheme(8)));
        }
        options.layerBits().forEach((name, bits) -> special.put(name, options.weightScheme(bits)));
        return new WeightQuantizer(
                options.weightScheme(),
                options.perChannel() || options.weightBlock() > 0,
                special,
                options.scheme() == Scheme.WEIGHT_ONLY ? options.weightBlock() : 0);
    }

    /** Names of the nodes of first and last layers. */
    public static Set<String> names(Graph graph) {
        Set<String> reached = new HashSet<>();
        Set<String> edges = new HashSet<>();
        for (Node n : graph.nodes()) {
            boolean behind = n.inputs().stream().anyMatch(reached::contains);
            if (isLayer(graph, n) && !behind) {
                edges.add(n.name());
            }
            if (behind || isLayer(graph, n)) {
                n.outputs().forEach(v -> reached.add(v.name()));
            }
        }
        Set<String> read = new HashSet<>();
        for (int i = graph.nodes().size() - 1; i >= 0; i--) {
            Node n = graph.nodes().get(i);
            boolean before = n.outputs().stream().anyMatch(v -> read.contains(v.name()));
            if (isLayer(graph, n) && !before) {
                edges.add(n.name());
            }
            if (before || isLayer(graph, n)) {
                read.addAll(n.inputs());
            }
        }
        return edges;
    }

    private static boolean isLayer(Graph graph, Node n) {
        return QuantRules.of(n.op()) instanceof QuantRule.Weighted
                && graph.constant(n.inputs().get(1)).isPresent();
    }
}
