package quern.rewrite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import quern.cases.OpCase;
import quern.cases.OpCases;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.op.Activated;
import quern.op.Activation;
import quern.op.Padding;
import quern.op.activation.Relu6;
import quern.op.math.Add;
import quern.op.math.Mul;
import quern.op.nn.Conv2d;
import quern.op.quantize.Dequantize;
import quern.op.shape.Reshape;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

class SimplifyTest {
    @Provide
    Arbitrary<OpCase> cases() {
        return OpCases.any();
    }

    @Provide
    Arbitrary<Graph> graphs() {
        return Arbitraries.longs()
                .flatMap(
                        seed ->
                                Arbitraries.integers()
                                        .between(1, 25)
                                        .map(steps -> RandomGraph.of(seed, steps)));
    }

    /** A float network as a hybrid file holds it: codes, batch normalization, clamp. */
    @Test
    void rulesWorkTogether() {
        Quant scales = Quant.perChannel(0, new float[] {.01f, .02f});
        Tensor codes = Rewritten.ramp(new TensorType(DType.S8, Shape.of(2, 3, 3, 2), scales));
        GraphBuilder b = new GraphBuilder("net");
        b.input("x", TensorType.f32(1, 4, 4, 2));
        b.constant("codes", codes);
        b.constant("scale", Rewritten.floats(2, -3));
        b.constant("offset", Rewritten.floats(1, .5f));
        b.add("w", new Dequantize(), "codes");
        Ints one = Ints.of(1, 1);
        b.add("conv", new Conv2d(one, one, Padding.SAME, 1, Activation.NONE), "x", "w");
        b.add("same", new Reshape(Ints.of(1, 4, 4, 2)), "conv");
        b.add("scaled", new Mul(Activation.NONE), "same", "scale");
        b.add("shifted", new Add(Activation.NONE), "scaled", "offset");
        b.output(b.add("y", new Relu6(), "shifted"));
        Graph g = b.build();
        Graph after = Simplify.simplify(g);
        assertEquals(List.of("Conv2d"), Rewritten.ops(after));
        assertEquals(Activation.RELU6, ((Activated) after.nodes().get(0).op()).activation());
        assertEquals(2, after.constants().size());
        Rewritten.assertSameBorder(g, after);
    }

    @Test
    void ruleNamesAreUnique() {
        List<String> names = Simplify.rules().stream().map(Rule::name).toList();
        assertEquals(names.size(), Set.copyOf(names).size());
        names.forEach(n -> assertTrue(n.matches("[a-z]+(-[a-z]+)*"), n));
    }

    @Property(seed = "151", tries = 1000)
    void oneOperatorStaysWhatItIs(@ForAll("cases") OpCase c) {
        Rewritten.assertSameBits(c.graph(), Simplify.simplify(c.graph()), c.inputs());
    }

    /** All rules but the folding of batch normalization promise equal bits. */
    @Property(seed = "152", tries = 500)
    void exactRulesKeepEveryBit(@ForAll("graphs") Graph g) {
        List<Tensor> x = List.of(Rewritten.reals(7, RandomGraph.INPUT));
        for (Rule rule : Simplify.rules()) {
            if (!(rule instanceof BatchNormFolding)) {
                Rewritten.assertSameBits(g, rule.apply(g), x);
            }
        }
    }

    @Property(seed = "153", tries = 500)
    void simplifyingIsDeterministicAndCompletes(@ForAll("graphs") Graph g) {
        Graph once = Simplify.simplify(g);
        Rewritten.assertSameBorder(g, once);
        assertEquals(once, Simplify.simplify(g));
        assertSame(once, Simplify.simplify(once));
        assertTrue(once.nodes().size() <= g.nodes().size());
        Set<Graph> seen = new HashSet<>(List.of(once));
        for (Rule rule : Simplify.rules()) {
            seen.add(rule.apply(once));
        }
        assertEquals(1, seen.size());
    }
}
