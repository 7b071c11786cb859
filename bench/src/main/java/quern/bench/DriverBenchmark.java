package quern.bench;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import quern.graph.Graph;
import quern.runtime.Plan;
import quern.runtime.PlanOptions;
import quern.runtime.Session;
import quern.tensor.Tensor;

/** One run of one layer: the whole kernel, from its input to its output, rescaling included. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
public class DriverBenchmark {
    /** Numbers of a layer. */
    public enum Type {
        F32,
        INT8
    }

    @Param public Layer layer;

    @Param public Type type;

    @Param("1")
    public int threads;

    private Session session;

    @Setup(Level.Trial)
    public void open() {
        Graph graph = layer.graph(type == Type.INT8);
        session = Session.open(Plan.of(graph, PlanOptions.defaults().withThreads(threads)));
        Random random = new Random(2);
        for (int i = 0; i < graph.inputs().size(); i++) {
            Tensor input = session.input(i);
            Tensor values = Layer.random(input.type(), random);
            System.arraycopy(values.array(), 0, input.array(), input.offset(), values.elements());
        }
    }

    @TearDown(Level.Trial)
    public void close() {
        session.close();
    }

    @Benchmark
    public Tensor run() {
        session.run();
        return session.output(0);
    }
}
