package quern.quant.sensitivity;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.TypeRules;
import quern.quant.affine.AffineScheme;
import quern.quant.affine.Range;
import quern.quant.calibration.Calibration;
import quern.quant.rule.QuantRule;
import quern.quant.rule.QuantRules;
import quern.tensor.Quant;
import quern.tensor.Tensor;

/**
 * The few values whose rounding makes most of the error of the outputs. Each of the values that
 * lose most by themselves is rounded alone, with all else in float.
 */
public final class DominantValues {
    private static final int MOST_TRIED = 40;
    private static final int SAMPLES = 4;

    /** What a value must do to the outputs by itself: -22 dB. */
    private static final double SEVERE = 0.006;

    private record Tried(String value, double error) {}

    private DominantValues() {}

    /**
     * Names of the nodes that make or read dominating values, each with the reason.
     *
     * @param graph simplified, in float
     * @param quantized which of its nodes will compute with codes
     * @param quants scale and zero point of each value that will have codes
     * @param share the part of these values that may be named
     */
    public static Map<String, String> find(
            Graph graph,
            Predicate<Node> quantized,
            Function<String, Quant.PerTensor> quants,
            AffineScheme scheme,
            Calibration calibration,
            List<List<Tensor>> samples,
            double share) {
        List<String> values = values(graph, quantized);
        int most = (int) (share * values.size());
        if (most == 0) {
            return Map.of();
        }
        Map<String, Double> noise = new LinkedHashMap<>();
        for (String v : values) {
            noise.put(v, noise(calibration, v, quants.apply(v), scheme));
        }
        List<String> worst = new ArrayList<>(values);
        worst.sort(Comparator.comparingDouble((String v) -> -noise.get(v)));
        OutputError outputs =
                new OutputError(graph, samples.subList(0, Math.min(SAMPLES, samples.size())));
        List<Tried> tried = new ArrayList<>();
        double all = 0;
        for (String v : worst.subList(0, Math.min(MOST_TRIED, worst.size()))) {
            double error = outputs.of(v, quants.apply(v));
            tried.add(new Tried(v, error));
            all += error;
        }
        tried.sort(Comparator.comparingDouble((Tried t) -> -t.error()));
        Map<String, String> kept = new LinkedHashMap<>();
        for (Tried t : tried.subList(0, Math.min(most, tried.size()))) {
            if (t.error() >= SEVERE) {
                String why =
                        String.format(
                                Locale.ROOT,
                                "value %s in 8 bits makes %.0f %% of the output error",
                                t.value(),
                                100 * t.error() / all);
                graph.producer(t.value()).ifPresent(n -> kept.putIfAbsent(n.name(), why));
                graph.consumers(t.value()).forEach(n -> kept.putIfAbsent(n.name(), why));
            }
        }
        return kept;
    }

    /** Values with a range of their own that would have codes. */
    private static List<String> values(Graph graph, Predicate<Node> quantized) {
        List<String> values = new ArrayList<>();
        for (Value v : graph.inputs()) {
            boolean read = graph.consumers(v.name()).stream().anyMatch(quantized);
            if (read && TypeRules.isReal(v.type())) {
                values.add(v.name());
            }
        }
        for (Node n : graph.nodes()) {
            boolean moves = QuantRules.of(n.op()) instanceof QuantRule.SameRange;
            boolean read =
                    graph.isKept(n.name())
                            || graph.consumers(n.name()).stream().anyMatch(quantized);
            if (quantized.test(n) && read && !moves && TypeRules.isReal(n.output().type())) {
                values.add(n.name());
            }
        }
        return values;
    }

    /** Noise to signal by the histogram. */
    private static double noise(
            Calibration calibration, String value, Quant.PerTensor q, AffineScheme scheme) {
        double low = q.scale() * ((double) scheme.min() - q.zeroPoint());
        double high = q.scale() * ((double) scheme.max() - q.zeroPoint());
        var s = calibration.of(value);
        double noise = s.noise(scheme, new Range(Math.min(low, 0), Math.max(high, 0)));
        return s.variance() == 0 ? 0 : noise / s.variance();
    }
}
