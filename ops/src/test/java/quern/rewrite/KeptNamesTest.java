package quern.rewrite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.op.Activation;
import quern.op.activation.Tanh;
import quern.op.math.Add;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

class KeptNamesTest {
    private static Graph graph(String value, String constant, String names) {
        GraphBuilder b = new GraphBuilder("g");
        b.input("x", TensorType.f32(2));
        b.constant(constant, Tensor.of(Shape.of(2), 1f, 2f));
        b.add(value, new Tanh(), "x");
        b.output(b.add("y", new Add(Activation.NONE), value, constant));
        if (!names.isEmpty()) {
            b.metadata(KeptNames.KEY, names);
        }
        return b.build();
    }

    @Test
    void namesComeBack() {
        Graph before = graph("a\tb", "c\\\n", "");
        String names = KeptNames.of(before);
        assertEquals(before, new KeptNames().apply(graph("v", "w", names)));
        assertSame(before, new KeptNames().apply(before));
    }

    /** Of another graph, or of none: the graph keeps the names that it has. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "nothing",
                "Tanh\ta\nAdd\ty\n",
                "Relu\ta\nAdd\ty\n=\tc\t0\n",
                "Tanh\ta\nAdd\tz\n=\tc\t0\n",
                "Tanh\ta\nAdd\ty\n=\ta\t0\n",
                "Tanh\tx\nAdd\ty\n=\tc\t0\n",
                "Tanh\t\nAdd\ty\n=\tc\t0\n",
                "Tanh\ta\nAdd\ty\n=\tc\t1\n",
                "Tanh\ta\nAdd\ty\n=\tc\t99999999999\n",
                "Tanh\ta\tb\nAdd\ty\n=\tc\t0\n"
            })
    void othersAreDropped(String names) {
        assertEquals(graph("v", "w", ""), new KeptNames().apply(graph("v", "w", names)));
    }
}
