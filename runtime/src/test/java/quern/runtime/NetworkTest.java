package quern.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import quern.graph.Graph;
import quern.reference.ReferenceInterpreter;
import quern.tensor.Tensor;

/**
 * Whole networks: warm runs allocate nothing, and cold or compiled give the bits of the reference.
 */
class NetworkTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final int HOT = 1500;

    static List<Graph> networks() {
        return Network.all();
    }

    @ParameterizedTest
    @MethodSource("networks")
    void aWarmRunAllocatesNothing(Graph graph) {
        try (Session session = Session.open(Plan.of(graph, strict()))) {
            Tensor filled = RandomGraph.fill(session.input(0).type(), new Random(1));
            for (int i = 0; i < 3; i++) {
                refill(session, filled);
                session.run();
            }
            long least = Long.MAX_VALUE;
            for (int i = 0; i < 5; i++) {
                long before = THREADS.getCurrentThreadAllocatedBytes();
                refill(session, filled);
                session.run();
                least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
            }
            assertEquals(0, least, graph.name());
        }
    }

    @ParameterizedTest
    @MethodSource("networks")
    void equalsTheReference(Graph graph) {
        List<Tensor> inputs = RandomGraph.inputs(graph, 1);
        Equality.check(graph.name(), graph, inputs, 1, 2, 3);
    }

    /** Long enough for the JVM's compilers to have replaced every inner loop. */
    @ParameterizedTest
    @MethodSource("networks")
    void equalsTheReferenceOnceItIsCompiled(Graph graph) {
        List<Tensor> inputs = RandomGraph.inputs(graph, 2);
        List<Tensor> expected = new ReferenceInterpreter(graph).run(inputs);
        try (Session session = Session.open(graph)) {
            for (int run = 0; run < HOT; run++) {
                List<Tensor> actual = session.run(inputs.get(0));
                if (!expected.equals(actual)) {
                    Equality.same(graph.name() + ", run " + run, expected, actual);
                }
            }
        }
    }

    private static void refill(Session session, Tensor values) {
        Tensor input = session.input(0);
        System.arraycopy(values.array(), 0, input.array(), input.offset(), values.elements());
    }

    private static PlanOptions strict() {
        return PlanOptions.defaults().withStrict(true);
    }
}
