package quern.quant.repair;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import quern.graph.Graph;
import quern.graph.Node;
import quern.op.Activated;
import quern.op.Activation;
import quern.op.Padding;
import quern.op.activation.Relu;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.quant.repair.LayerPairs.Pair;
import quern.quant.trace.Trace;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;

/**
 * High-bias absorption: what a channel has on all inputs, {@code c = max(0, mean - 3 deviations)}
 * behind a {@code relu}, leaves the bias of the layer that makes it, and {@code W c} joins the bias
 * of the layer that reads it. The range between the two gets narrower (Nagel et al., Data-Free
 * Quantization Through Weight Equalization and Bias Correction, 2019, section 4.1.3); mean and
 * deviation are those of samples. Elements below {@code c} change.
 *
 * <p>Layers that pad their input are left alone: the padding reads 0 and would have to read {@code
 * -c}.
 */
public final class BiasAbsorption {
    private static final double DEVIATIONS = 3;

    private BiasAbsorption() {}

    /**
     * A copy of a simplified float graph of static shapes with absorbed biases.
     *
     * @param samples for the graph's inputs
     */
    public static Graph apply(Graph graph, List<List<Tensor>> samples) {
        LayerPairs layers = new LayerPairs(graph);
        List<Pair> pairs =
                layers.pairs().stream().filter(p -> isRelu(p) && !pads(p.second())).toList();
        if (pairs.isEmpty() || samples.isEmpty()) {
            return graph;
        }
        List<double[]> common = common(graph, pairs, samples);
        List<Pair> changed = new ArrayList<>();
        for (int i = 0; i < pairs.size(); i++) {
            if (Arrays.stream(common.get(i)).anyMatch(c -> c > 0)) {
                absorb(pairs.get(i), common.get(i));
                changed.add(pairs.get(i));
            }
        }
        return changed.isEmpty() ? graph : layers.write(changed, Map.of());
    }

    private static boolean isRelu(Pair p) {
        Activation a = ((Activated) p.first().node().op()).activation();
        return p.between().isEmpty()
                ? a == Activation.RELU
                : a != Activation.RELU6
                        && p.between().stream().allMatch(n -> n.op() instanceof Relu);
    }

    private static boolean pads(LayerWeights layer) {
        Node n = layer.node();
        Shape w = layer.weightTensor().type().shape();
        if (n.op() instanceof Conv2d c) {
            return pads(c.padding(), c.stride(), w);
        }
        return n.op() instanceof DepthwiseConv2d d && pads(d.padding(), d.stride(), w);
    }

    private static boolean pads(Padding padding, Ints stride, Shape w) {
        boolean point = w.dim(1) == 1 && w.dim(2) == 1;
        return !padding.equals(Padding.VALID) && !(padding.equals(Padding.SAME) && point);
    }

    /** What each channel between the layers has in common. */
    private static List<double[]> common(
            Graph graph, List<Pair> pairs, List<List<Tensor>> samples) {
        int count = pairs.size();
        double[][] sums = new double[count][];
        double[][] squares = new double[count][];
        long[] elements = new long[count];
        try (Trace trace = Trace.of(graph)) {
            for (List<Tensor> sample : samples) {
                trace.run(sample, "calibration sample");
                for (int i = 0; i < count; i++) {
                    Tensor t = trace.value(pairs.get(i).second().node().inputs().get(0));
                    int channels = pairs.get(i).first().outputs();
                    if (sums[i] == null) {
                        sums[i] = new double[channels];
                        squares[i] = new double[channels];
                    }
                    for (int k = 0; k < t.elements(); k++) {
                        double v = t.real(k);
                        sums[i][k % channels] += v;
                        squares[i][k % channels] += v * v;
                    }
                    elements[i] += t.elements() / channels;
                }
            }
        }
        List<double[]> common = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            double[] c = new double[sums[i].length];
            for (int k = 0; k < c.length; k++) {
                double mean = sums[i][k] / elements[i];
                double variance = Math.max(0, squares[i][k] / elements[i] - mean * mean);
                c[k] = Math.max(0, mean - DEVIATIONS * Math.sqrt(variance));
            }
            common.add(c);
        }
        return common;
    }

    private static void absorb(Pair p, double[] common) {
        LayerWeights first = p.first();
        LayerWeights second = p.second();
        first.needBias();
        second.needBias();
        for (int c = 0; c < common.length; c++) {
            first.bias()[c] -= common[c];
        }
        for (int k = 0; k < second.weights().length; k++) {
            second.bias()[second.output(k)] += second.weights()[k] * common[second.input(k)];
        }
    }
}
