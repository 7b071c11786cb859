package quern.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.op.control.While;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Loops in a session. */
class ControlTest {
    private static final TensorType FLAG = TensorType.of(DType.BOOL, Shape.of());

    /** Repeats nothing while its flag is set. */
    private static Graph endless() {
        GraphBuilder inner = new GraphBuilder("same");
        Graph same = inner.output(inner.input("f", FLAG)).build();
        GraphBuilder g = new GraphBuilder("endless");
        g.input("f", FLAG);
        return g.output(g.add("y", new While(same, same), "f")).build();
    }

    @Test
    void anEndlessLoopCanBeInterrupted() {
        Tensor on = Tensor.zeros(FLAG);
        on.setInteger(0, 1);
        try (Session session = Session.open(endless())) {
            Thread.currentThread().interrupt();
            CancellationException e =
                    assertThrows(CancellationException.class, () -> session.run(on));
            assertTrue(Thread.interrupted());
            assertEquals("loop y was interrupted", e.getMessage());
            assertEquals(Tensor.zeros(FLAG), session.run(Tensor.zeros(FLAG)).get(0));
        }
    }

    @Test
    void memoryOfGraphsInsideCounts() {
        assertEquals(4, Plan.of(endless()).arenaBytes());
    }
}
