package quern.quant.repair;

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
import quern.tensor.Tensor;

/**
 * AdaRound: chooses for each weight the code below or above it so that the layer's outputs on the
 * samples change the least (Nagel et al., Up or Down? Adaptive Rounding for Post-Training
 * Quantization, 2020). The choice is a soft one, {@code h(v) = clip(1.2 sigmoid(v) - 0.1, 0, 1)},
 * that Adam moves and a regularizer {@code 1 - |2h - 1|^beta}, beta from 20 to 2, drives to 0 or 1.
 *
 * <p>The squared error of a channel is {@code d^T S d}, with {@code d} the errors of its weights
 * and {@code S} the sums of products of their inputs, so that a step uses all samples and nothing
 * is drawn by chance. Scales stay as they are. A channel that ends worse than with the nearest
 * codes keeps those. The result does not depend on the number of threads.
 */
public final class AdaptiveRounding {
    private static final int STEPS = 1000;
    private static final int WARM = 200;
    private static final int MOST_FLIPS = 2;
    private static final double RATE = 0.02;
    private static final double WEIGHT = 0.02;
    private static final double STRETCH = 1.2;
    private static final double LOW = -0.1;

    private final double[] sums;
    private final int taps;
    private final double mean;

    private AdaptiveRounding(double[] sums, int taps) {
        this.taps = taps;
        this.sums = new double[taps * taps];
        double trace = 0;
        for (int i = 0; i < taps; i++) {
            trace += sums[i * taps + i];
            for (int j = i; j < taps; j++) {
                this.sums[i * taps + j] = sums[i * taps + j];
                this.sums[j * taps + i] = sums[i * taps + j];
            }
        }
        this.mean = trace / taps;
    }

    /**
     * Codes of weights by the name of their node, of the layers of {@link
     * CompensatedRounding#codes}.
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
        Map<String, Tensor> codes = new LinkedHashMap<>();
        CompensatedRounding.correlations(graph, quantized, samples)
                .forEach(
                        (name, c) -> {
                            Node n = graph.producer(name).orElseThrow();
                            codes.put(name, round(graph, n, c, weights.of(name)));
                        });
        return codes;
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
            AdaptiveRounding group = new AdaptiveRounding(c.sums(g), c.taps());
            if (!(group.mean > 0)) {
                continue;
            }
            int from = g * perGroup;
            long[][] chosen =
                    IntStream.range(from, from + perGroup)
                            .parallel()
                            .mapToObj(
                                    o ->
                                            group.channel(
                                                    real,
                                                    codes,
                                                    weights,
                                                    depthwise ? o : o * c.taps(),
                                                    depthwise ? outputs : 1))
                            .toArray(long[][]::new);
            for (int o = from; o < from + perGroup; o++) {
                int start = depthwise ? o : o * c.taps();
                for (int i = 0; i < c.taps(); i++) {
                    codes.setInteger(start + i * (depthwise ? outputs : 1), chosen[o - from][i]);
                }
            }
        }
        return codes;
    }

    /** The codes of one channel; {@code nearest} is only read. */
    private long[] channel(
            Tensor real, Tensor nearest, WeightQuantizer weights, int start, int step) {
        ElementScales scales = ElementScales.of(nearest.type());
        double scale = scales.scale(start);
        int zero = scales.zeroPoint(start);
        double[] exact = new double[taps];
        double[] below = new double[taps];
        double[] plain = new double[taps];
        for (int i = 0; i < taps; i++) {
            exact[i] = real.real(start + i * step) / scale + zero;
            plain[i] = nearest.integer(start + i * step);
            double floor = Math.floor(exact[i]);
            below[i] =
                    Math.max(weights.scheme().min(), Math.min(weights.scheme().max() - 1, floor));
        }
        double[] best = settled(exact, below, optimize(exact, below));
        double[] codes = error(exact, best) < error(exact, plain) ? best : plain;
        long[] whole = new long[taps];
        for (int i = 0; i < taps; i++) {
            whole[i] = (long) codes[i];
        }
        return whole;
    }

