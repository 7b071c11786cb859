package quern.formats.onnx;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import quern.tensor.Tensor;

/** The float64 numbers that values of a graph hold as F32, where they are known. */
final class Doubles {
    private final OnnxGraph graph;
    private final Map<String, String> values = new HashMap<>();
    private final Map<String, Supplier<Tensor>> constants = new HashMap<>();

    Doubles(OnnxGraph graph) {
        this.graph = graph;
    }

    /** A value holds as F32 what another one holds. */
    void put(String value, String wide) {
        values.put(value, wide);
    }

    /** The same of a constant, which the graph gets once somebody wants it. */
    void put(String value, Supplier<Tensor> wide) {
        constants.put(value, wide);
    }

    boolean has(String value) {
        return values.containsKey(value) || constants.containsKey(value);
    }

    /** The value that holds what another one holds as F32. */
    String of(String value) {
        return values.computeIfAbsent(
                value,
                v -> {
                    String name = graph.fresh(v + "_f64");
                    graph.constant(name, constants.get(v).get());
                    return name;
                });
    }
}
