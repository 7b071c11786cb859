package quern.quant.train;

import java.util.ArrayList;
import java.util.List;
import quern.error.UnsupportedOpException;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.Op;
import quern.op.OpSet;
import quern.op.shape.BroadcastTo;
import quern.op.shape.Reshape;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/** A graph for batches of one as the same graph for larger batches. */
final class Batching {
    private Batching() {}

    /**
     * @param graph static shapes; inputs and whatever depends on them have a first axis of 1
     * @throws UnsupportedOpException if an operator does not keep the samples of a batch apart
     */
    static Graph of(Graph graph, int n) {
        GraphBuilder b = new GraphBuilder(graph.name()).rounding(graph.rounding());
        graph.metadata().forEach(b::metadata);
        for (Value v : graph.inputs()) {
            b.input(v.name(), v.type().withShape(wide(v.type().shape(), n)));
        }
        graph.constants().forEach(b::constant);
        for (Node node : graph.nodes()) {
            Op op = widened(node, graph, n);
            List<TensorType> types = b.infer(node.name(), op, node.inputs());
            List<Value> outputs = new ArrayList<>();
            for (int i = 0; i < types.size(); i++) {
                Value v = node.outputs().get(i);
                Shape wanted = wide(v.type().shape(), n);
                if (!types.get(i).shape().equals(wanted)) {
                    throw new UnsupportedOpException(
                            OpSet.standard().name(op),
                            node.name(),
                            "it does not keep the samples of a batch apart");
                }
                outputs.add(new Value(v.name(), v.type().withShape(wanted)));
            }
            b.add(new Node(op, node.inputs(), outputs, node.rounding()));
        }
        graph.outputs().forEach(b::output);
        return b.build();
    }

    private static Shape wide(Shape s, int n) {
        return s.rank() == 0 ? s : s.with(0, s.dim(0) * n);
    }

    private static Op widened(Node node, Graph graph, int n) {
        if (node.op() instanceof Reshape) {
            return new Reshape(dims(wide(graph.type(node.name()).shape(), n)));
        } else if (node.op() instanceof BroadcastTo) {
            return new BroadcastTo(dims(wide(graph.type(node.name()).shape(), n)));
        }
        return node.op();
    }

    private static Ints dims(Shape s) {
        return Ints.of(s.toArray());
    }
}
