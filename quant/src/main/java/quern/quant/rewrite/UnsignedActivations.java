package quern.quant.rewrite;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Value;
import quern.quant.rule.QuantRule;
import quern.quant.rule.QuantRules;
import quern.rewrite.DeadCode;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * The same quantized graph with U8 in place of S8 activations: each code is 128 larger, as is its
 * zero point, so that it stands for the same number. Some runtimes are fast with U8 only.
 */
final class UnsignedActivations {
    private static final int SHIFT = 128;

    private UnsignedActivations() {}

    /**
     * The graph with unsigned inputs, outputs, values in between, and constants in the place of
     * such values; weights stay.
     */
    static Graph of(Graph graph) {
        List<Node> nodes = new ArrayList<>();
        Map<String, Tensor> constants = new LinkedHashMap<>(graph.constants());
        for (Node n : graph.nodes()) {
            List<String> inputs = new ArrayList<>(n.inputs());
            for (int i = 0; i < inputs.size(); i++) {
                Optional<Tensor> c = graph.constant(inputs.get(i));
                boolean weights = i > 0 && QuantRules.of(n.op()) instanceof QuantRule.Weighted;
                if (c.isPresent() && !weights && !c.get().type().equals(unsigned(c.get().type()))) {
                    inputs.set(i, free(inputs.get(i), graph));
                    constants.put(inputs.get(i), unsigned(c.get()));
                }
            }
            nodes.add(new Node(n.op(), inputs, values(n.outputs()), n.rounding()));
        }
        return new DeadCode()
                .apply(
                        new Graph(
                                graph.name(),
                                graph.rounding(),
                                values(graph.inputs()),
                                graph.states(),
                                constants,
                                nodes,
                                graph.outputs(),
                                graph.metadata()));
    }

    private static String free(String name, Graph graph) {
        String free = name + "_unsigned";
        while (graph.has(free)) {
            free += "_";
        }
        return free;
    }

    private static Tensor unsigned(Tensor signed) {
        Tensor t = Tensor.zeros(unsigned(signed.type()));
        for (int i = 0; i < t.elements(); i++) {
            t.setInteger(i, signed.integer(i) + SHIFT);
        }
        return t;
    }

    private static List<Value> values(List<Value> values) {
        return values.stream().map(v -> new Value(v.name(), unsigned(v.type()))).toList();
    }

    private static TensorType unsigned(TensorType type) {
        return type.dtype() == DType.S8 && type.quant() instanceof Quant.PerTensor q
                ? new TensorType(
                        DType.U8,
                        type.shape(),
                        new Quant.PerTensor(q.scale(), q.zeroPoint() + SHIFT, q.bits()))
                : type;
    }
}
