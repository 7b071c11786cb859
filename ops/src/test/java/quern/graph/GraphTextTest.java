package quern.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import quern.cases.OpCase;
import quern.cases.OpCases;
import quern.error.FormatException;
import quern.error.UnsupportedOpException;
import quern.fixedpoint.RoundingMode;
import quern.op.Activation;
import quern.op.Padding;
import quern.op.activation.Relu;
import quern.op.math.Add;
import quern.op.nn.Conv2d;
import quern.op.shape.Pad;
import quern.tensor.DType;
import quern.tensor.Floats;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

class GraphTextTest {
    static List<OpCase> awkward() {
        return OpCases.awkward();
    }

    @Provide
    Arbitrary<OpCase> cases() {
        return OpCases.any();
    }

    /** Names of any characters, those that mean something in the text above all. */
    @Provide
    Arbitrary<String> names() {
        Arbitrary<String> telling =
                Arbitraries.of(
                        "%", "@", "\"", "\\", ":", " ", "_", "?", "=", "u0041", "\n", "é", "a");
        return Arbitraries.oneOf(
                telling.list().ofMinSize(1).ofMaxSize(6).map(l -> String.join("", l)),
                Arbitraries.strings().ofMinLength(1).ofMaxLength(8));
    }

    @Property(seed = "201", tries = 2000)
    void everyCaseComesBack(@ForAll("cases") OpCase c) {
        assertComesBack(c.graph());
    }

    @ParameterizedTest
    @MethodSource("awkward")
    void everyAwkwardCaseComesBack(OpCase c) {
        assertComesBack(c.graph());
    }

    private static void assertComesBack(Graph g) {
        GraphText text = GraphText.of(g);
        Graph back = text.parse(g.metadata());
        assertEquals(g, back);
        assertEquals(g.hashCode(), back.hashCode());
        assertEquals(text, GraphText.of(back));
        assertEquals(
                List.copyOf(text.tensors().keySet()),
                List.copyOf(GraphText.of(back).tensors().keySet()));
    }

    @Property(seed = "202", tries = 1000)
    void anyNameComesBack(
            @ForAll("names") String graph, @ForAll("names") String x, @ForAll("names") String y) {
        GraphBuilder b = new GraphBuilder(graph);
        b.input(x, TensorType.f32(2));
        b.constant(b.fresh(y), Tensor.of(Shape.of(2), 1f, 2f));
        b.output(b.add(b.fresh(x + y), new Relu(), x));
        assertComesBack(b.build());
    }

    /** What the text looks like; a change here is a change of the file format. */
    @Test
    void textOfAQuantizedGraph() {
        TensorType filter =
                new TensorType(
                        DType.S8,
                        Shape.of(2, 1, 1, 3),
                        new Quant.PerChannel(0, Floats.of(0.1f, 0.25f), Ints.of(0, 0), 4));
        GraphBuilder b = new GraphBuilder("tiny net").rounding(RoundingMode.SINGLE);
        b.input("x", TensorType.s8(0.5f, -3, 1, 8, 8, 3));
        b.constant("conv.w", Tensor.zeros(filter));
        b.constant("conv.b", Tensor.of(Shape.of(2), 7, -7));
        Conv2d conv =
                new Conv2d(
                        Ints.of(2, 2),
                        Ints.of(1, 1),
                        new Padding.Explicit(0, 0, 1, 1),
                        1,
                        Activation.RELU);
        b.add("conv", conv, Quant.perTensor(0.0235f, -128), "x", "conv.w", "conv.b");
        b.rounding(RoundingMode.DOUBLE);
        b.add("sum", new Add(Activation.NONE), Quant.perTensor(1, 0), "conv", "conv");
        b.state("memory", b.type("sum"), "", "sum");
        b.rounding(RoundingMode.SINGLE).output("sum").output("x");
        Graph g = b.build();
        assertEquals(
                """
                graph "tiny net" rounding=single
                input %x : S8[1,8,8,3] scale=0.5 zero=-3
                const @conv.w : S8[2,1,1,3] axis=0 scale=@conv.w.scale zero=0 bits=4
                const @conv.b : S32[2]
                state %memory next=%sum : S8[1,5,5,2] scale=1 zero=0
                %conv = Conv2d(%x, @conv.w, @conv.b) stride=[2,2] pad=[0,0,1,1] activation=relu\
                 : S8[1,5,5,2] scale=0.0235 zero=-128
                %sum = Add(%conv, %conv) rounding=double : S8[1,5,5,2] scale=1 zero=0
                output %sum
                output %x
                """,
                GraphText.of(g).text());
        assertEquals(
                List.of("conv.w", "conv.w.scale", "conv.b"),
                List.copyOf(GraphText.of(g).tensors().keySet()));
        assertComesBack(g);
    }

