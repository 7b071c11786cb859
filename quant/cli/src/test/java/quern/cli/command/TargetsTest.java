package quern.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import quern.cli.ModelFile;
import quern.fixedpoint.RoundingMode;
import quern.graph.Graph;
import quern.reference.ReferenceInterpreter;
import quern.tensor.DType;
import quern.tensor.Tensor;

/** {@code quern targets} counts what the reference kernels show in each mode. */
class TargetsTest {
    @TempDir private Path folder;

    static boolean hasShared() {
        return Cli.hasShared();
    }

    private Path int8() {
        Path model = folder.resolve("int8.qrn");
        Cli.ok("quantize", Cli.FLOAT_MODEL, model, "--calibrate", Cli.CALIBRATION, "--samples", 20);
        return model;
    }

    private static Map<String, Tensor> all(Path model, Optional<RoundingMode> mode, Tensor input)
            throws IOException {
        Graph graph = ModelFile.read(model, mode, Optional.empty()).simplified();
        return new ReferenceInterpreter(graph).runAll(List.of(input));
    }

    /** Changed elements by value: of what the two have in common. */
    private static Map<String, Long> changed(Path model, RoundingMode mode, Tensor input)
            throws IOException {
        Map<String, Tensor> own = all(model, Optional.empty(), input);
        Map<String, Tensor> other = all(model, Optional.of(mode), input);
        Map<String, Long> changed = new LinkedHashMap<>();
        own.forEach(
                (name, x) -> {
                    Tensor y = other.get(name);
                    long n = 0;
                    for (int i = 0; i < x.elements(); i++) {
                        boolean real = x.dtype() == DType.F32;
                        boolean same = real ? x.real(i) == y.real(i) : x.integer(i) == y.integer(i);
                        n += same ? 0 : 1;
                    }
                    changed.put(name, n);
                });
        return changed;
    }

    private void assertCounts(Path model, String what) throws IOException {
        Graph graph = ModelFile.read(model).simplified();
        Tensor input = Tensor.zeros(graph.inputs().get(0).type());
        new Random(3).nextBytes(input.bytes());
        Path data = folder.resolve("input.bin");
        Files.write(data, input.bytes());
        JsonNode json = Cli.ok("targets", model, "--data", data, "--raw", "--json").json();
        assertEquals(4, json.get("targets").size());
        long sum = 0;
        for (JsonNode target : json.get("targets")) {
            RoundingMode mode = RoundingMode.parse(target.get("mode").asText());
            Map<String, Long> expected = changed(model, mode, input);
            assertTrue(target.get("layers").size() > 5, what);
            for (JsonNode layer : target.get("layers")) {
                String name = layer.get("name").asText();
                assertEquals(expected.get(name), layer.get("changed").asLong(), mode + " " + name);
                sum += layer.get("changed").asLong();
            }
            if (target.has("first")) {
                assertTrue(expected.get(target.get("first").asText()) > 0);
            }
        }
        assertTrue(sum > 0, json::toString);
    }

    @Test
    void countsAreThoseOfTheReferenceKernels() throws IOException {
        assertCounts(int8(), "demo");
    }

    @Test
    @EnabledIf("hasShared")
    void sharedModelsToo() throws IOException {
        for (String name : List.of("ic_resnet8_int8.tflite", "kws_dscnn_int8.tflite")) {
            assertCounts(Cli.SHARED.resolve("models/mlperf_tiny").resolve(name), name);
        }
    }

    @Test
    void answersAreCountedAndPrinted() throws IOException {
        Path model = int8();
        Object[] words = {"targets", model, "--data", Cli.IMAGES, "--samples", 50};
        String text = Cli.ok(words).out();
        assertTrue(text.contains("answers change") && text.contains("50 samples"), text);
        Cli c = Cli.call("targets", model, "--data", Cli.IMAGES, "--modes", "double");
        assertEquals(1, c.exit());
        assertTrue(c.err().contains("own mode"), c.err());
        c = Cli.call("targets", Cli.FLOAT_MODEL, "--data", Cli.IMAGES);
        assertEquals(1, c.exit());
        assertTrue(c.err().contains("no node computes with codes"), c.err());
        assertEquals(2, Cli.call("targets", model, "--data", Cli.IMAGES, "--modes", "x").exit());
    }
}
