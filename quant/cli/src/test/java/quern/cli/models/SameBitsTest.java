package quern.cli.models;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import quern.error.FormatException;
import quern.formats.Models;
import quern.graph.Graph;
import quern.rewrite.Binding;
import quern.rewrite.Simplify;
import quern.runtime.PlanOptions;
import quern.runtime.digest.Digests;

/** Every tensor of every model has the same bits in every tier, on one thread and on two. */
@Tag("long")
class SameBitsTest {
    private static final List<String> TIERS =
            List.of(PlanOptions.SIMD, PlanOptions.MACHINECODE, PlanOptions.AUTO);

    static List<Path> models() throws IOException {
        List<Path> all = new ArrayList<>();
        for (String folder : List.of("quern.testdata", "quern.shared")) {
            Path models = Path.of(System.getProperty(folder), "models");
            if (Files.isDirectory(models)) {
                try (Stream<Path> files = Files.walk(models)) {
                    files.filter(f -> f.toString().matches(".*\\.(tflite|qrn|onnx)"))
                            .sorted()
                            .forEach(all::add);
                }
            }
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("models")
    void tiersAndThreadsAgree(Path file) throws IOException {
        Graph graph = Simplify.simplify(Models.read(file));
        Assumptions.assumeTrue(Binding.isStatic(graph), "its shapes are open");
        PlanOptions scalar = PlanOptions.defaults().withTier(PlanOptions.SCALAR);
        Digests expected = digests(graph, scalar);
        assertEquals(expected, digests(graph, scalar.withThreads(2)));
        for (String tier : TIERS) {
            PlanOptions options = PlanOptions.defaults().withTier(tier);
            if (runs(options)) {
                assertEquals(expected, digests(graph, options), tier);
                assertEquals(expected, digests(graph, options.withThreads(2)), tier);
            }
        }
    }

    private static Digests digests(Graph graph, PlanOptions options) {
        try {
            return Digests.of(graph, options);
        } catch (FormatException e) {
            // The built-in input is none that this model takes.
            Assumptions.abort(e.getMessage());
            throw e;
        }
    }

    private static boolean runs(PlanOptions options) {
        try {
            options.requireTier();
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
