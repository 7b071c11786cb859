package quern.quant.sensitivity;

import java.util.ArrayList;
import java.util.List;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.quantize.Dequantize;
import quern.op.quantize.Quantize;
import quern.quant.trace.Trace;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * What a change of a float graph does to its outputs: the sum of squared differences of an output
 * over the sum of its squared distances from its mean, averaged over the outputs.
 */
public final class OutputError {
    private final Graph graph;
    private final List<List<Tensor>> samples;
    private final List<List<Tensor>> expected = new ArrayList<>();
    private final double[] power;

    /**
     * Runs the graph as it is.
     *
     * @param graph simplified, in float
     * @param samples a few of them, as each change is measured on all
     */
    public OutputError(Graph graph, List<List<Tensor>> samples) {
        this.graph = graph;
        this.samples = List.copyOf(samples);
        this.power = new double[graph.outputs().size()];
        try (Trace trace = Trace.of(graph)) {
            for (List<Tensor> sample : samples) {
                trace.run(sample, "calibration sample");
                List<Tensor> outputs = new ArrayList<>();
                for (int i = 0; i < power.length; i++) {
                    Tensor y = trace.value(graph.outputs().get(i)).copy();
                    outputs.add(y);
                    power[i] += spread(y);
                }
                expected.add(outputs);
            }
        }
    }

    private static double spread(Tensor y) {
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < y.elements(); i++) {
            double v = number(y, i);
            sum += v;
            squares += v * v;
        }
        return y.elements() == 0 ? 0 : Math.max(0, squares - sum * sum / y.elements());
    }

    private static double number(Tensor t, int i) {
        return t.dtype() == DType.F32 ? t.real(i) : t.integer(i);
    }

    /** The error if one value alone is rounded to codes. */
    public double of(String value, Quant.PerTensor quant) {
        return of(rounding(graph, value, quant));
    }

    /** The error of another graph with the same inputs and outputs. */
    public double of(Graph changed) {
        double[] noise = new double[power.length];
        try (Trace trace = Trace.of(changed)) {
            for (int s = 0; s < samples.size(); s++) {
                trace.run(samples.get(s), "calibration sample");
                for (int i = 0; i < noise.length; i++) {
                    Tensor y = trace.value(changed.outputs().get(i));
                    Tensor x = expected.get(s).get(i);
                    for (int k = 0; k < x.elements(); k++) {
                        double d = number(x, k) - number(y, k);
                        noise[i] += d * d;
                    }
                }
            }
        }
        double error = 0;
        for (int i = 0; i < noise.length; i++) {
            error += noise[i] == 0 ? 0 : noise[i] / Math.max(power[i], Float.MIN_NORMAL);
        }
        return error / Math.max(1, noise.length);
    }

    /** The graph whose readers of a value read what its codes stand for. */
    static Graph rounding(Graph graph, String value, Quant.PerTensor quant) {
        TensorType real = graph.type(value);
        String codes = fresh(graph, value + "_codes");
        String back = fresh(graph, value + "_rounded");
        TensorType type = new TensorType(DType.S8, real.shape(), quant);
        Node quantize =
                new Node(
                        new Quantize(),
                        List.of(value),
                        List.of(new Value(codes, type)),
                        graph.rounding());
        Node dequantize =
                new Node(
                        new Dequantize(),
                        List.of(codes),
                        List.of(new Value(back, real)),
                        graph.rounding());
        List<Node> nodes = new ArrayList<>();
        if (graph.producer(value).isEmpty()) {
            nodes.addAll(List.of(quantize, dequantize));
        }
        for (Node n : graph.nodes()) {
            List<String> inputs =
                    n.inputs().stream().map(in -> in.equals(value) ? back : in).toList();
            nodes.add(new Node(n.op(), inputs, n.outputs(), n.rounding()));
            if (n.outputs().stream().anyMatch(v -> v.name().equals(value))) {
                nodes.addAll(List.of(quantize, dequantize));
            }
        }
        return new Graph(
                graph.name(),
                graph.rounding(),
                graph.inputs(),
                graph.states(),
                graph.constants(),
                nodes,
                graph.outputs().stream().map(o -> o.equals(value) ? back : o).toList(),
                graph.metadata());
    }

    private static String fresh(Graph graph, String wanted) {
        String name = wanted;
        while (graph.has(name)) {
            name += "_";
        }
        return name;
    }
}
