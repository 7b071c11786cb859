package quern.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import quern.error.InvalidGraphException;
import quern.op.Activation;
import quern.op.activation.Logistic;
import quern.op.activation.Relu;
import quern.op.math.Add;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

class PatchTest {
    private static final TensorType X = TensorType.f32(2);

    private Graph graph;
    private Patch patch;

    /** {@code y = relu(x + k)}, returned and carried as state. */
    @BeforeEach
    void sample() {
        GraphBuilder b = new GraphBuilder("g");
        b.input("x", X);
        b.constant("k", Tensor.of(Shape.of(2), 1f, 2f));
        b.state("s", X, "k", "y");
        b.add("sum", new Add(Activation.NONE), "x", "k");
        b.output(b.add("y", new Relu(), "sum"));
        graph = b.build();
        patch = new Patch(graph);
    }

    private Node node(int i) {
        return graph.nodes().get(i);
    }

    @Test
    void withoutEditsNothingChanges() {
        assertTrue(patch.isEmpty());
        assertEquals(graph, patch.apply());
    }

    @Test
    void replacesANodeByOthers() {
        Node relu = node(1);
        Value middle = new Value(patch.fresh("y"), X);
        patch.replace(
                relu,
                new Node(new Logistic(), relu.inputs(), List.of(middle), relu.rounding()),
                new Node(new Relu(), List.of(middle.name()), relu.outputs(), relu.rounding()));
        assertTrue(patch.touches(relu));
        assertFalse(patch.touches(node(0)));
        Graph g = patch.apply();
        assertEquals(3, g.nodes().size());
        assertEquals("y_1", g.nodes().get(1).name());
        assertThrows(InvalidGraphException.class, () -> patch.remove(relu));
    }

    @Test
    void redirectsReadersOutputsAndStates() {
        Graph g = patch.remove(node(1)).redirect("y", "sum").apply();
        assertEquals(List.of("sum"), g.outputs());
        assertEquals("sum", g.states().get(0).next());
        Patch twoHops = new Patch(graph);
        twoHops.remove(node(0)).remove(node(1)).redirect("y", "sum").redirect("sum", "x");
        Graph short2 = twoHops.apply();
        assertEquals(List.of("x"), short2.outputs());
        assertEquals(Set.of("k"), short2.constants().keySet());
    }

    @Test
    void redirectsInNewNodesToo() {
        Node relu = node(1);
        Node logistic = new Node(new Logistic(), List.of("sum"), relu.outputs(), relu.rounding());
        Graph g = patch.remove(node(0)).redirect("sum", "x").replace(relu, logistic).apply();
        assertEquals(List.of("x"), g.nodes().get(0).inputs());
    }

    @Test
    void aCircleIsRefused() {
        patch.redirect("y", "sum").redirect("sum", "y");
        assertThrows(InvalidGraphException.class, patch::apply);
    }

    @Test
    void constantsComeUnderFreshNamesAndGoWhenUnread() {
        String added = patch.constant("k", Tensor.of(Shape.of(2), 3f, 4f));
        String unread = patch.constant("k", Tensor.of(Shape.of(2), 5f, 6f));
        assertEquals(List.of("k_1", "k_2"), List.of(added, unread));
        Node sum = node(0);
        patch.replace(sum, new Node(sum.op(), List.of("x", added), sum.outputs(), sum.rounding()));
        Graph g = patch.apply();
        assertEquals(Set.of("k", "k_1"), g.constants().keySet());
    }

    @Test
    void aConstantTakesTheNameOfARemovedNode() {
        Graph g = patch.remove(node(0)).define("sum", Tensor.of(Shape.of(2), 3f, 4f)).apply();
        assertEquals(Set.of("k", "sum"), g.constants().keySet());
        assertEquals(1, g.nodes().size());
    }

    @Test
    void aNodeWithReadersCannotJustGo() {
        patch.remove(node(0));
        assertThrows(InvalidGraphException.class, patch::apply);
    }
}
