package quern.quant.sensitivity;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import quern.graph.Graph;
import quern.graph.Node;
import quern.op.activation.Softmax;
import quern.op.nn.BatchMatmul;
import quern.op.reduction.LayerNormalization;
import quern.op.shape.Concat;
import quern.quant.calibration.Ranges;
import quern.quant.rule.QuantRule;
import quern.quant.rule.QuantRules;

/**
 * Nodes that are known to suffer from codes of 8 bits, found before anything is quantized.
 *
 * <ul>
 *   <li>A Concat of values of different ranges (boxes and scores, as in the heads of detectors)
 *       that only moves on to the outputs of the graph: one scale for all would leave the smaller
 *       ones few codes. It stays in float, where it costs nothing but copying.
 *   <li>In a transformer (a graph with layer normalizations and a softmax) all but its matrix
 *       products: what lies between them has a few very large elements.
 * </ul>
 */
public final class Guards {
    /** Ranges whose magnitudes differ by more than this share no scale. */
    static final double MIXED = 2;

    private Guards() {}

    /** Names of nodes of a simplified float graph that are to stay in float, with the reason. */
    public static Map<String, String> find(Graph graph, Ranges ranges) {
        Map<String, String> found = new LinkedHashMap<>();
        if (isTransformer(graph)) {
            for (Node n : graph.nodes()) {
                boolean product =
                        QuantRules.of(n.op()) instanceof QuantRule.Weighted
                                || n.op() instanceof BatchMatmul;
                if (!product) {
                    found.put(n.name(), "in a transformer only matrix products are quantized");
                }
            }
            return found;
        }
        for (Node n : graph.nodes()) {
            if (n.op() instanceof Concat && isMixed(graph, n, ranges)) {
                Set<String> moves = movesToOutputs(graph, n);
                for (String m : moves) {
                    found.putIfAbsent(
                            m,
                            m.equals(n.name())
                                    ? "it joins values of different ranges into an output"
                                    : "it moves joined values of different ranges to an output");
                }
            }
        }
        return found;
    }

    /** Whether a graph has layer normalizations and a softmax. */
    public static boolean isTransformer(Graph graph) {
        boolean norm = graph.nodes().stream().anyMatch(n -> n.op() instanceof LayerNormalization);
        return norm && graph.nodes().stream().anyMatch(n -> n.op() instanceof Softmax);
    }

    /** Whether a join has inputs whose ranges differ more than {@link #MIXED} fold. */
    public static boolean isMixed(Graph graph, Node concat, Ranges ranges) {
        double least = Double.POSITIVE_INFINITY;
        double most = 0;
        for (String in : concat.inputs()) {
            if (graph.constant(in).isEmpty() && ranges.byValue().containsKey(in)) {
                double magnitude = ranges.of(in).magnitude();
                least = magnitude == 0 ? least : Math.min(least, magnitude);
                most = Math.max(most, magnitude);
            }
        }
        return most > MIXED * least;
    }

    /** The node and all behind it, if they only move elements to outputs; else none. */
    private static Set<String> movesToOutputs(Graph graph, Node from) {
        Set<String> moves = new HashSet<>();
        Deque<Node> open = new ArrayDeque<>(List.of(from));
        while (!open.isEmpty()) {
            Node n = open.remove();
            if (!(QuantRules.of(n.op()) instanceof QuantRule.SameRange s) || s.saturating()) {
                return Set.of();
            }
            if (moves.add(n.name())) {
                open.addAll(graph.consumers(n.name()));
            }
        }
        return moves;
    }
}
