package quern.quant.repair;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Patch;
import quern.graph.Value;
import quern.op.Activation;
import quern.op.math.Mul;
import quern.op.nn.FullyConnected;
import quern.quant.trace.Trace;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Moves factors of input channels from activations to the weights that they meet, so that channels
 * with outliers do not cost all others their codes: {@code y = (x / s)(s W)} with {@code s = sqrt(
 * max|x| / max|W|)} for each channel (Xiao et al., SmoothQuant: Accurate and Efficient
 * Post-Training Quantization for Large Language Models, 2022, with alpha 1/2). Factors are rounded
 * to powers of two, so that the float graph computes the same numbers as before. A multiplication
 * by {@code 1 / s} stands in front of the fully connected layers that read the value.
 */
public final class SmoothedProducts {
    private SmoothedProducts() {}

    /**
     * A copy of a simplified float graph of static shapes.
     *
     * @param samples for the graph's inputs
     */
    public static Graph apply(Graph graph, List<List<Tensor>> samples) {
        Map<String, List<Node>> readers = readers(graph);
        if (readers.isEmpty() || samples.isEmpty()) {
            return graph;
        }
        Map<String, double[]> most = most(graph, readers, samples);
        Patch patch = new Patch(graph);
        readers.forEach((x, layers) -> smooth(graph, patch, x, most.get(x), layers));
        return patch.apply();
    }

    private static void smooth(
            Graph graph, Patch patch, String x, double[] most, List<Node> layers) {
        double[] s = factors(graph, most, layers);
        Tensor inverse = Tensor.zeros(TensorType.f32(s.length));
        for (int j = 0; j < s.length; j++) {
            inverse.setReal(j, (float) (1 / s[j]));
        }
        Value smooth = new Value(patch.fresh(x + "_smooth"), graph.type(x));
        List<String> from = List.of(x, patch.constant(x + "_factors", inverse));
        Node mul = new Node(new Mul(Activation.NONE), from, List.of(smooth), graph.rounding());
        for (Node n : layers) {
            List<String> inputs = new ArrayList<>(n.inputs());
            inputs.set(0, smooth.name());
            Tensor w = times(weights(graph, n), s);
            inputs.set(1, patch.constant(n.inputs().get(1) + "_smooth", w));
            Node changed = new Node(n.op(), inputs, n.outputs(), n.rounding());
            if (n == layers.get(0)) {
                patch.replace(n, mul, changed);
            } else {
                patch.replace(n, changed);
            }
        }
    }

    private static Map<String, List<Node>> readers(Graph graph) {
        Map<String, List<Node>> readers = new LinkedHashMap<>();
        for (Node n : graph.nodes()) {
            String x = n.inputs().get(0);
            if (n.op() instanceof FullyConnected
                    && graph.constant(x).isEmpty()
                    && graph.constant(n.inputs().get(1)).isPresent()
                    && lastDim(graph.type(x).shape()) == weights(graph, n).shape().dim(1)) {
                readers.computeIfAbsent(x, k -> new ArrayList<>()).add(n);
            }
        }
        return readers;
    }

    private static int lastDim(Shape shape) {
        return shape.rank() == 0 ? 0 : shape.dim(shape.rank() - 1);
    }

    private static Tensor weights(Graph graph, Node n) {
        return graph.constant(n.inputs().get(1)).orElseThrow();
    }

    /** The largest magnitude of each channel on the samples. */
    private static Map<String, double[]> most(
            Graph graph, Map<String, List<Node>> readers, List<List<Tensor>> samples) {
        Map<String, double[]> most = new LinkedHashMap<>();
        readers.keySet().forEach(x -> most.put(x, new double[lastDim(graph.type(x).shape())]));
        try (Trace trace = Trace.of(graph)) {
            for (List<Tensor> sample : samples) {
                trace.run(sample, "calibration sample");
                most.forEach(
                        (name, m) -> {
                            Tensor x = trace.value(name);
                            for (int i = 0; i < x.elements(); i++) {
                                int j = i % m.length;
                                m[j] = Math.max(m[j], Math.abs(x.real(i)));
                            }
                        });
            }
        }
        return most;
    }

    private static double[] factors(Graph graph, double[] most, List<Node> layers) {
        double[] weights = new double[most.length];
        for (Node n : layers) {
            Tensor w = weights(graph, n);
            for (int i = 0; i < w.elements(); i++) {
                int j = i % weights.length;
                weights[j] = Math.max(weights[j], Math.abs(w.real(i)));
            }
        }
        double[] s = new double[most.length];
        for (int j = 0; j < s.length; j++) {
            double ratio = most[j] / weights[j];
            s[j] = ratio > 0 && ratio < Double.POSITIVE_INFINITY ? powerOfTwo(ratio) : 1;
        }
        return s;
    }

    /** The power of two next to the square root, on a logarithmic scale. */
    private static double powerOfTwo(double square) {
        int exponent = Math.getExponent(square);
        double rest = square / Math.scalb(1.0, exponent);
        int half = Math.floorDiv(exponent, 2);
        // What is left of the square, 1 to 4: beyond 2 its root is nearer to 2 than to 1.
        double left = rest * (exponent - 2 * half == 0 ? 1 : 2);
        return Math.scalb(1.0, half + (left > 2 ? 1 : 0));
    }

    private static Tensor times(Tensor w, double[] s) {
        Tensor t = Tensor.zeros(w.type());
        for (int i = 0; i < w.elements(); i++) {
            t.setReal(i, (float) (w.real(i) * s[i % s.length]));
        }
        return t;
    }
}
