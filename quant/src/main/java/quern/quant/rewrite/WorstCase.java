package quern.quant.rewrite;

import java.util.Optional;
import quern.graph.Graph;
import quern.graph.Node;
import quern.quant.affine.Channels;
import quern.quant.affine.Range;
import quern.quant.calibration.Ranges;
import quern.quant.rule.QuantRule;
import quern.quant.rule.QuantRules;
import quern.tensor.Tensor;

/**
 * What a weighted node could make at most. An observed range far below it (sums that cancel, a
 * channel that is always clamped) would need output steps so fine that the accumulator leaves int32
 * on its way to the output code; such a range is widened to {@code 2^-16} of the worst case.
 */
final class WorstCase {
    private static final double FINEST = 1.0 / (1 << 16);

    private WorstCase() {}

    /** The range, widened if the value's producer asks for it. */
    static Range widen(Range range, String value, Graph graph, Ranges ranges) {
        Optional<Node> producer =
                graph.producer(value)
                        .filter(n -> QuantRules.of(n.op()) instanceof QuantRule.Weighted);
        if (producer.isEmpty()) {
            return range;
        }
        double least = magnitude(producer.get(), graph, ranges) * FINEST;
        return range.magnitude() >= least ? range : range.union(new Range(0, least));
    }

    private static double magnitude(Node n, Graph graph, Ranges ranges) {
        Optional<Tensor> weights = graph.constant(n.inputs().get(1));
        Optional<Tensor> x = graph.constant(n.inputs().get(0));
        if (weights.isEmpty() || x.isPresent()) {
            return 0;
        }
        Tensor w = weights.get();
        int axis = ((QuantRule.Weighted) QuantRules.of(n.op())).channelAxis();
        Channels channels = Channels.along(w.shape(), axis);
        double[] sums = new double[channels.count()];
        for (int i = 0; i < w.elements(); i++) {
            sums[channels.of(i)] += Math.abs(w.real(i));
        }
        double most = ranges.of(n.inputs().get(0)).magnitude();
        Optional<Tensor> bias = n.has(2) ? graph.constant(n.inputs().get(2)) : Optional.empty();
        double largest = 0;
        for (int c = 0; c < sums.length; c++) {
            double b = bias.isPresent() ? Math.abs(bias.get().real(c)) : 0;
            largest = Math.max(largest, b + most * sums[c]);
        }
        return largest;
    }
}
