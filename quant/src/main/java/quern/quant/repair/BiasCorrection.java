package quern.quant.repair;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.graph.Node;
import quern.graph.Patch;
import quern.op.Activated;
import quern.op.Activation;
import quern.op.Op;
import quern.quant.affine.Codes;
import quern.quant.affine.WeightQuantizer;
import quern.quant.rule.QuantRule;
import quern.quant.rule.QuantRules;
import quern.quant.trace.Trace;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Bias correction with data: rounding the weights of a layer shifts the mean of each output channel
 * by {@code E[(q(W) - W) x]}, which is subtracted from the bias. The expectation is over samples
 * and positions, so the layer is run once on the mean of its inputs, padding included (Nagel et
 * al., Data-Free Quantization Through Weight Equalization and Bias Correction, 2019, section 4.2).
 */
public final class BiasCorrection {
    private BiasCorrection() {}

    /**
     * The graph with corrected biases; a layer without bias gets one where it may have one.
     *
     * @param graph simplified, in float
     * @param quantized which nodes will compute with codes
     * @param weights how their weights will be rounded
     * @param rounded weights that are rounded already, by the name of their node
     * @param samples for the graph's inputs; what they have in common is corrected
     */
    public static Graph apply(
            Graph graph,
            Predicate<Node> quantized,
            WeightQuantizer weights,
            Map<String, Tensor> rounded,
            List<List<Tensor>> samples) {
        List<Node> layers =
                graph.nodes().stream()
                        .filter(n -> quantized.test(n) && isCorrectable(graph, n))
                        .toList();
        if (layers.isEmpty() || samples.isEmpty()) {
            return graph;
        }
        Map<String, Tensor> means = means(graph, layers, samples);
        Patch patch = new Patch(graph);
        for (Node n : layers) {
            int axis = ((QuantRule.Weighted) QuantRules.of(n.op())).channelAxis();
            Tensor w = graph.constant(n.inputs().get(1)).orElseThrow();
            Tensor codes = rounded.get(n.name());
            codes = codes == null ? weights.of(n.name()).quantizeWeights(w, axis) : codes;
            correct(graph, patch, n, Codes.dequantize(codes), means.get(n.inputs().get(0)));
        }
        return patch.apply();
    }

    private static boolean isCorrectable(Graph graph, Node n) {
        return QuantRules.of(n.op()) instanceof QuantRule.Weighted
                && graph.constant(n.inputs().get(0)).isEmpty()
                && graph.constant(n.inputs().get(1)).isPresent()
                && (!n.has(2) || graph.constant(n.inputs().get(2)).isPresent());
    }

    private static Map<String, Tensor> means(
            Graph graph, List<Node> layers, List<List<Tensor>> samples) {
        Map<String, double[]> sums = new LinkedHashMap<>();
        try (Trace trace = Trace.of(graph)) {
            for (List<Tensor> sample : samples) {
                trace.run(sample, "calibration sample");
                for (Node n : layers) {
                    Tensor x = trace.value(n.inputs().get(0));
                    sums.putIfAbsent(n.inputs().get(0), new double[x.elements()]);
                }
                sums.forEach(
                        (name, sum) -> {
                            Tensor x = trace.value(name);
                            for (int i = 0; i < sum.length; i++) {
                                sum[i] += x.real(i);
                            }
                        });
            }
        }
        Map<String, Tensor> means = new LinkedHashMap<>();
        sums.forEach(
                (name, sum) -> {
                    Tensor mean = Tensor.zeros(graph.type(name));
                    for (int i = 0; i < sum.length; i++) {
                        mean.setReal(i, (float) (sum[i] / samples.size()));
                    }
                    means.put(name, mean);
                });
        return means;
    }

    private static void correct(Graph graph, Patch patch, Node n, Tensor rounded, Tensor mean) {
        Tensor w = graph.constant(n.inputs().get(1)).orElseThrow();
        Tensor error = Tensor.zeros(w.type());
        for (int i = 0; i < w.elements(); i++) {
            error.setReal(i, w.real(i) - rounded.real(i));
        }
        double[] shift = channelMeans(run(n, mean, error));
        Optional<Tensor> bias = n.has(2) ? graph.constant(n.inputs().get(2)) : Optional.empty();
        Tensor corrected = Tensor.zeros(TensorType.f32(shift.length));
        for (int c = 0; c < shift.length; c++) {
            double b = bias.isPresent() ? bias.get().real(c) : 0;
            corrected.setReal(c, (float) (b + shift[c]));
        }
        List<String> inputs = new ArrayList<>(n.inputs().subList(0, 2));
        inputs.add(patch.constant(n.name() + "_bias", corrected));
        inputs.addAll(n.inputs().subList(Math.min(3, n.inputs().size()), n.inputs().size()));
        patch.replace(n, new Node(n.op(), inputs, n.outputs(), n.rounding()));
    }

    /** What a layer without bias and activation makes of an input. */
    private static Tensor run(Node n, Tensor x, Tensor weights) {
        Op op = n.op() instanceof Activated a ? a.with(Activation.NONE) : n.op();
        GraphBuilder b = new GraphBuilder("layer");
        b.input("x", x.type());
        b.constant("w", weights);
        Graph layer = b.output(b.add("y", op, "x", "w")).build();
        try (Trace trace = Trace.of(layer)) {
            trace.run(List.of(x), "the mean input of layer " + n.name());
            return trace.value("y").copy();
        }
    }

    /** Means over all but the last axis. */
    private static double[] channelMeans(Tensor y) {
        Shape shape = y.shape();
        double[] means = new double[shape.dim(shape.rank() - 1)];
        for (int i = 0; i < y.elements(); i++) {
            means[i % means.length] += y.real(i);
        }
        for (int c = 0; c < means.length; c++) {
            means[c] /= Math.max(1, y.elements() / means.length);
        }
        return means;
    }
}
