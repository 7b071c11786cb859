package quern.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
import quern.formats.Models;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.op.Activation;
import quern.op.Padding;
import quern.op.activation.Relu;
import quern.op.math.Add;
import quern.op.math.Mul;
import quern.op.nn.Conv2d;
import quern.op.shape.Concat;
import quern.op.shape.Slice;
import quern.rewrite.Simplify;
import quern.runtime.Plan;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Reading an ONNX file, simplifying its graph and planning it, each in a JVM that has just begun.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@State(Scope.Thread)
@Fork(3)
@Measurement(iterations = 1)
public class LoadBenchmark {
    private static final Ints ONE = Ints.of(1, 1);

    /** A model file, or the number of nodes of a generated one. */
    @Param("20000")
    public String model;

    private Path folder;
    private Path file;

    @Setup(Level.Trial)
    public void write() throws IOException {
        folder = Files.createTempDirectory("quern-load");
        file = Path.of(model);
        if (model.chars().allMatch(Character::isDigit)) {
            file = folder.resolve("generated.onnx");
            Models.write(generated(Integer.parseInt(model)), file);
        }
    }

    @TearDown(Level.Trial)
    public void delete() throws IOException {
        Files.deleteIfExists(folder.resolve("generated.onnx"));
        Files.delete(folder);
    }

    /** Blocks of seven nodes one after another, each with a way around it. */
    private static Graph generated(int nodes) {
        GraphBuilder b = new GraphBuilder("generated");
        String x = b.input("x", TensorType.f32(1, 8, 8, 4));
        Tensor filter = Tensor.zeros(TensorType.f32(4, 1, 1, 4));
        Conv2d conv = new Conv2d(ONE, ONE, Padding.VALID, 1, Activation.NONE);
        for (int i = 0; b.nodes().size() < nodes; i++) {
            String w = b.constant("w" + i, filter.copy());
            String y = b.add("c" + i, conv, x, w);
            y = b.add("r" + i, new Relu(), y);
            String s = b.constant("s" + i, Tensor.of(Shape.of(4), 1f, 2f, 3f, i));
            y = b.add("m" + i, new Mul(Activation.NONE), y, s);
            String half = b.add("h" + i, part(0), y);
            String other = b.add("o" + i, part(2), x);
            y = b.add("j" + i, new Concat(3), half, other);
            x = b.add("a" + i, new Add(Activation.NONE), y, x);
        }
        return b.output(x).build();
    }

    private static Slice part(int from) {
        return Slice.of(Ints.of(0, 0, 0, from), Ints.of(1, 8, 8, 2));
    }

    @Benchmark
    public Graph read() throws IOException {
        return Models.read(file);
    }

    @Benchmark
    public Plan readSimplifyAndPlan() throws IOException {
        return Plan.of(Simplify.simplify(Models.read(file)));
    }
}
