package quern.rewrite;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.TypeRules;
import quern.op.quantize.Cast;
import quern.tensor.Quant;
import quern.tensor.TensorType;

/**
 * Gives an input of integers the scale and zero point that all of its readers take it to have: in
 * ONNX these stand behind the input, so that it looks like one without. Where accumulators are made
 * of the codes, they are the integers that are meant.
 */
public record InputScales() implements Rule {
    @Override
    public String name() {
        return "input-scales";
    }

    @Override
    public Graph apply(Graph graph) {
        List<Value> inputs = new ArrayList<>();
        for (Value v : graph.inputs()) {
            inputs.add(scaled(graph, v).map(type -> new Value(v.name(), type)).orElse(v));
        }
        if (inputs.equals(graph.inputs())) {
            return graph;
        }
        Graph typed =
                new Graph(
                        graph.name(),
                        graph.rounding(),
                        inputs,
                        graph.states(),
                        graph.constants(),
                        graph.nodes(),
                        graph.outputs(),
                        graph.metadata());
        Bypass bypass = new Bypass(typed);
        for (int i = 0; i < inputs.size(); i++) {
            if (!inputs.get(i).equals(graph.inputs().get(i))) {
                String input = inputs.get(i).name();
                typed.consumers(input).forEach(n -> bypass.bypass(n, input));
            }
        }
        return bypass.result();
    }

    private static Optional<TensorType> scaled(Graph graph, Value input) {
        List<TensorType> types =
                graph.consumers(input.name()).stream()
                        .map(n -> scaled(graph, n, input.type()))
                        .distinct()
                        .toList();
        return types.size() == 1
                        && types.get(0).isQuantized()
                        && !graph.outputs().contains(input.name())
                ? Optional.of(types.get(0))
                : Optional.empty();
    }

    /** The type that a reader takes the codes to have; without quantization if it says nothing. */
    private static TensorType scaled(Graph graph, Node reader, TensorType plain) {
        TensorType type = reader.output().type();
        boolean sums =
                graph.consumers(reader.name()).stream()
                        .anyMatch(n -> TypeRules.isSums(n.output().type()));
        return reader.op() instanceof Cast
                        && !plain.isQuantized()
                        && plain.dtype() == type.dtype()
                        && type.quant() instanceof Quant.PerTensor
                        && !sums
                ? type
                : plain;
    }
}
