package quern.cli.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import quern.fixedpoint.RoundingMode;
import quern.graph.Graph;
import quern.graph.Value;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/** Graphs that only have inputs. */
final class Graphs {
    private Graphs() {}

    static Graph of(TensorType... types) {
        return of(RoundingMode.DOUBLE, Map.of(), types);
    }

    /** Inputs are called a, b, c. */
    static Graph of(RoundingMode rounding, Map<String, String> metadata, TensorType... types) {
        List<Value> inputs = new ArrayList<>();
        for (TensorType type : types) {
            inputs.add(new Value(String.valueOf((char) ('a' + inputs.size())), type));
        }
        List<String> names = inputs.stream().map(Value::name).toList();
        return new Graph("test", rounding, inputs, List.of(), Map.of(), List.of(), names, metadata);
    }

    static Graph with(Map<String, String> metadata, TensorType... types) {
        return of(RoundingMode.DOUBLE, metadata, types);
    }

    static ModelInput input(TensorType type) {
        return ModelInput.of(of(type)).get(0);
    }

    static TensorType quantized(DType dtype, float scale, int zero, int... dims) {
        return new TensorType(
                dtype, Shape.of(dims), new Quant.PerTensor(scale, zero, dtype.bits()));
    }
}
