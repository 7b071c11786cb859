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
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.op.shape.Reshape;
import quern.op.shape.Transpose;
import quern.tensor.Ints;
import quern.tensor.TensorType;

class MergingTest {
    @Provide
    Arbitrary<Ints> permutations() {
        return Arbitraries.shuffle(0, 1, 2, 3)
                .map(p -> Ints.of(p.stream().mapToInt(Integer::intValue).toArray()));
    }

    @Property(seed = "141", tries = 300)
    void twoTransposesBecomeOne(
            @ForAll("permutations") Ints first, @ForAll("permutations") Ints second) {
        GraphBuilder b = new GraphBuilder("g");
        b.input("x", TensorType.f32(2, 3, 4, 5));
        b.add("t", new Transpose(first), "x");
        b.output(b.add("y", new Transpose(second), "t"));
        Graph g = b.build();
        Graph after = new TransposeMerging().apply(g);
        assertEquals(List.of("Transpose"), Rewritten.ops(after));
        Rewritten.assertSameBits(g, after, List.of(Rewritten.reals(1, 2, 3, 4, 5)));
    }

    @Test
    void inversesVanish() {
        GraphBuilder b = new GraphBuilder("g");
        b.input("x", TensorType.f32(2, 3, 4));
        b.add("sorted", new Transpose(Ints.of(2, 1, 0)), "x");
        b.add("t", new Transpose(Ints.of(1, 2, 0)), "sorted");
        b.add("u", new Transpose(Ints.of(2, 0, 1)), "t");
        b.output(b.add("y", new Transpose(Ints.of(2, 1, 0)), "u"));
        b.output(b.add("z", new Reshape(Ints.of(-1)), "u"));
        Graph g = b.build();
        Graph after = Simplify.simplify(g);
        assertEquals(List.of("Transpose", "Reshape", "Transpose"), Rewritten.ops(after));
        Rewritten.assertSameBits(g, after, List.of(Rewritten.reals(1, 2, 3, 4)));
    }

    @Test
    void twoReshapesBecomeOne() {
        GraphBuilder b = new GraphBuilder("g");
        b.input("x", TensorType.f32(2, 3, 4));
        b.add("t", new Reshape(Ints.of(6, 4)), "x");
        b.add("u", new Reshape(Ints.of(-1)), "t");
        b.output(b.add("y", new Reshape(Ints.of(8, 3)), "u"));
        Graph g = b.build();
        Graph after = Simplify.simplify(g);
        assertEquals(List.of("Reshape"), Rewritten.ops(after));
        Rewritten.assertSameBits(g, after, List.of(Rewritten.reals(1, 2, 3, 4)));
    }

    @Test
    void leavesWhatSomethingElseReads() {
        GraphBuilder b = new GraphBuilder("g");
        b.input("x", TensorType.f32(2, 3));
        b.output(b.add("t", new Transpose(Ints.of(1, 0)), "x"));
        b.output(b.add("y", new Transpose(Ints.of(1, 0)), "t"));
        b.output(b.add("u", new Reshape(Ints.of(6)), "x"));
        b.output(b.add("z", new Reshape(Ints.of(3, 2)), "u"));
        Graph g = b.build();
        assertSame(g, new TransposeMerging().apply(g));
        assertSame(g, new ReshapeMerging().apply(g));
    }
}
