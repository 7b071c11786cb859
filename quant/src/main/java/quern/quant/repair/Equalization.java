package quern.quant.repair;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import quern.graph.Graph;
import quern.graph.Node;
import quern.quant.repair.LayerPairs.Pair;
import quern.quant.trace.Trace;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Cross-layer equalization: moves a positive factor of each channel from a layer to the one behind
 * it, so that both use the range of a scale that is common to all channels. With {@code r1} the
 * largest magnitude of the weights that make a channel and {@code r2} of those that read it, the
 * first are divided by {@code s = sqrt(r1 / r2)} and the second multiplied; sweeps over all pairs
 * go on until nothing moves (Nagel et al., Data-Free Quantization Through Weight Equalization and
 * Bias Correction, 2019, section 4.1).
 *
 * <p>Layers are paired through {@code relu}, {@code leaky_relu}, {@code prelu}, pooling and
 * reshapes that keep channels; depthwise convolutions pair on both sides. The function of the graph
 * stays the same but for the last bits. A {@code relu6} between them becomes {@code relu} where no
 * sample reaches 6, and else a {@code relu} and the smaller of its result and {@code 6 / s} (the
 * paper has {@code relu} everywhere, which costs networks that do reach 6 much). Limits of channels
 * that do not reach theirs are no larger than the largest value of the others, so that they take up
 * no codes.
 */
public final class Equalization {
    private static final int MOST_SWEEPS = 100;
    private static final double SETTLED = 1e-3;
    private static final double CLAMP = 6;

    private final Graph graph;
    private final LayerPairs layers;
    private final Map<Pair, double[]> factors = new LinkedHashMap<>();

    private Equalization(Graph graph) {
        this.graph = graph;
        this.layers = new LayerPairs(graph);
    }

    /**
     * An equalized copy of a simplified float graph of static shapes.
     *
     * @param samples for the graph's inputs, of which clamped channels are learned
     */
    public static Graph apply(Graph graph, List<List<Tensor>> samples) {
        Equalization e = new Equalization(graph);
        return e.layers.pairs().isEmpty() ? graph : e.run(samples);
    }

    private Graph run(List<List<Tensor>> samples) {
        double moved = Double.POSITIVE_INFINITY;
        for (int i = 0; i < MOST_SWEEPS && moved > SETTLED; i++) {
            moved = 0;
            for (Pair p : layers.pairs()) {
                moved = Math.max(moved, equalize(p));
            }
        }
        return layers.write(layers.pairs(), limits(samples));
    }

    /** Returns the largest factor, as its distance from 1. */
    private double equalize(Pair p) {
        LayerWeights first = p.first();
        LayerWeights second = p.second();
        double[] made = first.outputRanges();
        double[] read = second.inputRanges();
        double[] step = new double[made.length];
        double[] all = factors.computeIfAbsent(p, k -> ones(made.length));
        double moved = 0;
        for (int c = 0; c < step.length; c++) {
            double s = Math.sqrt(made[c] / read[c]);
            boolean usable = made[c] > 0 && read[c] > 0 && s > 0 && s < Double.POSITIVE_INFINITY;
            step[c] = usable ? s : 1;
            all[c] *= step[c];
            moved = Math.max(moved, Math.abs(step[c] - 1));
            first.bias()[c] /= step[c];
        }
        for (int k = 0; k < first.weights().length; k++) {
            first.weights()[k] /= step[first.output(k)];
        }
        for (int k = 0; k < second.weights().length; k++) {
            second.weights()[k] *= step[second.input(k)];
        }
        return moved;
    }

    private static double[] ones(int count) {
        double[] all = new double[count];
        Arrays.fill(all, 1);
        return all;
    }

    /** What the clamps at 6 become, by the name of their node. */
    private Map<String, Optional<Tensor>> limits(List<List<Tensor>> samples) {
        Map<String, double[]> largest = new LinkedHashMap<>();
        Map<String, Optional<Tensor>> limits = new LinkedHashMap<>();
        for (Pair p : layers.pairs()) {
            for (Node n : p.clamps()) {
                largest.put(n.name(), new double[p.first().outputs()]);
            }
        }
        if (largest.isEmpty()) {
            return limits;
        }
        observe(largest, samples);
        factors.forEach(
                (p, f) ->
                        p.clamps()
                                .forEach(
                                        n ->
                                                limits.put(
                                                        n.name(),
                                                        limits(largest.get(n.name()), f))));
        return limits;
    }

    private void observe(Map<String, double[]> largest, List<List<Tensor>> samples) {
        try (Trace trace = Trace.of(graph)) {
            for (List<Tensor> sample : samples) {
                trace.run(sample, "calibration sample");
                largest.forEach(
                        (name, most) -> {
                            Tensor t = trace.value(name);
                            for (int i = 0; i < t.elements(); i++) {
                                int c = i % most.length;
                                most[c] = Math.max(most[c], t.real(i));
                            }
                        });
            }
        }
    }

    private static Optional<Tensor> limits(double[] largest, double[] factors) {
        double most = 0;
        boolean reached = false;
        for (int c = 0; c < factors.length; c++) {
            most = Math.max(most, largest[c] / factors[c]);
            reached |= largest[c] >= CLAMP;
        }
        Tensor limits = Tensor.zeros(TensorType.f32(factors.length));
        for (int c = 0; c < factors.length; c++) {
            limits.setReal(c, (float) Math.min(CLAMP / factors[c], most));
        }
        return reached ? Optional.of(limits) : Optional.empty();
    }
}
