package quern.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import quern.error.ShapeException;
import quern.fixedpoint.RoundingMode;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.op.Activation;
import quern.op.activation.Relu;
import quern.op.math.Add;
import quern.op.quantize.Dequantize;
import quern.op.shape.Reshape;
import quern.reference.ReferenceInterpreter;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

class SessionTest {
    @Test
    void runsInPlaceThroughViews() {
        try (Session s = Session.open(Graphs.smallFloat())) {
            Tensor x = Tensor.of(Shape.of(2, 3), 1, -1, 0.5f, 2, 0, -3);
            List<Tensor> expected = new ReferenceInterpreter(s.plan().graph()).run(List.of(x));
            for (int i = 0; i < x.elements(); i++) {
                s.input(0).setReal(i, x.real(i));
            }
            s.run();
            assertEquals(expected.get(0), s.output(0));
            assertSame(s.input(0), s.input("x"));
            assertEquals(expected, s.run(x));
            assertNotSame(s.run(x).get(0).array(), s.output(0).array());
        }
    }

    @Test
    void refusesInputsOfAnotherNumberOrTypeAndSaysWhich() {
        try (Session s = Session.open(Graphs.smallFloat())) {
            Tensor x = Tensor.of(Shape.of(3, 2), 1f, 2, 3, 4, 5, 6);
            assertEquals(
                    "input x: it must be F32[2,3], not F32[3,2]",
                    assertThrows(ShapeException.class, () -> s.run(x)).getMessage());
            assertEquals(
                    "small: the graph takes 1 inputs, not 2",
                    assertThrows(ShapeException.class, () -> s.run(x, x)).getMessage());
            Tensor codes = Tensor.zeros(TensorType.s8(1, 0, 2, 3));
            assertThrows(ShapeException.class, () -> s.run(codes));
        }
    }

    @Test
    void refusesNamesAndNumbersThatDoNotExist() {
        try (Session s = Session.open(Graphs.smallFloat())) {
            String message =
                    assertThrows(IllegalArgumentException.class, () -> s.input("z")).getMessage();
            assertEquals("the graph has no input z; its inputs are [x]", message);
            assertThrows(IllegalArgumentException.class, () -> s.input(1));
            assertThrows(IllegalArgumentException.class, () -> s.output(-1));
            assertThrows(IllegalArgumentException.class, () -> s.value("z"));
            message = assertThrows(IllegalArgumentException.class, () -> s.value("h")).getMessage();
            assertTrue(message.contains("keepAll"), message);
            assertEquals(s.output(0), s.value("y"));
            assertEquals(1f, s.value("w").real(0));
        }
    }

    @Test
    void quantizesRealInputsByTheInputsOwnScaleAndTheGraphsRounding() {
        for (RoundingMode mode : List.of(RoundingMode.DOUBLE, RoundingMode.FLOAT_EVEN)) {
            GraphBuilder b = new GraphBuilder("g").rounding(mode);
            String x = b.input("x", TensorType.s8(0.5f, 3, 5));
            b.output(b.add("y", new Dequantize(), x));
            try (Session s = Session.open(b.build())) {
                Tensor y =
                        s.run(Tensor.of(Shape.of(5), 0.25f, 0.75f, 1000, Float.NaN, -0.25f)).get(0);
                float tie = mode == RoundingMode.DOUBLE ? 0.5f : 0f;
                float other = mode == RoundingMode.DOUBLE ? -0.5f : -0f;
                assertEquals(tie, y.real(0));
                assertEquals(1f, y.real(1));
                assertEquals(62f, y.real(2));
                assertEquals(-65.5f, y.real(3));
                assertEquals(other + 0f, y.real(4));
            }
        }
    }

    @Test
    void takesCodesWithoutQuantizationAsTheyAre() {
        GraphBuilder b = new GraphBuilder("g");
        String x = b.input("x", TensorType.s8(0.5f, 3, 2));
        b.output(b.add("y", new Dequantize(), x));
        try (Session s = Session.open(b.build())) {
            TensorType bare = TensorType.of(DType.S8, Shape.of(2));
            assertEquals(-1.5f, s.run(Tensor.of(bare, new byte[] {0, 3})).get(0).real(0));
            Tensor other = Tensor.zeros(TensorType.s8(0.25f, 3, 2));
            assertThrows(ShapeException.class, () -> s.run(other));
        }
    }

