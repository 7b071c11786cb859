package quern.quant;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import quern.graph.Graph;
import quern.quant.calibration.Calibration;
import quern.quant.calibration.Ranges;
import quern.tensor.Tensor;

/**
 * A quantized graph with what was learned while making it.
 *
 * @param graph the quantized graph
 * @param original the float graph that it stands for: the simplified model, under the names that
 *     {@code graph} has
 * @param calibration the values of {@code original} on the samples
 * @param ranges that were chosen for them
 * @param keptFloat names of the nodes of {@code original} that compute in float, each with the
 *     reason
 */
public record QuantizedModel(
        Graph graph,
        Graph original,
        Calibration calibration,
        Ranges ranges,
        Map<String, String> keptFloat) {
    public QuantizedModel {
        keptFloat = Collections.unmodifiableMap(new LinkedHashMap<>(keptFloat));
    }

    /**
     * Range, scale and error of every value on data.
     *
     * @param data samples for the float graph, which both graphs are run on
     */
    public QuantReport report(Iterable<List<Tensor>> data) {
        return QuantReport.of(this, Sqnr.measure(original, graph, data));
    }
}
