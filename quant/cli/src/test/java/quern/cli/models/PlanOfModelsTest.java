package quern.cli.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import quern.formats.Models;
import quern.graph.Graph;
import quern.reference.ReferenceInterpreter;
import quern.rewrite.Simplify;
import quern.runtime.Plan;
import quern.runtime.PlanOptions;
import quern.runtime.Session;
import quern.tensor.DType;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Every model is read, planned well and runs to the bit. */
class PlanOfModelsTest {
    private static final long SMALL = 1_100_000;

    static List<Path> models() throws IOException {
        List<Path> folders =
                List.of(
                        Path.of(System.getProperty("quern.testdata"), "models"),
                        Path.of(System.getProperty("quern.shared"), "models"));
        Stream<Path> all = Stream.of();
        for (Path folder : folders) {
            if (Files.isDirectory(folder)) {
                all = Stream.concat(all, Files.walk(folder));
            }
        }
        try (Stream<Path> files = all) {
            return files.filter(f -> f.toString().matches(".*\\.(tflite|qrn)")).sorted().toList();
        }
    }

    static List<Path> small() throws IOException {
        return models().stream().filter(f -> f.toFile().length() < SMALL).toList();
    }

    static List<Path> large() throws IOException {
        return models().stream().filter(f -> f.toFile().length() >= SMALL).toList();
    }

    @ParameterizedTest
    @MethodSource("models")
    void theArenaIsWithinATenthOfTheLargestLiveSet(Path model) throws IOException {
        Plan plan = Plan.of(read(model));
        assertTrue(
                plan.arenaBytes() <= 1.1 * plan.largestLiveSetBytes(),
                plan.arenaBytes() + " bytes for " + plan.largestLiveSetBytes());
    }

    @ParameterizedTest
    @MethodSource("small")
    void smallModelsGiveTheBitsOfTheReference(Path model) throws IOException {
        Graph graph = read(model);
        Random random = new Random(7);
        List<Tensor> inputs = graph.inputs().stream().map(v -> fill(v.type(), random)).toList();
        List<Tensor> expected = new ReferenceInterpreter(graph).run(inputs);
        for (int threads = 1; threads <= 2; threads++) {
            PlanOptions options = PlanOptions.defaults().withThreads(threads);
            try (Session session = Session.open(Plan.of(graph, options))) {
                assertEquals(expected, session.run(inputs.toArray(new Tensor[0])));
            }
        }
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("large")
    void largeModelsRunToo(Path model) throws IOException {
        Graph graph = read(model);
        Random random = new Random(7);
        Tensor[] inputs =
                graph.inputs().stream().map(v -> fill(v.type(), random)).toArray(Tensor[]::new);
        try (Session session = Session.open(graph)) {
            List<Tensor> outputs = session.run(inputs);
            assertEquals(graph.outputs().size(), outputs.size());
        }
    }

    private static Graph read(Path model) throws IOException {
        return Simplify.simplify(Models.read(model));
    }

    private static Tensor fill(TensorType type, Random random) {
        Tensor t = Tensor.zeros(type);
        for (int i = 0; i < t.elements(); i++) {
            if (type.dtype() == DType.F32) {
                t.setReal(i, (float) random.nextGaussian());
            } else {
                t.setInteger(i, type.codeMin() + random.nextInt(256));
            }
        }
        return t;
    }
}
