package quern.simd;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.junit.jupiter.api.Test;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.op.Activation;
import quern.op.Padding;
import quern.op.activation.Gelu;
import quern.op.activation.Silu;
import quern.op.activation.Softmax;
import quern.op.activation.Tanh;
import quern.op.math.Add;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.op.reduction.LayerNormalization;
import quern.runtime.Plan;
import quern.runtime.PlanOptions;
import quern.runtime.Session;
import quern.tensor.Ints;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Once it is compiled a run allocates nothing: no vector becomes an object. JDK 17 does it for some
 * networks in some orders of compilation, and is left out.
 */
class AllocationTest {
    private static final int ROUNDS = 60;
    private static final int RUNS = 50;

    /** A run allocates nothing; the JVM's own work now and then does. */
    private static final int LEFT = 16;

    private static final int SETTLED = 21;

    private final Random random = new Random(3);

    private String weights(GraphBuilder b, int... dims) {
        Tensor t = Tensor.zeros(TensorType.f32(dims));
        for (int i = 0; i < t.elements(); i++) {
            t.setReal(i, (float) random.nextGaussian() * 0.2f);
        }
        return b.constant(b.fresh("w"), t);
    }

    private static Conv2d conv(int stride) {
        return new Conv2d(
                Ints.of(stride, stride), Ints.of(1, 1), new Padding.Same(), 1, Activation.RELU6);
    }

    @Test
    void floatNetwork() {
        GraphBuilder b = new GraphBuilder("g");
        b.input("x", TensorType.f32(1, 17, 17, 3));
        String y = b.add("c1", conv(2), "x", weights(b, 16, 3, 3, 3), weights(b, 16));
        y = b.add("s", new Silu(), y);
        DepthwiseConv2d depthwise =
                new DepthwiseConv2d(
                        Ints.of(1, 1), Ints.of(1, 1), new Padding.Same(), Activation.NONE);
        y = b.add("d", depthwise, y, weights(b, 1, 3, 3, 16));
        y = b.add("c2", conv(1), y, weights(b, 37, 1, 1, 16));
        y = b.add("c3", conv(1), y, weights(b, 100, 3, 3, 37));
        y = b.add("g1", new Gelu(false), y);
        y = b.add("t", new Tanh(), y);
        y = b.add("l", new LayerNormalization(1e-5f), y, weights(b, 100), weights(b, 100));
        y = b.add("a", new Add(Activation.NONE), y, y);
        b.output(b.add("m", new Softmax(3, 1f), y));
        check(b.build());
    }

    private static void check(Graph graph) {
        assumeTrue(Runtime.version().feature() >= SETTLED);
        PlanOptions options = PlanOptions.defaults().withTier(PlanOptions.SIMD);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Session session = Session.open(Plan.of(graph, options))) {
            long least = Long.MAX_VALUE;
            for (int round = 0; round < ROUNDS && least > LEFT; round++) {
                for (int i = 0; i < 4 * RUNS; i++) {
                    session.run();
                }
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < RUNS; i++) {
                    session.run();
                }
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertTrue(least <= LEFT, least + " bytes in " + RUNS + " runs of\n" + graph);
        }
    }
}
