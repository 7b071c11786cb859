package quern.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import quern.error.ShapeException;
import quern.fixedpoint.RoundingMode;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.Activation;
import quern.op.Op;
import quern.op.dynamic.ReshapeBy;
import quern.op.dynamic.ShapeOf;
import quern.op.math.Add;
import quern.op.nn.FullyConnected;
import quern.op.shape.Concat;
import quern.op.shape.Slice;
import quern.rewrite.Stages;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Sessions on graphs with symbolic dimensions. */
class DynamicSessionTest {
    /** Rows of 6 numbers through a layer of 4, then the result as one row. */
    private static Graph layer() {
        GraphBuilder b = new GraphBuilder("layer");
        Random random = new Random(5);
        TensorType x = TensorType.of(DType.F32, Shape.of(List.of("N", "6")));
        b.input("x", x);
        b.constant("w", random(random, 4, 6));
        node(
                b,
                new FullyConnected(true, Activation.NONE),
                "y",
                x.withShape(open("N", "4")),
                "x",
                "w");
        TensorType list = TensorType.of(DType.S64, Shape.of(2));
        node(b, new ShapeOf(), "s", list, "y");
        Tensor one = Tensor.zeros(TensorType.of(DType.S64, Shape.of(1)));
        one.setInteger(0, 1);
        Tensor rest = Tensor.zeros(one.type());
        rest.setInteger(0, -1);
        b.constant("one", one);
        b.constant("rest", rest);
        node(b, Slice.of(Ints.of(0), Ints.of(1)), "n", one.type(), "s");
        node(b, new Concat(0), "to", TensorType.of(DType.S64, Shape.of(3)), "one", "n", "rest");
        node(b, new ReshapeBy(false), "z", x.withShape(open("?", "?", "?")), "y", "to");
        return b.output("z").output("y").build();
    }

    private static void node(GraphBuilder b, Op op, String name, TensorType type, String... from) {
        b.add(new Node(op, List.of(from), List.of(new Value(name, type)), RoundingMode.DOUBLE));
    }

    private static Shape open(String... words) {
        return Shape.of(List.of(words));
    }

    private static Tensor random(Random random, int... dims) {
        Tensor t = Tensor.zeros(TensorType.f32(dims));
        for (int i = 0; i < t.elements(); i++) {
            t.setReal(i, (float) random.nextGaussian());
        }
        return t;
    }

    @Test
    void everyShapeGivesTheReferenceBits() {
        Graph graph = layer();
        Random random = new Random(6);
        try (Session session = Session.open(graph)) {
            assertTrue(session.isDynamic());
            for (int n : new int[] {1, 7, 300, 7, 2, 3, 4, 5, 6, 8, 9, 10, 1}) {
                Tensor x = random(random, n, 6);
                List<Tensor> outputs = session.run(x);
                assertEquals(Stages.reference(graph, List.of(x)), outputs);
                assertEquals(Shape.of(1, n, 4), outputs.get(0).shape());
            }
        }
    }

    @Test
    void plansAreKept() {
        try (Session session = Session.open(layer())) {
            session.bind(Shape.of(3, 6));
            Plan three = session.plan();
            session.bind(Shape.of(4, 6));
            assertNotSame(three, session.plan());
            session.bind(Shape.of(3, 6));
            assertSame(three, session.plan());
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        try (Session session = Session.open(layer())) {
            assertThrows(IllegalStateException.class, session::run);
            assertThrows(IllegalStateException.class, () -> session.input(0));
            assertThrows(ShapeException.class, () -> session.bind(Shape.of(3, 5)));
            assertThrows(ShapeException.class, () -> session.bind(Shape.of(3)));
            assertThrows(ShapeException.class, () -> session.bind());
            assertThrows(ShapeException.class, () -> session.bind(open("N", "6")));
        }
        Graph fixed = addition();
        try (Session session = Session.open(fixed)) {
            session.bind(Shape.of(2));
            assertThrows(ShapeException.class, () -> session.bind(Shape.of(3)));
        }
    }

    private static Graph addition() {
        GraphBuilder b = new GraphBuilder("add");
        b.input("x", TensorType.f32(2));
        b.add("y", new Add(Activation.NONE), "x", "x");
        return b.output("y").build();
    }
}
