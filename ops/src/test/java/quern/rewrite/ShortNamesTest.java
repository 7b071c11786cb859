package quern.rewrite;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.graph.GraphText;
import quern.op.Activation;
import quern.op.activation.Relu;
import quern.op.math.Add;
import quern.op.nn.FullyConnected;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

class ShortNamesTest {
    private static final FullyConnected FC = new FullyConnected(false, Activation.NONE);
    private static final String LONG = "model/dense/MatMul/ReadVariableOp/resource";

    private static Graph graph() {
        GraphBuilder b = new GraphBuilder("g");
        b.input("serving_default_input_of_the_model:0", TensorType.f32(1, 2));
        b.constant(LONG, Tensor.of(Shape.of(2, 2), 1f, 2, 3, 4));
        b.constant("short", Tensor.of(Shape.of(2), 1f, 2));
        b.add("a/Relu;a/MatMul", FC, "serving_default_input_of_the_model:0", LONG, "short");
        b.add("a/Relu;b/MatMul", FC, "a/Relu;a/MatMul", LONG);
        b.add("a/Add", new Add(Activation.NONE), "a/Relu;a/MatMul", "a/Relu;b/MatMul");
        b.add("out;of", new Relu(), "a/Add");
        return b.output("out;of").build();
    }

    @Test
    void longNamesAreShortenedAndStayUnique() {
        Graph g = ShortNames.apply(graph());
        assertEquals(List.of("fc1.w", "short"), List.copyOf(g.constants().keySet()));
        assertEquals(
                List.of("a/Relu", "a/Relu_2", "a/Add", "out;of"),
                g.nodes().stream().map(n -> n.name()).toList());
        assertEquals(List.of("fc1.w"), g.nodes().get(1).inputs().subList(1, 2));
    }

    @Test
    void inputsAndOutputsKeepTheirNamesAndTheResultItsBits() {
        Graph before = graph();
        Graph after = ShortNames.apply(before);
        assertEquals(before.inputs(), after.inputs());
        assertEquals(before.outputs(), after.outputs());
        Rewritten.assertSameBits(before, after, List.of(Tensor.of(Shape.of(1, 2), 0.5f, -3)));
    }

    @Test
    void shorteningAgainChangesNothing() {
        Graph once = ShortNames.apply(graph());
        assertEquals(once, ShortNames.apply(once));
    }

    @Test
    void aNameThatIsTakenIsNotGivenAgain() {
        GraphBuilder b = new GraphBuilder("g");
        b.input("fc1.w", TensorType.f32(1, 2));
        b.constant(LONG, Tensor.of(Shape.of(2, 2), 1f, 2, 3, 4));
        b.output(b.add("y", FC, "fc1.w", LONG));
        Graph g = ShortNames.apply(b.build());
        assertEquals(List.of("fc1.w_2"), List.copyOf(g.constants().keySet()));
        assertEquals(g, GraphText.of(g).parse(Map.of()));
    }
}
