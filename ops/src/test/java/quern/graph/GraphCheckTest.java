package quern.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import quern.error.FormatException;
import quern.error.InvalidGraphException;
import quern.error.ShapeException;
import quern.fixedpoint.RoundingMode;
import quern.op.Activation;
import quern.op.Op;
import quern.op.Padding;
import quern.op.activation.Relu;
import quern.op.math.Add;
import quern.op.nn.FullyConnected;
import quern.op.pooling.AveragePool2d;
import quern.op.quantize.Quantize;
import quern.op.shape.Reshape;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Each rule of graphs, broken once. */
class GraphCheckTest {
    private static final TensorType X = TensorType.f32(2);

    private final List<Value> inputs = new ArrayList<>();
    private final List<State> states = new ArrayList<>();
    private final Map<String, Tensor> constants = new LinkedHashMap<>();
    private final List<Node> nodes = new ArrayList<>();
    private final List<String> outputs = new ArrayList<>();

    @BeforeEach
    void validGraph() {
        inputs.add(new Value("x", X));
        constants.put("k", Tensor.of(Shape.of(2), 1f, 2f));
        states.add(new State(new Value("s", X), "k", "y"));
        node(new Add(Activation.NONE), List.of("x", "k"), "y", X);
        outputs.add("y");
        build();
    }

    private Graph build() {
        return new Graph(
                "g", RoundingMode.DOUBLE, inputs, states, constants, nodes, outputs, Map.of());
    }

    private void node(Op op, List<String> from, String name, TensorType type) {
        nodes.add(new Node(op, from, List.of(new Value(name, type)), RoundingMode.DOUBLE));
    }

    private void assertBroken(Class<? extends FormatException> type, String... words) {
        FormatException e = assertThrows(type, this::build);
        for (String word : words) {
            assertTrue(e.getMessage().contains(word), e.getMessage() + " lacks " + word);
        }
    }

    @Test
    void namesShareOneSpace() {
        inputs.add(new Value("k", X));
        assertBroken(InvalidGraphException.class, "k", "two values");
    }

    @Test
    void namesOfOutputsAreInThatSpaceToo() {
        node(new Relu(), List.of("x"), "s", X);
        assertBroken(InvalidGraphException.class, "s", "two values");
    }

    @Test
    void namesAreNotEmpty() {
        inputs.add(new Value("", X));
        assertBroken(InvalidGraphException.class, "no name");
    }

    @Test
    void nodesReadOnlyWhatIsMadeBefore() {
        nodes.add(
                0,
                new Node(
                        new Relu(), List.of("y"), List.of(new Value("z", X)), RoundingMode.DOUBLE));
        assertBroken(InvalidGraphException.class, "y", "node z");
    }

    @Test
    void graphsReturnOnlyWhatExists() {
        outputs.add("nothing");
        assertBroken(InvalidGraphException.class, "nothing", "returns");
    }

    @Test
    void statesContinueWithWhatExists() {
        states.add(new State(new Value("t", X), "", "nothing"));
        assertBroken(InvalidGraphException.class, "nothing", "state t");
    }

    @Test
    void statesKeepTheirType() {
        states.add(new State(new Value("t", TensorType.f32(3)), "", "y"));
        assertBroken(InvalidGraphException.class, "t", "F32[3]", "F32[2]");
    }

    @Test
    void statesBeginWithAConstantOfTheirType() {
        states.add(new State(new Value("t", X), "x", "y"));
        assertBroken(InvalidGraphException.class, "t", "begins with x");
    }

    @Test
    void requiredInputsAreThere() {
        node(new Add(Activation.NONE), List.of("x", Node.ABSENT), "z", X);
        assertBroken(InvalidGraphException.class, "z", "input 1 of Add");
    }

    @Test
    void thereAreNotTooManyInputs() {
        node(new Relu(), List.of("x", "k"), "z", X);
        assertBroken(InvalidGraphException.class, "z", "1 inputs at most");
    }

    @Test
    void thereAreAsManyOutputsAsTheOperatorHas() {
        Value a = new Value("a", X);
        Value b = new Value("b", X);
        nodes.add(new Node(new Relu(), List.of("x"), List.of(a, b), RoundingMode.DOUBLE));
        assertBroken(InvalidGraphException.class, "a", "1 outputs, not 2");
    }

    @Test
    void thereIsAnOutput() {
        nodes.add(new Node(new Relu(), List.of("x"), List.of(), RoundingMode.DOUBLE));
        assertBroken(InvalidGraphException.class, "Relu", "no output");
    }

    @Test
    void thereAreAsManyOutputsAsTheAttributesSay() {
        GraphBuilder inner = new GraphBuilder("inner");
        Graph branch = inner.output(inner.input("v", X)).build();
        inputs.add(new Value("c", TensorType.of(DType.BOOL, Shape.of())));
        List<Value> out = List.of(new Value("a", X), new Value("b", X));
        nodes.add(new Node(new Choice(branch, branch), List.of("c"), out, RoundingMode.DOUBLE));
        assertBroken(ShapeException.class, "a", "makes 1 outputs, not 2");
    }

