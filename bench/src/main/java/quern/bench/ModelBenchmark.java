package quern.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
import quern.formats.Models;
import quern.graph.Graph;
import quern.graph.Value;
import quern.quant.Quantizer;
import quern.rewrite.Simplify;
import quern.runtime.Plan;
import quern.runtime.PlanOptions;
import quern.runtime.Session;
import quern.tensor.DType;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** One run of a model, as it is or quantized on random samples. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ModelBenchmark {
    private static final int SAMPLES = 8;

    /** How a model is run. */
    public enum Form {
        /** As the file has it. */
        STORED,
        /** Quantized to 8-bit integers; the file must hold a float model. */
        INT8
    }

    /** A model file, relative to the folder in which the benchmark is started. */
    @Param("testdata/models/fashion_cnn_float.qrn")
    public String model;

    @Param public Form form;

    @Param("auto")
    public String tier;

    @Param("1")
    public int threads;

    private Session session;

    @Setup(Level.Trial)
    public void open() throws IOException {
        Graph graph = Simplify.simplify(Models.read(Path.of(model)));
        Random random = new Random(1);
        if (form == Form.INT8) {
            List<List<Tensor>> samples = new ArrayList<>();
            for (int i = 0; i < SAMPLES; i++) {
                samples.add(sample(graph, random));
            }
            graph = Quantizer.quantize(graph, samples);
        }
        PlanOptions options = PlanOptions.defaults().withTier(tier).withThreads(threads);
        session = Session.open(Plan.of(graph, options));
        session.run(sample(graph, random).toArray(Tensor[]::new));
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

    /** Values from 0 to 255, which a quantized input limits to its own range. */
    private static List<Tensor> sample(Graph graph, Random random) {
        return graph.inputs().stream().map(Value::type).map(t -> sample(t, random)).toList();
    }

    private static Tensor sample(TensorType type, Random random) {
        Tensor sample = Tensor.zeros(TensorType.of(DType.F32, type.shape()));
        for (int i = 0; i < sample.elements(); i++) {
            sample.floats()[i] = random.nextInt(256);
        }
        return sample;
    }
}
