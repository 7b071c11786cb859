package quern.quant;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import quern.quant.affine.Range;
import quern.tensor.TensorType;

/**
 * How each value of a model was quantized and how exact it is.
 *
 * @param rows one a value, in the order in which the graph makes them
 * @param keptFloat nodes that compute in float, each with the reason
 */
public record QuantReport(List<Row> rows, Map<String, String> keptFloat) {
    /**
     * One value.
     *
     * @param name of the value, in both graphs
     * @param range chosen by calibration; {@link Range#ZERO} if none was
     * @param type in the quantized graph, with scale and zero point
     * @param sqnr signal to quantization noise in dB, see {@link Sqnr}
     */
    public record Row(String name, Range range, TensorType type, double sqnr) {}

    public QuantReport {
        rows = List.copyOf(rows);
    }

    static QuantReport of(QuantizedModel model, Map<String, Double> sqnr) {
        List<Row> rows = new ArrayList<>();
        sqnr.forEach(
                (name, db) ->
                        rows.add(
                                new Row(
                                        name,
                                        model.ranges().byValue().getOrDefault(name, Range.ZERO),
                                        model.graph().type(name),
                                        db)));
        return new QuantReport(rows, model.keptFloat());
    }
}
