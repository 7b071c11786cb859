package quern.quant.calibration;

import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import quern.error.FormatException;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.TypeRules;
import quern.op.activation.Softmax;
import quern.op.logic.Select;
import quern.op.math.Add;
import quern.op.math.Maximum;
import quern.op.math.Mul;
import quern.op.math.Sub;
import quern.op.shape.Reshape;
import quern.op.shape.Transpose;
import quern.quant.affine.Extremes;
import quern.quant.trace.Trace;
import quern.tensor.Shape;
import quern.tensor.Tensor;

/**
 * Runs a float graph on sample data and observes its inputs and every value that a node makes.
 *
 * <p>One pass; a sample is not kept after it was observed. State starts afresh with each sample.
 * Elements from {@link #MASK} down, negative infinity too, are masks where a softmax turns them
 * into nothing, and are not observed there.
 */
public final class Calibrator {
    /** The largest number that is taken for a mask. */
    public static final float MASK = -3e38f;

    private static final Set<Class<?>> MASKED_OPS =
            Set.of(
                    Add.class,
                    Sub.class,
                    Mul.class,
                    Maximum.class,
                    Select.class,
                    Reshape.class,
                    Transpose.class);

    private Calibrator() {}

    /**
     * Observes the graph's F32 values, with the momentum of a method for the moving average.
     *
     * @param samples each with one tensor an input, of the input's type, in the graph's order
     * @throws FormatException if there is no sample, a sample does not fit the graph's inputs, or a
     *     value is NaN or infinite; the message names the sample (counted from 0) and the value
     */
    public static Calibration calibrate(
            Graph graph, Iterable<List<Tensor>> samples, RangeMethod method) {
        Map<String, Statistics> statistics = new LinkedHashMap<>();
        for (Value v : graph.inputs()) {
            observe(v, method, statistics);
        }
        for (Node n : graph.nodes()) {
            n.outputs().forEach(v -> observe(v, method, statistics));
        }
        Set<String> masked = masked(graph);
        long count = 0;
        try (Trace trace = Trace.of(graph)) {
            for (List<Tensor> sample : samples) {
                trace.run(sample, "calibration sample " + count);
                for (Map.Entry<String, Statistics> e : statistics.entrySet()) {
                    Tensor t = trace.value(e.getKey());
                    if (masked.contains(e.getKey())) {
                        t = withoutMasks(t);
                    }
                    requireFinite(e.getKey(), t, count);
                    e.getValue().observe(t);
                }
                count++;
            }
        }
        if (count == 0) {
            throw new FormatException(
                    "calibration data", "it holds no sample, and ranges cannot be known without");
        }
        return new Calibration(statistics, count);
    }

    private static void observe(Value v, RangeMethod method, Map<String, Statistics> statistics) {
        if (TypeRules.isReal(v.type())) {
            statistics.put(v.name(), new Statistics(method.momentum()));
        }
    }

    /** Values that reach a softmax by sums, products and moves alone. */
    private static Set<String> masked(Graph graph) {
        Set<String> masked = new HashSet<>();
        for (int i = graph.nodes().size() - 1; i >= 0; i--) {
            Node n = graph.nodes().get(i);
            boolean softmax = n.op() instanceof Softmax;
            boolean passes =
                    MASKED_OPS.contains(n.op().getClass()) && masked.contains(n.output().name());
            if (softmax || passes) {
                masked.addAll(n.inputs());
            }
        }
        return masked;
    }

    private static Tensor withoutMasks(Tensor t) {
        float[] all = new float[t.elements()];
        int n = 0;
        for (int i = 0; i < all.length; i++) {
            float v = t.real(i);
            if (!(v <= MASK)) {
                all[n++] = v;
            }
        }
        return n == all.length ? t : Tensor.of(Shape.of(n), Arrays.copyOf(all, n));
    }

    private static void requireFinite(String name, Tensor t, long sample) {
        OptionalInt bad = Extremes.firstNotFinite(t);
        if (bad.isPresent()) {
            throw new FormatException(
                    "calibration sample " + sample + ", value " + name,
                    "element "
                            + bad.getAsInt()
                            + " is "
                            + t.real(bad.getAsInt())
                            + ", and a range must be finite");
        }
    }
}