    @Test
    void declaredShapesAreThoseInferred() {
        node(new Relu(), List.of("x"), "z", TensorType.f32(3));
        assertBroken(ShapeException.class, "Relu z", "[2]", "[3]");
    }

    @Test
    void declaredElementTypesAreThoseInferred() {
        node(new Relu(), List.of("x"), "z", TensorType.of(DType.F64, Shape.of(2)));
        assertBroken(ShapeException.class, "Relu z", "F64");
    }

    @Test
    void operatorsThatMoveCodesKeepTheirQuantization() {
        inputs.add(new Value("q", TensorType.s8(0.5f, 0, 2)));
        node(new Reshape(Ints.of(2, 1)), List.of("q"), "z", TensorType.s8(0.25f, 0, 2, 1));
        assertBroken(ShapeException.class, "Reshape z", "scale=0.5", "scale=0.25");
    }

    @Test
    void plainIntegersDoNotBecomeCodesBySeeing() {
        inputs.add(new Value("i", TensorType.of(DType.S8, Shape.of(2))));
        node(new Reshape(Ints.of(2, 1)), List.of("i"), "z", TensorType.s8(0.25f, 0, 2, 1));
        assertBroken(ShapeException.class, "Reshape z");
    }

    @Test
    void codesStayCodes() {
        inputs.add(new Value("q", TensorType.s8(0.5f, 0, 2)));
        node(new Relu(), List.of("q"), "z", TensorType.of(DType.S8, Shape.of(2)));
        assertBroken(ShapeException.class, "Relu z", "scale and zero point");
    }

    @Test
    void operandsAreAllRealOrAllCodes() {
        inputs.add(new Value("q", TensorType.s8(0.5f, 0, 2)));
        node(new Add(Activation.NONE), List.of("q", "x"), "z", TensorType.s8(0.5f, 0, 2));
        assertBroken(ShapeException.class, "Add z", "all F32 or all quantized");
    }

    @Test
    void quantizeNeedsParameters() {
        node(new Quantize(), List.of("x"), "z", TensorType.of(DType.S8, Shape.of(2)));
        assertBroken(ShapeException.class, "Quantize z");
    }

    @Test
    void biasOfCodesIsNotQuantizedItself() {
        TensorType w = TensorType.s8(0.5f, 0, 3, 2);
        inputs.add(new Value("q", TensorType.s8(0.5f, 0, 1, 2)));
        inputs.add(new Value("w", w));
        Quant q = new Quant.PerTensor(0.25f, 0, 32);
        inputs.add(new Value("b", new TensorType(DType.S32, Shape.of(3), q)));
        node(
                new FullyConnected(false, Activation.NONE),
                List.of("q", "w", "b"),
                "z",
                TensorType.s8(1, 0, 1, 3));
        assertBroken(ShapeException.class, "FullyConnected z", "bias must be S32[3]");
    }

    @Test
    void scalesOfWeightsRunAlongTheOutputs() {
        Quant along = Quant.perChannel(1, new float[] {1, 2});
        inputs.add(new Value("q", TensorType.s8(0.5f, 0, 1, 2)));
        inputs.add(new Value("w", new TensorType(DType.S8, Shape.of(3, 2), along)));
        node(
                new FullyConnected(false, Activation.NONE),
                List.of("q", "w"),
                "z",
                TensorType.s8(1, 0, 1, 3));
        assertBroken(ShapeException.class, "FullyConnected z", "axis 0");
    }

    @Test
    void fixedPointAveragesKeepTheirQuantization() {
        Ints two = Ints.of(2, 2);
        Op pool = new AveragePool2d(two, two, Padding.VALID, Activation.NONE);
        inputs.add(new Value("q", TensorType.s8(0.5f, 0, 1, 2, 2, 1)));
        TensorType other = TensorType.s8(0.25f, 0, 1, 1, 1, 1);
        Value z = new Value("z", other);
        nodes.add(new Node(pool, List.of("q"), List.of(z), RoundingMode.FLOAT_EVEN));
        assertEquals(other, build().type("z"));
        nodes.set(1, new Node(pool, List.of("q"), List.of(z), RoundingMode.DOUBLE));
        assertBroken(ShapeException.class, "AveragePool2d z", "same type");
    }

    @Test
    void shapesThatOverflowAreRefused() {
        int half = 1 << 30;
        inputs.add(new Value("big", TensorType.f32(half, 2)));
        node(new Reshape(Ints.of(-1)), List.of("big"), "z", TensorType.f32(1));
        assertBroken(ShapeException.class, "Reshape z", "more elements");
    }
}
