package quern.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import quern.error.FormatException;
import quern.error.UnsupportedOpException;
import quern.fixedpoint.RoundingMode;
import quern.op.Activation;
import quern.op.math.Add;
import quern.op.quantize.Dequantize;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Graphs as attributes, absent inputs in the middle, any number of inputs and outputs. */
class SubgraphTest {
    private static final TensorType CONDITION = TensorType.of(DType.BOOL, Shape.of());

    /** Adds constant {@code k}, whose name other graphs have too. */
    private static Graph branch(String name, float k) {
        GraphBuilder b = new GraphBuilder(name).rounding(RoundingMode.SINGLE);
        String x = b.input("x", TensorType.f32(2));
        b.constant("k", Tensor.of(Shape.of(2), k, k));
        b.output(b.add("y", new Add(Activation.RELU), x, "k")).output(x);
        return b.build();
    }

    private static Graph choosing(Graph yes, Graph no) {
        GraphBuilder b = new GraphBuilder("outer");
        b.input("c", CONDITION);
        b.input("x", TensorType.f32(2));
        b.constant("k", Tensor.of(Shape.of(2), 9f, 9f));
        List<Value> out =
                List.of(new Value("a", TensorType.f32(2)), new Value("b", TensorType.f32(2)));
        List<String> in = List.of("c", Node.ABSENT, "x", "k");
        b.add(new Node(new Choice(yes, no), in, out, RoundingMode.DOUBLE));
        return b.output("a").output("b").build();
    }

    private static Graph reread(Graph g) {
        Graph back = GraphText.of(g).parse(g.metadata(), Choice.OPS);
        assertEquals(GraphText.of(g), GraphText.of(back));
        return back;
    }

    @Test
    void textOfGraphsInAttributes() {
        Graph g = choosing(branch("one", 1), branch("two", 2));
        assertEquals(
                """
                graph outer rounding=double
                input %c : BOOL[]
                input %x : F32[2]
                const @k : F32[2]
                %a, %b = Choice(%c, _, %x, @k) yes={
                    graph one rounding=single
                    input %x : F32[2]
                    const @k data=@k_1 : F32[2]
                    %y = Add(%x, @k) activation=relu : F32[2]
                    output %y
                    output %x
                } no={
                    graph two rounding=single
                    input %x : F32[2]
                    const @k data=@k_2 : F32[2]
                    %y = Add(%x, @k) activation=relu : F32[2]
                    output %y
                    output %x
                } : F32[2], F32[2]
                output %a
                output %b
                """,
                GraphText.of(g).text());
        assertEquals(List.of("k", "k_1", "k_2"), List.copyOf(GraphText.of(g).tensors().keySet()));
        assertEquals(g, reread(g));
    }

    @Test
    void graphsWithinGraphsWithinGraphs() {
        Graph inner = choosing(branch("one", 1), branch("two", 2));
        Graph g = choosing(inner, inner);
        assertEquals(g, reread(g));
    }

    @Test
    void scalesOfInnerConstantsAreStoredToo() {
        TensorType codes =
                new TensorType(DType.S8, Shape.of(2), Quant.perChannel(0, new float[] {1, 2}));
        GraphBuilder b = new GraphBuilder("inner");
        b.constant("k", Tensor.of(codes, (byte) 3, (byte) 4));
        b.output(b.add("y", new Dequantize(), "k"));
        Graph inner = b.build();
        GraphBuilder outer = new GraphBuilder("outer");
        outer.input("c", CONDITION);
        outer.output(outer.add("a", new Choice(inner, inner), "c"));
        Graph g = outer.build();
        assertEquals(g, reread(g));
    }

    @Test
    void innerGraphsArePartOfEquality() {
        Graph g = choosing(branch("one", 1), branch("two", 2));
        assertEquals(g, choosing(branch("one", 1), branch("two", 2)));
        assertNotEquals(g, choosing(branch("one", 1), branch("two", 3)));
    }

    @Test
    void operatorsOfOtherSetsAreUnknown() {
        GraphText text = GraphText.of(choosing(branch("one", 1), branch("two", 2)));
        UnsupportedOpException e =
                assertThrows(UnsupportedOpException.class, () -> text.parse(Map.of()));
        assertEquals("Choice", e.op());
    }

    @Test
    void errorsInsideNameTheirLine() {
        Graph g = choosing(branch("one", 1), branch("two", 2));
        GraphText text = GraphText.of(g);
        String broken = text.text().replace("graph two", "graph two rounding=up");
        FormatException e =
                assertThrows(
                        FormatException.class,
                        () -> new GraphText(broken, text.tensors()).parse(Map.of(), Choice.OPS));
        assertTrue(e.getMessage().contains("line 13"), e.getMessage());
    }

    @Test
    void nestingHasALimit() {
        String open = "graph g\ninput %c : BOOL[]\n%a = Choice(%c) yes={";
        GraphText deep = new GraphText(open.repeat(5000), Map.of());
        FormatException e =
                assertThrows(FormatException.class, () -> deep.parse(Map.of(), Choice.OPS));
        assertTrue(e.getMessage().contains("nested"), e.getMessage());
    }

    @Test
    void costsOfInnerConstantsCount() {
        GraphCost cost = GraphCost.of(choosing(branch("one", 1), branch("two", 2)));
        assertEquals(6, cost.parameters());
        assertEquals(24, cost.weightBytes());
    }
}
