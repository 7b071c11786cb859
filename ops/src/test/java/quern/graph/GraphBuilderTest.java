package quern.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import quern.error.InvalidGraphException;
import quern.error.ShapeException;
import quern.fixedpoint.RoundingMode;
import quern.op.Activation;
import quern.op.activation.Relu;
import quern.op.math.Add;
import quern.op.nn.FullyConnected;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Building graphs and asking them. */
class GraphBuilderTest {
    private static final Add ADD = new Add(Activation.NONE);

    private static Graph sample() {
        GraphBuilder b = new GraphBuilder("g").metadata("by", "test");
        String x = b.input("x", TensorType.f32(2));
        String k = b.constant("k", Tensor.of(Shape.of(2), 1f, 2f));
        String y = b.add("y", ADD, x, k);
        String z = b.add("z", ADD, y, y);
        return b.output(z).output(b.add("r", new Relu(), y)).build();
    }

    @Test
    void typesAreInferred() {
        GraphBuilder b = new GraphBuilder("g");
        b.input("q", TensorType.s8(0.5f, 3, 2, 4));
        b.constant("w", Tensor.zeros(TensorType.s8(1, 0, 5, 4)));
        FullyConnected op = new FullyConnected(false, Activation.NONE);
        b.add("y", op, Quant.perTensor(2, -1), "q", "w");
        assertEquals(TensorType.s8(2, -1, 2, 5), b.type("y"));
        assertEquals("y", b.output("y").build().outputs().get(0));
    }

    @Test
    void nodesTakeTheRoundingModeOfTheirTime() {
        GraphBuilder b = new GraphBuilder("g").rounding(RoundingMode.SINGLE);
        b.input("x", TensorType.f32(2));
        b.add("a", new Relu(), "x");
        b.rounding(RoundingMode.FLOAT_EVEN).add("b", new Relu(), "a");
        Graph g = b.output("b").build();
        assertEquals(
                List.of(RoundingMode.SINGLE, RoundingMode.FLOAT_EVEN),
                g.nodes().stream().map(Node::rounding).toList());
        assertEquals(RoundingMode.FLOAT_EVEN, g.rounding());
        Graph all = g.withRounding(RoundingMode.DOUBLE);
        assertTrue(all.nodes().stream().allMatch(n -> n.rounding() == RoundingMode.DOUBLE));
        assertEquals(RoundingMode.DOUBLE, all.rounding());
    }

    @Test
    void mistakesAreNamedAtOnce() {
        GraphBuilder b = new GraphBuilder("g");
        b.input("x", TensorType.f32(2));
        b.input("wide", TensorType.f32(3));
        assertThrows(InvalidGraphException.class, () -> b.input("x", TensorType.f32(2)));
        assertThrows(InvalidGraphException.class, () -> b.add("y", new Relu(), "nothing"));
        assertThrows(InvalidGraphException.class, () -> b.type("nothing"));
        ShapeException e = assertThrows(ShapeException.class, () -> b.add("sum", ADD, "x", "wide"));
        assertEquals("Add sum", e.where());
    }

    @Test
    void freshNamesAreFree() {
        GraphBuilder b = new GraphBuilder("g");
        assertEquals("x", b.fresh("x"));
        b.input("x", TensorType.f32(2));
        String second = b.fresh("x");
        assertNotEquals("x", second);
        b.input(second, TensorType.f32(2));
        assertEquals(2, b.output("x").build().inputs().size());
    }

    @Test
    void graphsKnowMakersAndReaders() {
        Graph g = sample();
        Node y = g.nodes().get(0);
        assertEquals(Optional.of(y), g.producer("y"));
        assertEquals(Optional.empty(), g.producer("x"));
        assertEquals(List.of(g.nodes().get(1), g.nodes().get(2)), g.consumers("y"));
        assertEquals(List.of(), g.consumers("z"));
        assertTrue(g.isKept("z") && !g.isKept("y"));
        assertTrue(g.has("k") && !g.has("nothing"));
        assertThrows(InvalidGraphException.class, () -> g.type("nothing"));
        assertEquals(2f, g.constant("k").orElseThrow().real(1));
        assertEquals(Optional.empty(), g.constant("x"));
    }

    @Test
    void aSoleConsumerReadsOnceAValueThatIsNotKept() {
        Graph g = sample();
        assertEquals(Optional.of(g.nodes().get(0)), g.soleConsumer("x"));
        assertEquals(Optional.empty(), g.soleConsumer("y"));
        assertEquals(Optional.empty(), g.soleConsumer("z"));
        GraphBuilder b = new GraphBuilder("g");
        b.input("x", TensorType.f32(2));
        b.add("y", new Relu(), "x");
        b.output(b.add("z", ADD, "y", "y"));
        assertEquals(Optional.empty(), b.build().soleConsumer("y"));
    }

    @Test
    void graphsAreValues() {
        Graph g = sample();
        assertEquals(g, sample());
        assertEquals(g.hashCode(), sample().hashCode());
        Graph other = g.withMetadata(Map.of("by", "others"));
        assertNotEquals(g, other);
        assertEquals(g, other.withMetadata(g.metadata()));
        assertThrows(UnsupportedOperationException.class, () -> g.nodes().clear());
        assertThrows(UnsupportedOperationException.class, () -> g.constants().clear());
        assertThrows(UnsupportedOperationException.class, () -> g.metadata().clear());
        assertThrows(UnsupportedOperationException.class, () -> g.consumers("y").clear());
    }
}
