package quern.rewrite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.op.Activation;
import quern.op.activation.Logistic;
import quern.op.activation.Relu;
import quern.op.math.Add;
import quern.tensor.TensorType;

class DeadCodeTest {
    private static final Add ADD = new Add(Activation.NONE);

    @Test
    void removesWhatNothingReads() {
        GraphBuilder b = new GraphBuilder("g");
        String x = b.input("x", TensorType.f32(3));
        String unused = b.input("unused", TensorType.f32(3));
        String k = b.constant("k", Rewritten.floats(1, 2, 3));
        b.constant("orphan", Rewritten.floats(1));
        String dead = b.add("dead", ADD, unused, k);
        b.add("deader", new Relu(), dead);
        b.output(b.add("y", new Relu(), x));
        Graph g = b.build();
        Graph after = new DeadCode().apply(g);
        assertEquals(List.of("Relu"), Rewritten.ops(after));
        assertEquals(Set.of(), after.constants().keySet());
        Rewritten.assertSameBits(g, after, List.of(Rewritten.reals(1, 3), Rewritten.reals(2, 3)));
    }

    @Test
    void removesAnUnreadConstantAlone() {
        GraphBuilder b = new GraphBuilder("g");
        String x = b.input("x", TensorType.f32(3));
        b.constant("orphan", Rewritten.floats(1));
        b.output(b.add("y", new Relu(), x));
        assertTrue(new DeadCode().apply(b.build()).constants().isEmpty());
    }

    @Test
    void keepsWhatAStateNeeds() {
        GraphBuilder b = new GraphBuilder("g");
        String x = b.input("x", TensorType.f32(3));
        b.constant("first", Rewritten.floats(1, 2, 3));
        String s = b.state("s", TensorType.f32(3), "first", "next");
        b.add("next", new Logistic(), s);
        b.output(b.add("y", new Relu(), x));
        Graph g = b.build();
        assertSame(g, new DeadCode().apply(g));
    }

    @Test
    void leavesAGraphWithoutDeadCodeAsItIs() {
        GraphBuilder b = new GraphBuilder("g");
        String x = b.input("x", TensorType.f32(3));
        b.output(x).output(b.add("y", ADD, x, b.constant("k", Rewritten.floats(1, 2, 3))));
        Graph g = b.build();
        assertSame(g, new DeadCode().apply(g));
    }
}
