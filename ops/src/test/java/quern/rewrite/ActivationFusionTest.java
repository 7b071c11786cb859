package quern.rewrite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import quern.cases.OpCase;
import quern.cases.OpCases;
import quern.fixedpoint.RoundingMode;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.op.Activated;
import quern.op.Activation;
import quern.op.Op;
import quern.op.TypeRules;
import quern.op.activation.Logistic;
import quern.op.activation.Relu;
import quern.op.activation.Relu6;
import quern.op.math.Add;
import quern.tensor.Quant;
import quern.tensor.TensorType;

class ActivationFusionTest {
    private static final TensorType X = TensorType.s8(0.1f, 3, 256);

    /**
     * Operators that can clamp, float and quantized, with any activation of their own. Plain
     * integers have no operator that clamps them alone.
     */
    @Provide
    Arbitrary<OpCase> clamping() {
        List<OpCases.Row> rows =
                OpCases.rows().stream()
                        .filter(r -> Activated.class.isAssignableFrom(r.type()))
                        .toList();
        return Arbitraries.of(rows)
                .flatMap(OpCases.Row::arbitrary)
                .filter(c -> !TypeRules.isPlain(c.node().output().type()))
                .filter(c -> !TypeRules.isDouble(c.node().output().type()));
    }

    @Property(seed = "121", tries = 3000)
    void keepsEveryBit(@ForAll("clamping") OpCase c, @ForAll boolean six) {
        GraphBuilder b = new GraphBuilder("g").rounding(c.graph().rounding());
        c.graph().inputs().forEach(v -> b.input(v.name(), v.type()));
        c.graph().constants().forEach(b::constant);
        b.add(c.node());
        TensorType type = c.node().output().type();
        Op clamp = six ? new Relu6() : new Relu();
        b.output(b.add("clamped", clamp, List.of(c.node().name()), type));
        Graph g = b.build();
        Graph after = new ActivationFusion().apply(g);
        boolean expressible = ((Activated) c.node().op()).activation() != Activation.RELU_N1_TO_1;
        assertEquals(expressible ? 1 : 2, after.nodes().size());
        Rewritten.assertSameBits(g, after, c.inputs());
    }

    @Test
    void intersectsBothActivations() {
        assertEquals(Activation.RELU, fused(Activation.NONE, new Relu()));
        assertEquals(Activation.RELU6, fused(Activation.NONE, new Relu6()));
        assertEquals(Activation.RELU, fused(Activation.RELU, new Relu()));
        assertEquals(Activation.RELU6, fused(Activation.RELU, new Relu6()));
        assertEquals(Activation.RELU6, fused(Activation.RELU6, new Relu()));
    }

    private static Activation fused(Activation first, Op second) {
        GraphBuilder b = new GraphBuilder("g");
        b.input("x", TensorType.f32(2));
        b.add("sum", new Add(first), "x", "x");
        b.output(b.add("y", second, "sum"));
        Graph after = new ActivationFusion().apply(b.build());
        assertEquals(1, after.nodes().size());
        return ((Activated) after.nodes().get(0).op()).activation();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "second reader",
                "graph output",
                "state",
                "cannot clamp",
                "another activation",
                "requantizes",
                "scale near overflow"
            })
    void leavesWhatItMayNotFuse(String why) {
        Graph g = unfit(why);
        assertSame(g, new ActivationFusion().apply(g));
    }

    private static Graph unfit(String why) {
        GraphBuilder b = new GraphBuilder(why).rounding(RoundingMode.FLOAT_EVEN);
        float scale = why.equals("scale near overflow") ? 3e38f : 0.1f;
        TensorType type = X.withQuant(Quant.perTensor(scale, 3));
        b.input("x", type);
        Op made = why.equals("cannot clamp") ? new Logistic() : new Add(Activation.NONE);
        List<String> from = why.equals("cannot clamp") ? List.of("x") : List.of("x", "x");
        b.add("made", made, from, type);
        switch (why) {
            case "second reader" -> b.output(b.add("z", new Logistic(), type.quant(), "made"));
            case "graph output" -> b.output("made");
            case "state" -> b.state("s", type, "", "made");
            default -> {}
        }
        Quant out = why.equals("requantizes") ? Quant.perTensor(0.2f, 3) : type.quant();
        Op clamp = why.equals("another activation") ? new Logistic() : new Relu();
        b.output(b.add("y", clamp, out, "made"));
        return b.build();
    }
}
