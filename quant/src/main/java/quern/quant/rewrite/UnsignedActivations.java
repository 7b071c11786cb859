package quern.quant.rewrite;

import java.util.ArrayList;
import java.util.List;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Value;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.TensorType;

/**
 * The same quantized graph with U8 in place of S8 activations: each code is 128 larger, as is its
 * zero point, so that it stands for the same number. Some runtimes are fast with U8 only.
 */
public final class UnsignedActivations {
    private static final int SHIFT = 128;

    private UnsignedActivations() {}

    /** The graph with unsigned inputs, outputs and values in between; constants stay. */
    public static Graph of(Graph graph) {
        List<Node> nodes = new ArrayList<>();
        for (Node n : graph.nodes()) {
            nodes.add(new Node(n.op(), n.inputs(), values(n.outputs()), n.rounding()));
        }
        return new Graph(
                graph.name(),
                graph.rounding(),
                values(graph.inputs()),
                graph.states(),
                graph.constants(),
                nodes,
                graph.outputs(),
                graph.metadata());
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
