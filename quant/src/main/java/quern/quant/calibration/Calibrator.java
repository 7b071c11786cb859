package quern.quant.calibration;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import quern.error.FormatException;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.TypeRules;
import quern.quant.affine.Extremes;
import quern.quant.trace.Trace;
import quern.tensor.Tensor;

/**
 * Runs a float graph on sample data and observes its inputs and every value that a node makes.
 *
 * <p>One pass; a sample is not kept after it was observed. State starts afresh with each sample.
 */
public final class Calibrator {
    private Calibrator() {}

    /**
     * Observes the graph's F32 values.
     *
     * @param samples each with one tensor an input, of the input's type, in the graph's order
     * @throws FormatException if there is no sample, a sample does not fit the graph's inputs, or a
     *     value is NaN or infinite; the message names the sample (counted from 0) and the value
     */
    public static Calibration calibrate(
            Graph graph, Iterable<List<Tensor>> samples, RangeMethod method) {
        Map<String, Observer> observers = new LinkedHashMap<>();
        for (Value v : graph.inputs()) {
            observe(v, method, observers);
        }
        for (Node n : graph.nodes()) {
            n.outputs().forEach(v -> observe(v, method, observers));
        }
        long count = 0;
        try (Trace trace = Trace.of(graph)) {
            for (List<Tensor> sample : samples) {
                trace.run(sample, "calibration sample " + count);
                for (Map.Entry<String, Observer> e : observers.entrySet()) {
                    Tensor t = trace.value(e.getKey());
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
        return new Calibration(observers, count);
    }

    private static void observe(Value v, RangeMethod method, Map<String, Observer> observers) {
        if (TypeRules.isReal(v.type())) {
            observers.put(v.name(), method.observer());
        }
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
