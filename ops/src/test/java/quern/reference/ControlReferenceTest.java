package quern.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import quern.cases.OpCase;
import quern.cases.OpCases;
import quern.error.FormatException;
import quern.error.ShapeException;
import quern.fixedpoint.RoundingMode;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.Activation;
import quern.op.control.If;
import quern.op.control.Loop;
import quern.op.control.While;
import quern.op.math.Add;
import quern.rewrite.Simplify;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Loops and branches against values worked out by hand. */
class ControlReferenceTest {
    private static final TensorType X = TensorType.f32(1);
    private static final TensorType FLAG = TensorType.of(DType.BOOL, Shape.of());

    private static List<Tensor> run(Class<? extends quern.op.Op> type, String name) {
        OpCase c =
                OpCases.row(type).awkward().stream()
                        .filter(k -> k.name().equals(name))
                        .findFirst()
                        .orElseThrow();
        return new ReferenceInterpreter(c.graph()).run(c.inputs());
    }

    @Test
    void aLoopRunsWhileItsConditionHolds() {
        assertEquals(1f, run(While.class, "loop 0 times").get(0).real(0));
        assertEquals(1.1f, run(While.class, "loop 1 times").get(0).real(0));
        assertEquals(1.1f + 0.1f, run(While.class, "loop 2 times").get(0).real(0));
        assertEquals(1.1f + 0.1f + 0.1f, run(While.class, "loop 3 times").get(0).real(0));
    }

    @Test
    void variablesChangeTogether() {
        List<Tensor> out = run(While.class, "variables change places");
        assertEquals(3, out.get(0).code(0));
        assertEquals(1, out.get(1).code(0));
        assertEquals(5, out.get(2).code(0));
    }

    /** Once through the outer loop adds (1,2) twice, the second time f1 is false. */
    @Test
    void loopsNest() {
        Tensor out = run(While.class, "a loop in a branch in a loop").get(0);
        assertEquals(Tensor.of(Shape.of(2), 2f, 9f), out);
    }

    @Test
    void aBranchIsChosen() {
        assertEquals(1.1f, run(If.class, "branch true").get(0).real(0));
        assertEquals(1f, run(If.class, "branch false, constant").get(0).real(0));
    }

    private static Graph flagOnly(String name) {
        GraphBuilder g = new GraphBuilder(name);
        return g.output(g.input("f", FLAG)).build();
    }

    @Test
    void anEndlessLoopCanBeInterrupted() {
        GraphBuilder g = new GraphBuilder("endless");
        g.input("f", FLAG);
        Graph same = flagOnly("same");
        g.add("y", new While(same, same), "f");
        Graph graph = g.output("y").build();
        Tensor on = Tensor.zeros(FLAG);
        on.setInteger(0, 1);
        Thread.currentThread().interrupt();
        CancellationException e =
                assertThrows(
                        CancellationException.class,
                        () -> new ReferenceInterpreter(graph).run(List.of(on)));
        assertTrue(Thread.interrupted());
        assertEquals("loop y was interrupted", e.getMessage());
    }

    private static void refused(String problem, org.junit.jupiter.api.function.Executable e) {
        FormatException thrown = assertThrows(ShapeException.class, e);
        assertTrue(thrown.getMessage().contains(problem), thrown::getMessage);
    }

    @Test
    void graphsInsideMustFit() {
        Graph flag = flagOnly("flag");
        GraphBuilder b = new GraphBuilder("x");
        Graph x = b.output(b.input("x", X)).build();
        GraphBuilder s = new GraphBuilder("state");
        s.input("f", FLAG);
        s.state("s", X, "", "s");
        Graph state = s.output("f").build();
        refused("the condition must be one BOOL, not F32[1]", () -> new While(x, x));
        refused("but its body [F32[1]]", () -> new While(flag, x));
        refused("must not carry state", () -> new While(flag, state));
        refused("must not carry state", () -> new If(state, flag));
        refused("two branches must take the same types", () -> new If(flag, x));
        GraphBuilder turned = new GraphBuilder("turned");
        turned.input("f", FLAG);
        Graph number = turned.output(turned.constant("c", Tensor.of(Shape.of(1), 1f))).build();
        refused("which is too different", () -> new If(flag, number));
        refused("which is too few", () -> new Loop(flag, 0));
        GraphBuilder g = new GraphBuilder("outer");
        g.input("x", X);
        refused(
                "value 0 of the graph inside is BOOL[], not F32[1]",
                () -> g.add("y", new While(flag, flag), "x"));
        refused("takes 1 values, not 2", () -> g.add("y", new While(flag, flag), "x", "x"));
        refused("the condition must be one BOOL", () -> g.add("y", new If(x, x), "x", "x"));
    }

    @Test
    void variablesThatAreOnlyPassedOnLeaveTheLoop() {
        GraphBuilder cond = new GraphBuilder("cond");
        cond.input("f", FLAG);
        cond.input("x", X);
        cond.output("f");
        GraphBuilder body = new GraphBuilder("body");
        body.input("f", FLAG);
        body.input("x", X);
        body.constant("end", Tensor.zeros(FLAG));
        body.output("end").output("x");
        GraphBuilder g = new GraphBuilder("outer");
        g.input("f", FLAG);
        g.input("x", X);
        List<Value> results = List.of(new Value("g", FLAG), new Value("y", X));
        g.add(
                new Node(
                        new While(cond.build(), body.build()),
                        List.of("f", "x"),
                        results,
                        RoundingMode.DOUBLE));
        g.add("z", new Add(Activation.NONE), "y", "y");
        Graph graph = g.output("g").output("z").build();
        Graph simple = Simplify.simplify(graph);
        assertEquals(List.of("f"), simple.nodes().get(0).inputs());
        assertEquals(List.of("x", "x"), simple.nodes().get(1).inputs());
        Tensor on = Tensor.zeros(FLAG);
        on.setInteger(0, 1);
        List<Tensor> inputs = List.of(on, Tensor.of(Shape.of(1), 3f));
        assertEquals(
                new ReferenceInterpreter(graph).run(inputs),
                new ReferenceInterpreter(simple).run(inputs));
    }

    @Test
    void graphsInsideAreSimplifiedAndRoundedToo() {
        GraphBuilder b = new GraphBuilder("body");
        b.input("x", X);
        b.constant("one", Tensor.of(Shape.of(1), 1f));
        b.add("two", new Add(Activation.NONE), "one", "one");
        Graph inner = b.output(b.add("y", new Add(Activation.NONE), "x", "two")).build();
        GraphBuilder g = new GraphBuilder("outer");
        g.input("c", FLAG);
        g.input("x", X);
        Node node =
                new Node(
                        new If(inner, inner),
                        List.of("c", "x"),
                        List.of(new Value("y", X)),
                        RoundingMode.DOUBLE);
        g.add(node);
        Graph graph = g.output("y").build();
        Graph simple = Simplify.simplify(graph);
        If op = (If) simple.nodes().get(0).op();
        assertEquals(1, op.yes().nodes().size());
        assertEquals(Tensor.of(Shape.of(1), 2f), op.no().constants().get("two"));
        Graph single = graph.withRounding(RoundingMode.SINGLE);
        Graph rounded = ((If) single.nodes().get(0).op()).yes();
        assertEquals(RoundingMode.SINGLE, rounded.nodes().get(0).rounding());
        assertFalse(graph.equals(single));
    }
}
