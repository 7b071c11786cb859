package quern.rewrite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import quern.cases.OpCase;
import quern.cases.OpCases;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.graph.Node;
import quern.op.Activation;
import quern.op.Padding;
import quern.op.activation.Relu;
import quern.op.math.Add;
import quern.op.nn.Conv2d;
import quern.op.pooling.MaxPool2d;
import quern.op.quantize.Dequantize;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

class ConstantFoldingTest {
    private static final Add ADD = new Add(Activation.NONE);
    private static final Ints ONE = Ints.of(1, 1);

    @Provide
    Arbitrary<OpCase> cases() {
        return OpCases.any().filter(c -> c.node().op().subgraphs().isEmpty());
    }

    /**
     * Any operator that holds no graph, on constants, becomes what the reference kernel makes of
     * them.
     */
    @Property(seed = "111", tries = 1500)
    void foldsEveryOperator(@ForAll("cases") OpCase c) {
        GraphBuilder b = new GraphBuilder("g");
        c.graph().constants().forEach(b::constant);
        for (int i = 0; i < c.inputs().size(); i++) {
            b.constant(c.graph().inputs().get(i).name(), c.inputs().get(i));
        }
        b.add(c.node());
        c.graph().outputs().forEach(b::output);
        Graph g = b.build();
        Graph after = new ConstantFolding().apply(g);
        assertEquals(List.of(), after.nodes());
        assertEquals(Set.copyOf(c.graph().outputs()), after.constants().keySet());
        Rewritten.assertSameBits(g, after, List.of());
    }

    @Test
    void foldsDequantizedWeightsAndWhatFollows() {
        TensorType codes =
                new TensorType(
                        DType.S8, Shape.of(2, 3), Quant.perChannel(0, new float[] {.5f, .1f}));
        GraphBuilder b = new GraphBuilder("g");
        String x = b.input("x", TensorType.f32(2, 3));
        String w = b.constant("w", Tensor.of(codes, new byte[] {1, -2, 3, 127, 0, -127}));
        String real = b.add("real", new Dequantize(), w);
        String clamped = b.add("clamped", new Relu(), real);
        b.output(b.add("y", ADD, x, clamped)).output(real);
        Graph g = b.build();
        Graph after = new ConstantFolding().apply(g);
        assertEquals(List.of("Add"), Rewritten.ops(after));
        assertEquals(Set.of("real", "clamped"), after.constants().keySet());
        Rewritten.assertSameBits(g, after, List.of(Rewritten.reals(3, 2, 3)));
    }

    @Test
    void leavesWhatDependsOnAnInputOrState() {
        GraphBuilder b = new GraphBuilder("g");
        String x = b.input("x", TensorType.f32(1));
        String k = b.constant("k", Rewritten.floats(1));
        String s = b.state("s", TensorType.f32(1), k, x);
        b.output(b.add("y", ADD, x, k)).output(b.add("z", ADD, k, s));
        Graph g = b.build();
        assertSame(g, new ConstantFolding().apply(g));
    }

    @Test
    void leavesResultsThatGrowTooLarge() {
        assertEquals(1, foldedOuterSum(257));
        assertEquals(0, foldedOuterSum(256));
    }

    /** Number of nodes left of a sum of a column and a row of {@code n} elements each. */
    private static int foldedOuterSum(int n) {
        GraphBuilder b = new GraphBuilder("g");
        String column = b.constant("column", Rewritten.reals(1, n, 1));
        String row = b.constant("row", Rewritten.reals(2, 1, n));
        b.output(b.add("y", ADD, column, row));
        return new ConstantFolding().apply(b.build()).nodes().size();
    }

    @Test
    void makesOnlySoMuchAtATime() {
        GraphBuilder b = new GraphBuilder("g");
        String v = b.constant("v", Rewritten.reals(1, 1 << 16));
        for (int i = 0; i < 20; i++) {
            v = b.add("v" + i, new Relu(), v);
        }
        Graph g = b.output(v).build();
        Graph once = new ConstantFolding().apply(g);
        assertEquals(20 - ConstantFolding.MAX_RATIO, once.nodes().size());
        assertEquals(1, once.constants().size());
        assertEquals(0, Simplify.simplify(g).nodes().size());
    }

    @Test
    void leavesPoolingThatTakesTooLong() {
        Ints large = Ints.of(200, 200);
        GraphBuilder b = new GraphBuilder("g");
        b.constant("v", Rewritten.reals(1, 1, 200, 200, 1));
        b.output(b.add("y", new MaxPool2d(large, ONE, Padding.SAME, Activation.NONE), "v"));
        b.output(b.add("z", new MaxPool2d(ONE, ONE, Padding.SAME, Activation.NONE), "v"));
        Graph after = new ConstantFolding().apply(b.build());
        assertEquals(List.of("y"), after.nodes().stream().map(Node::name).toList());
    }

    @Test
    void leavesWhatTakesTooLong() {
        GraphBuilder b = new GraphBuilder("g");
        String image = b.constant("image", Rewritten.reals(1, 1, 256, 256, 4));
        String w = b.constant("w", Rewritten.reals(2, 1, 64, 64, 4));
        b.output(b.add("y", new Conv2d(ONE, ONE, Padding.SAME, 1, Activation.NONE), image, w));
        Graph g = b.build();
        assertSame(g, new ConstantFolding().apply(g));
    }
}