    @Test
    void aNameThatTheTextMakesUpGivesWay() {
        TensorType perChannel =
                new TensorType(DType.S8, Shape.of(2), Quant.perChannel(0, new float[] {1, 2}));
        GraphBuilder b = new GraphBuilder("g");
        b.input("x", TensorType.f32(1));
        b.constant("w", Tensor.zeros(perChannel));
        b.constant("w.scale", Tensor.of(Shape.of(1), 3f));
        b.output(b.add("y", new Add(Activation.NONE), "x", "w.scale"));
        assertComesBack(b.build());
    }

    @Test
    void metadataIsGivenBesideTheText() {
        GraphBuilder b = new GraphBuilder("g").metadata("mean", "127.5");
        b.output(b.input("x", TensorType.f32(1)));
        Graph g = b.build();
        assertEquals(g, GraphText.of(g).parse(Map.of("mean", "127.5")));
        assertEquals(Map.of(), GraphText.of(g).parse(Map.of()).metadata());
    }

    @Test
    void packedConstantsMayBeStoredAsBytes() {
        TensorType s4 = new TensorType(DType.S4, Shape.of(3), new Quant.PerTensor(1, 0, 4));
        GraphBuilder b = new GraphBuilder("g");
        b.output(b.constant("w", Tensor.of(s4, (byte) 0x21, (byte) 0x03)));
        Graph g = b.build();
        TensorType bytes = TensorType.of(DType.U8, Shape.of(2));
        Map<String, Tensor> stored = Map.of("w", Tensor.of(bytes, (byte) 0x21, (byte) 0x03));
        assertEquals(g, new GraphText(GraphText.of(g).text(), stored).parse(Map.of()));
    }

