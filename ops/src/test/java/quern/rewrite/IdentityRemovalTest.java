package quern.rewrite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import quern.fixedpoint.RoundingMode;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.op.Activation;
import quern.op.Op;
import quern.op.activation.Relu;
import quern.op.math.Add;
import quern.op.quantize.Requantize;
import quern.op.shape.Concat;
import quern.op.shape.Pad;
import quern.op.shape.Reshape;
import quern.op.shape.Transpose;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.TensorType;

class IdentityRemovalTest {
    private static final TensorType X = TensorType.s8(0.1f, 3, 2, 128);
    private static final Add ADD = new Add(Activation.NONE);

    static Stream<Op> identities() {
        return Stream.of(
                new Reshape(Ints.of(2, -1)),
                new Transpose(Ints.of(0, 1)),
                new Pad(Ints.of(0, 0), Ints.of(0, 0), 5),
                new Concat(1),
                new Requantize());
    }

    static Stream<Op> others() {
        return Stream.of(
                new Reshape(Ints.of(128, 2)),
                new Transpose(Ints.of(1, 0)),
                new Pad(Ints.of(0, 0), Ints.of(0, 1), 5),
                new Relu());
    }

    @ParameterizedTest
    @MethodSource("identities")
    void removesAnIdentityInTheMiddle(Op identity) {
        for (RoundingMode mode : RoundingMode.values()) {
            GraphBuilder b = new GraphBuilder("g").rounding(mode);
            b.input("x", X);
            b.add("same", identity, List.of("x"), X);
            b.output(b.add("y", new Relu(), X.quant(), "same"));
            b.output(b.add("z", ADD, X.quant(), "same", "x"));
            Graph g = b.build();
            Graph after = new IdentityRemoval().apply(g);
            assertEquals(List.of("Relu", "Add"), Rewritten.ops(after));
            Rewritten.assertSameBits(g, after, List.of(Rewritten.ramp(X)));
        }
    }

    @ParameterizedTest
    @MethodSource("identities")
    void anOutputKeepsItsName(Op identity) {
        GraphBuilder b = new GraphBuilder("g");
        b.input("x", X);
        b.add("made", ADD, X.quant(), "x", "x");
        b.output(b.add("z", ADD, X.quant(), "made", "x"));
        b.output(b.add("y", identity, List.of("made"), X));
        Graph g = b.build();
        Graph after = new IdentityRemoval().apply(g);
        assertEquals(List.of("Add", "Add"), Rewritten.ops(after));
        Rewritten.assertSameBits(g, after, List.of(Rewritten.ramp(X)));
    }

    @ParameterizedTest
    @MethodSource("others")
    void leavesWhatChangesSomething(Op op) {
        GraphBuilder b = new GraphBuilder("g");
        b.input("x", X);
        TensorType type = b.infer("y", op, List.of("x")).get(0).withQuant(X.quant());
        b.output(b.add("y", op, List.of("x"), type));
        Graph g = b.build();
        assertSame(g, new IdentityRemoval().apply(g));
    }

    /** There is no node that could make the output under its name. */
    @ParameterizedTest
    @MethodSource("identities")
    void leavesAnInputThatIsReturnedUnderAnotherName(Op identity) {
        GraphBuilder b = new GraphBuilder("g");
        b.input("x", X);
        b.output(b.add("y", identity, List.of("x"), X));
        Graph g = b.build();
        assertSame(g, new IdentityRemoval().apply(g));
    }

    @Test
    void oneValueReturnedUnderTwoNamesKeepsBoth() {
        GraphBuilder b = new GraphBuilder("g");
        b.input("x", X);
        b.add("made", ADD, X.quant(), "x", "x");
        b.output(b.add("y", new Transpose(Ints.of(0, 1)), "made"));
        b.output(b.add("z", new Transpose(Ints.of(0, 1)), "made"));
        Graph g = b.build();
        Graph after = Simplify.simplify(g);
        assertEquals(List.of("Add", "Transpose"), Rewritten.ops(after));
        Rewritten.assertSameBits(g, after, List.of(Rewritten.ramp(X)));
    }

    @Test
    void aStateContinuesWithWhatTheIdentityGot() {
        GraphBuilder b = new GraphBuilder("g");
        b.input("x", X);
        b.state("s", X, "", "same");
        b.add("made", ADD, X.quant(), "x", "s");
        b.add("same", new Transpose(Ints.of(0, 1)), "made");
        b.output(b.add("y", ADD, X.quant(), "s", "x"));
        Graph g = b.build();
        Graph after = new IdentityRemoval().apply(g);
        assertEquals("made", after.states().get(0).next());
        Rewritten.assertSameBits(g, after, List.of(Rewritten.ramp(X)));
    }

    @Test
    void leavesARequantizeThatClampsOrRescales() {
        assertRequantizeStays(X, X.withQuant(Quant.perTensor(0.1f, 4)));
        TensorType narrow = new TensorType(DType.S8, Shape.of(3), new Quant.PerTensor(0.1f, 0, 4));
        assertRequantizeStays(narrow, narrow);
        TensorType huge = TensorType.s8(3e38f, 0, 3);
        assertRequantizeStays(huge, huge);
    }

    private static void assertRequantizeStays(TensorType from, TensorType to) {
        GraphBuilder b = new GraphBuilder("g");
        b.input("x", from);
        b.add("same", new Requantize(), List.of("x"), to);
        b.output(b.add("y", new Relu(), to.quant(), "same"));
        Graph g = b.build();
        assertSame(g, new IdentityRemoval().apply(g));
    }
}