    /** The squared error of the channel's outputs in units of its mean input power. */
    private double error(double[] exact, double[] codes) {
        double[] d = new double[taps];
        for (int i = 0; i < taps; i++) {
            d[i] = codes[i] - exact[i];
        }
        double[] g = product(d);
        double sum = 0;
        for (int i = 0; i < taps; i++) {
            sum += d[i] * g[i];
        }
        return sum;
    }

    /** Moves codes to the other side one by one while that makes the error smaller. */
    private double[] settled(double[] exact, double[] below, double[] codes) {
        double[] d = new double[taps];
        for (int i = 0; i < taps; i++) {
            d[i] = codes[i] - exact[i];
        }
        double[] g = product(d);
        for (int flips = 0; flips < MOST_FLIPS * taps; flips++) {
            int best = -1;
            double least = -1e-9;
            for (int i = 0; i < taps; i++) {
                double step = codes[i] > below[i] ? -1 : 1;
                double change = 2 * step * g[i] + sums[i * taps + i] / mean;
                if (change < least) {
                    least = change;
                    best = i;
                }
            }
            if (best < 0) {
                break;
            }
            double step = codes[best] > below[best] ? -1 : 1;
            codes[best] += step;
            for (int i = 0; i < taps; i++) {
                g[i] += step * sums[best * taps + i] / mean;
            }
        }
        return codes;
    }

    private double[] product(double[] d) {
        double[] g = new double[taps];
        for (int j = 0; j < taps; j++) {
            double v = d[j] / mean;
            int row = j * taps;
            for (int i = 0; i < taps; i++) {
                g[i] += v * sums[row + i];
            }
        }
        return g;
    }

    private double[] optimize(double[] exact, double[] below) {
        double[] v = new double[taps];
        double[] first = new double[taps];
        double[] second = new double[taps];
        double[] error = new double[taps];
        for (int i = 0; i < taps; i++) {
            double rest = Math.max(0, Math.min(1, exact[i] - below[i]));
            double p = (rest - LOW) / STRETCH;
            v[i] = StrictMath.log(p / (1 - p));
        }
        double decay1 = 1;
        double decay2 = 1;
        double[] sigmoid = new double[taps];
        for (int t = 0; t < STEPS; t++) {
            for (int i = 0; i < taps; i++) {
                sigmoid[i] = 1 / (1 + StrictMath.exp(-v[i]));
                error[i] = below[i] + soft(sigmoid[i]) - exact[i];
            }
            double[] gradient = product(error);
            double done = (double) (t - WARM) / (STEPS - WARM);
            double beta = 2 + 9 * (1 + StrictMath.cos(Math.PI * Math.max(0, done)));
            decay1 *= 0.9;
            decay2 *= 0.999;
            for (int i = 0; i < taps; i++) {
                double h = soft(sigmoid[i]);
                double slope = h > 0 && h < 1 ? STRETCH * sigmoid[i] * (1 - sigmoid[i]) : 0;
                double g = 2 * gradient[i];
                if (t >= WARM) {
                    double far = Math.abs(2 * h - 1);
                    double sign = Math.signum(2 * h - 1);
                    g -= WEIGHT * 2 * beta * sign * StrictMath.pow(far, beta - 1);
                }
                g *= slope;
                first[i] = 0.9 * first[i] + 0.1 * g;
                second[i] = 0.999 * second[i] + 0.001 * g * g;
                double size = Math.sqrt(second[i] / (1 - decay2)) + 1e-8;
                v[i] -= RATE * first[i] / (1 - decay1) / size;
            }
        }
        double[] codes = new double[taps];
        for (int i = 0; i < taps; i++) {
            codes[i] = below[i] + (v[i] >= 0 ? 1 : 0);
        }
        return codes;
    }

    private static double soft(double sigmoid) {
        return Math.max(0, Math.min(1, STRETCH * sigmoid + LOW));
    }
}