    @Test
    void carriesStateFromRunToRunUntilItIsReset() {
        try (Session s = Session.open(accumulator())) {
            Tensor x = Tensor.of(Shape.of(2), 1f, 10);
            assertArrayEquals(new float[] {101, 110}, s.run(x).get(0).floats());
            assertArrayEquals(new float[] {102, 120}, s.run(x).get(0).floats());
            s.resetState();
            assertArrayEquals(new float[] {101, 110}, s.run(x).get(0).floats());
        }
    }

    @Test
    void aClosedSessionDoesNotRun() {
        Session s = Session.open(Graphs.smallFloat());
        s.close();
        assertThrows(IllegalStateException.class, s::run);
        s.close();
    }

    @Test
    void statesMayExchangeTheirPlacesAndBeReturnedAsRead() {
        GraphBuilder b = new GraphBuilder("swap");
        TensorType t = TensorType.f32(2);
        String first = b.constant("first", Tensor.of(Shape.of(2), 1f, 2));
        b.state("p", t, first, "q");
        b.state("q", t, "", "r");
        String r = b.add("r", new Reshape(Ints.of(2)), "p");
        b.output("p").output("q").output(r);
        Graph graph = b.build();
        ReferenceInterpreter reference = new ReferenceInterpreter(graph);
        try (Session s = Session.open(graph)) {
            for (int run = 0; run < 3; run++) {
                assertEquals(reference.run(List.of()), s.run(new Tensor[0]));
            }
        }
    }

    @Test
    void returnsInputsAndConstantsThatAreOutputs() {
        GraphBuilder b = new GraphBuilder("g");
        String x = b.input("x", TensorType.f32(2));
        String c = b.constant("c", Tensor.of(Shape.of(2), 7f, 8));
        String y = b.add("y", new Relu(), b.add("z", new Relu(), x));
        b.output(x).output(c).output(y).output(y);
        Graph graph = b.build();
        Tensor in = Tensor.of(Shape.of(2), -1f, 2);
        try (Session s = Session.open(graph)) {
            assertEquals(new ReferenceInterpreter(graph).run(List.of(in)), s.run(in));
            s.output(1).setReal(0, 99);
            assertEquals(7f, graph.constant("c").orElseThrow().real(0));
        }
    }

    @Test
    void sessionsOnOnePlanRunInManyThreads() throws InterruptedException, ExecutionException {
        Graph graph = Network.residual(DType.S8, RoundingMode.DOUBLE);
        Plan plan = Equality.plan(graph, 2);
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            List<Future<Boolean>> equal = new ArrayList<>();
            for (int worker = 0; worker < 2; worker++) {
                long seed = worker;
                equal.add(pool.submit(() -> runsEqualTheReference(plan, seed)));
            }
            for (Future<Boolean> e : equal) {
                assertTrue(e.get());
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private static boolean runsEqualTheReference(Plan plan, long seed) {
        List<Tensor> inputs = RandomGraph.inputs(plan.graph(), seed);
        List<Tensor> expected = new ReferenceInterpreter(plan.graph()).run(inputs);
        boolean equal = true;
        try (Session s = Session.open(plan)) {
            for (int run = 0; run < 50; run++) {
                equal &= expected.equals(s.run(inputs.toArray(new Tensor[0])));
            }
        }
        return equal;
    }

    private static Graph accumulator() {
        GraphBuilder b = new GraphBuilder("accumulator");
        String x = b.input("x", TensorType.f32(2));
        String first = b.constant("first", Tensor.of(Shape.of(2), 100f, 100));
        String s = b.state("s", TensorType.f32(2), first, "y");
        b.output(b.add("y", new Add(Activation.NONE), x, s));
        return b.build();
    }
}
