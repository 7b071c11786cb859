package quern.quant.repair;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import quern.graph.Graph;
import quern.graph.Node;
import quern.op.nn.DepthwiseConv2d;
import quern.quant.affine.ElementScales;
import quern.quant.affine.WeightQuantizer;
import quern.quant.rule.QuantRule;
import quern.quant.rule.QuantRules;
import quern.quant.trace.Trace;
import quern.tensor.Tensor;

/**
 * Rounds the weights of a channel one after the other, and after each lets those that are still
 * real make up for its error as well as the correlations of their inputs allow (Frantar et al.,
 * GPTQ: Accurate Post-Training Quantization for Generative Pre-trained Transformers, 2022; Hassibi
 * and Stork, Optimal Brain Surgeon, 1993). Scales stay as they are. The order is by the power of
 * the inputs, the strongest first.
 */
public final class CompensatedRounding {
    private static final int WINDOWS = 4096;
    private static final int MOST_TAPS = 1200;
    private static final double DAMPING = 0.01;

    private CompensatedRounding() {}

    /**
     * Codes of weights by the name of their node, where they can be had: of convolutions and fully
     * connected layers with constant weights and not too many taps.
     *
     * @param graph simplified, in float
     * @param quantized which nodes will compute with codes
     * @param weights scales and codes
     * @param samples for the graph's inputs
     */
    public static Map<String, Tensor> codes(
            Graph graph,
            Predicate<Node> quantized,
            WeightQuantizer weights,
            List<List<Tensor>> samples) {
        Map<String, Correlations> all = correlations(graph, quantized, samples);
        Map<String, Tensor> codes = new LinkedHashMap<>();
        all.forEach(
                (name, c) -> {
                    Node n = graph.producer(name).orElseThrow();
                    codes.put(name, round(graph, n, c, weights.of(name)));
                });
        return codes;
    }

    /** What the inputs of these layers have to do with each other, by the name of their node. */
    static Map<String, Correlations> correlations(
            Graph graph, Predicate<Node> quantized, List<List<Tensor>> samples) {
        Map<String, Correlations> all = new LinkedHashMap<>();
        for (Node n : graph.nodes()) {
            if (quantized.test(n) && Correlations.has(n) && isConstant(graph, n)) {
                Correlations c = Correlations.of(graph, n);
                if (c.taps() <= MOST_TAPS) {
                    all.put(n.name(), c);
                }
            }
        }
        if (all.isEmpty() || samples.isEmpty()) {
            return Map.of();
        }
        gather(graph, all, samples);
        return all;
    }

    private static boolean isConstant(Graph graph, Node n) {
        return graph.constant(n.inputs().get(1)).isPresent()
                && graph.constant(n.inputs().get(0)).isEmpty();
    }

    private static void gather(
            Graph graph, Map<String, Correlations> all, List<List<Tensor>> samples) {
        int windows = Math.max(1, WINDOWS / samples.size());
        try (Trace trace = Trace.of(graph)) {
            for (List<Tensor> sample : samples) {
                trace.run(sample, "calibration sample");
                all.forEach(
                        (name, c) -> {
                            Node n = graph.producer(name).orElseThrow();
                            c.add(trace.value(n.inputs().get(0)), windows);
                        });
            }
        }
    }

    private static Tensor round(Graph graph, Node n, Correlations c, WeightQuantizer weights) {
        Tensor real = graph.constant(n.inputs().get(1)).orElseThrow();
        int axis = ((QuantRule.Weighted) QuantRules.of(n.op())).channelAxis();
        Tensor codes = weights.quantizeWeights(real, axis);
        int outputs = real.shape().dim(axis);
        int perGroup = outputs / c.groups();
        // Depthwise weights of a channel lie apart.
        boolean depthwise = n.op() instanceof DepthwiseConv2d;
        for (int g = 0; g < c.groups(); g++) {
            int[] order = order(c.sums(g), c.taps());
            double[][] factor = factor(c.sums(g), order);
            for (int o = g * perGroup; factor.length > 0 && o < (g + 1) * perGroup; o++) {
                int start = depthwise ? o : o * c.taps();
                round(real, codes, weights, order, factor, start, depthwise ? outputs : 1);
            }
        }
        return codes;
    }

    /** Taps by the power of their inputs. */
    private static int[] order(double[] sums, int n) {
        return IntStream.range(0, n)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -sums[i * n + i]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static void round(
            Tensor real,
            Tensor codes,
            WeightQuantizer weights,
            int[] order,
            double[][] factor,
            int start,
            int step) {
        int n = order.length;
        ElementScales scales = ElementScales.of(codes.type());
        double[] w = new double[n];
        for (int i = 0; i < n; i++) {
            w[i] = real.real(start + order[i] * step);
        }
        for (int i = 0; i < n; i++) {
            int at = start + order[i] * step;
            double scale = scales.scale(at);
            int zero = scales.zeroPoint(at);
            double code = Math.rint(w[i] / scale) + zero;
            code = Math.max(weights.scheme().min(), Math.min(weights.scheme().max(), code));
            codes.setInteger(at, (long) code);
            double error = (w[i] - (code - zero) * scale) / factor[i][0];
            for (int j = i + 1; j < n; j++) {
                w[j] -= error * factor[i][j - i];
            }
        }
    }

    /**
     * The upper Cholesky factor of the inverse of the damped sums, row {@code i} from the diagonal
     * on; empty if all inputs were zero.
     */
    private static double[][] factor(double[] sums, int[] order) {
        int n = order.length;
        double trace = 0;
        for (int i = 0; i < n; i++) {
            trace += sums[i * n + i];
        }
        if (!(trace > 0)) {
            return new double[0][];
        }
        // In reverse order, so that the inverse of the lower factor is the upper factor asked for.
        double[][] lower = new double[n][];
        double damping = DAMPING * trace / n;
        for (int i = 0; i < n; i++) {
            lower[i] = new double[i + 1];
            int a = order[n - 1 - i];
            for (int j = 0; j <= i; j++) {
                int b = order[n - 1 - j];
                lower[i][j] = sums[Math.min(a, b) * n + Math.max(a, b)] + (i == j ? damping : 0);
            }
        }
        cholesky(lower);
        return reversed(inverse(lower));
    }

    private static void cholesky(double[][] a) {
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = a[i][j];
                for (int k = 0; k < j; k++) {
                    sum -= a[i][k] * a[j][k];
                }
                a[i][j] = i == j ? Math.sqrt(sum) : sum / a[j][j];
            }
        }
    }

    /** The inverse of a lower triangle. */
    private static double[][] inverse(double[][] lower) {
        int n = lower.length;
        List<double[]> rows = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            double[] row = new double[i + 1];
            for (int k = 0; k < i; k++) {
                double factor = lower[i][k];
                double[] above = rows.get(k);
                for (int j = 0; j <= k; j++) {
                    row[j] -= factor * above[j];
                }
            }
            for (int j = 0; j < i; j++) {
                row[j] /= lower[i][i];
            }
            row[i] = 1 / lower[i][i];
            rows.add(row);
        }
        return rows.toArray(new double[0][]);
    }

    /** Both axes in reverse: row {@code i} then goes from the diagonal to the right. */
    private static double[][] reversed(double[][] lower) {
        int n = lower.length;
        double[][] upper = new double[n][];
        for (int i = 0; i < n; i++) {
            double[] row = lower[n - 1 - i];
            upper[i] = new double[row.length];
            for (int j = 0; j < row.length; j++) {
                upper[i][j] = row[row.length - 1 - j];
            }
        }
        return upper;
    }
}
