package quern.reference;

import java.util.ArrayList;
import java.util.List;
import quern.fixedpoint.RoundingMode;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.graph.Node;
import quern.op.Op;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Graphs of one node named {@code y}, all of whose operands are graph inputs. */
final class OneNode {
    private OneNode() {}

    /** The graph whose output is of the given type. */
    static Graph graph(Op op, List<Tensor> inputs, TensorType output, RoundingMode mode) {
        GraphBuilder b = new GraphBuilder("one").rounding(mode);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            names.add(b.input("x" + i, inputs.get(i).type()));
        }
        return b.output(b.add("y", op, names, output)).build();
    }

    static Node node(Op op, List<Tensor> inputs, TensorType output, RoundingMode mode) {
        return graph(op, inputs, output, mode).nodes().get(0);
    }

    static Tensor run(Op op, List<Tensor> inputs, TensorType output, RoundingMode mode) {
        return new ReferenceInterpreter(graph(op, inputs, output, mode)).run(inputs).get(0);
    }

    /** The output of float32 inputs, or of an operator that keeps the type of its input. */
    static Tensor run(Op op, Tensor... inputs) {
        GraphBuilder b = new GraphBuilder("one");
        String[] names = new String[inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            names[i] = b.input("x" + i, inputs[i].type());
        }
        Graph graph = b.output(b.add("y", op, names)).build();
        return new ReferenceInterpreter(graph).run(List.of(inputs)).get(0);
    }
}