    @Test
    void attributesThatAreNotFiniteComeBack() {
        for (float v : new float[] {Float.NaN, Float.NEGATIVE_INFINITY, -0f, 1e-45f, 3e38f, 7}) {
            GraphBuilder b = new GraphBuilder("g");
            b.input("x", TensorType.f32(1));
            b.output(b.add("y", new Pad(Ints.of(1), Ints.of(0), v), "x"));
            assertComesBack(b.build());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "graph",
                "grahp g",
                "graph g rounding=sideways",
                "graph g\ninput %x",
                "graph g\ninput x : F32[1]",
                "graph g\ninput %x : F33[1]",
                "graph g\ninput %x : F32[-1]",
                "graph g\ninput %x : F32[99999999999]",
                "graph g\ninput %x : F32[1",
                "graph g\ninput %x : F32[1] scale=1 zero=0",
                "graph g\ninput %x : S8[1] scale=0 zero=0",
                "graph g\ninput %x : S8[1] scale=nan zero=0",
                "graph g\ninput %x : S8[1] scale=1",
                "graph g\ninput %x : S8[1] scale=1 zero=128",
                "graph g\ninput %x : S8[1] scale=1 zero=0 bits=9",
                "graph g\ninput %x : S8[1] scale=1 scale=1 zero=0",
                "graph g\ninput %x : S8[1] scale=1 zero=0 colour=1",
                "graph g\ninput %x : S8[1] scale=@nothing zero=0 axis=0",
                "graph g\ninput %x : S8[1] scale=1 zero=0 axis=0",
                "graph g\ninput %x : F32[1]\ninput %x : F32[1]",
                "graph g\noutput %x",
                "graph g\nconst @w : F32[1]",
                "graph g\ninput %x : F32[1]\n%y = Relu(%z) : F32[1]",
                "graph g\ninput %x : F32[1]\n%y = Relu(%x, %x) : F32[1]",
                "graph g\ninput %x : F32[1]\n%y = Relu(_) : F32[1]",
                "graph g\ninput %x : F32[1]\n%y = Relu(%x) : F32[2]",
                "graph g\ninput %x : F32[1]\n%y = Relu(%x) : S8[1]",
                "graph g\ninput %x : F32[1]\n%y = Relu(%x) size=3 : F32[1]",
                "graph g\ninput %x : F32[1]\n%y, %z = Relu(%x) : F32[1], F32[1]",
                "graph g\ninput %x : F32[1]\n%y = Relu(%x) : F32[1]\n%y = Relu(%x) : F32[1]",
                "graph g\ninput %x : F32[1]\n%y = Softmax(%x) : F32[1]",
                "graph g\ninput %x : F32[1]\n%y = Softmax(%x) axis=0 axis=0 : F32[1]",
                "graph g\ninput %x : F32[1]\n%y = Softmax(%x) axis=1 : F32[1]",
                "graph g\ninput %x : F32[1]\n%y = Softmax(%x) axis={graph h : F32[1]",
                "graph g\ninput %x : F32[1]\n%y = Concat(%x, _) axis=0 : F32[2]",
                "graph g\ninput %x : F32[1] junk",
                "graph g\njunk",
                "graph \"g",
                "graph \"g\\n\"",
                "graph g\ninput % : F32[1]",
                "graph g\u0007",
                "graph g\nstate %s : F32[1]",
                "graph g\nstate %s next=%s : F32[1]\nstate %t init=@c next=%s : F32[1]",
            })
    void brokenTextIsRefused(String text) {
        GraphText broken = new GraphText(text, Map.of());
        FormatException e = assertThrows(FormatException.class, () -> broken.parse(Map.of()), text);
        assertTrue(e.getMessage().length() > 10, e.getMessage());
    }

    @Test
    void errorsNameTheLine() {
        String text = "graph g\ninput %x : F32[1]\n\n%y = Relu(%x) : F32[1] !\n";
        FormatException e =
                assertThrows(
                        FormatException.class, () -> new GraphText(text, Map.of()).parse(Map.of()));
        assertEquals("line 4", e.where());
    }

    @Test
    void anUnknownOperatorIsNamed() {
        String text = "graph g\ninput %x : F32[1]\n%y = Frobnicate(%x) : F32[1]\n";
        UnsupportedOpException e =
                assertThrows(
                        UnsupportedOpException.class,
                        () -> new GraphText(text, Map.of()).parse(Map.of()));
        assertEquals("Frobnicate", e.op());
        assertTrue(e.getMessage().contains("line 3") && e.getMessage().contains("y"));
    }

    @Test
    void tensorsThatDoNotFitTheirTypeAreRefused() {
        GraphBuilder b = new GraphBuilder("g");
        b.output(b.constant("w", Tensor.of(Shape.of(2), 1f, 2f)));
        Graph g = b.build();
        String text = GraphText.of(g).text();
        Map<String, Tensor> other = new LinkedHashMap<>();
        other.put("w", Tensor.of(Shape.of(3), 1f, 2f, 3f));
        assertThrows(FormatException.class, () -> new GraphText(text, other).parse(Map.of()));
        other.put("w", Tensor.of(Shape.of(2), 1, 2));
        assertThrows(FormatException.class, () -> new GraphText(text, other).parse(Map.of()));
        other.put("w", Tensor.of(Shape.of(2), 1f, 2f));
        assertEquals(g, new GraphText(text, other).parse(Map.of()));
        other.put("stranger", Tensor.of(Shape.of(2), 1f, 2f));
        assertThrows(FormatException.class, () -> new GraphText(text, other).parse(Map.of()));
    }
}
