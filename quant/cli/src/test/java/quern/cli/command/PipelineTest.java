package quern.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import quern.fixedpoint.RoundingMode;

/**
 * From a float model and samples to a measured INT8 model, on the data that comes with the project.
 */
class PipelineTest {
    @TempDir static Path temp;
    private static Path int8;

    @BeforeAll
    static void quantize() {
        int8 = temp.resolve("int8.qrn");
        Cli.ok("quantize", Cli.FLOAT_MODEL, int8, "--calibrate", Cli.CALIBRATION);
    }

    @Test
    void accuracyStaysAndTheFileShrinks() throws IOException {
        JsonNode json =
                Cli.ok(
                                "eval",
                                int8,
                                "--data",
                                Cli.IMAGES,
                                "--labels",
                                Cli.LABELS,
                                "--reference",
                                Cli.FLOAT_MODEL,
                                "--json")
                        .json();
        assertEquals("top1", json.get("metric").asText());
        assertEquals(1000, json.get("samples").asInt());
        assertTrue(json.get("reference").asDouble() >= 0.90, json::toString);
        assertTrue(
                json.get("value").asDouble() >= json.get("reference").asDouble() - 0.01,
                json::toString);
        assertTrue(json.get("agreement").asDouble() >= 0.97, json::toString);
        assertTrue(
                Files.size(int8) <= 0.33 * Files.size(Cli.FLOAT_MODEL),
                () -> int8.toFile().length() + " bytes");
    }

    @Test
    void quantizingAgainGivesTheSameBytes() throws IOException {
        Path again = temp.resolve("again.qrn");
        Cli.ok("quantize", Cli.FLOAT_MODEL, again, "--calibrate", Cli.CALIBRATION);
        assertArrayEquals(Files.readAllBytes(int8), Files.readAllBytes(again));
    }

    @Test
    void aConfigurationFileSaysTheSameAsOptions() throws IOException {
        Path config = temp.resolve("config.json");
        Files.writeString(
                config,
                "{\"weight-bits\": 4, \"per-tensor\": true, \"ranges\": \"average\", \"keep-float\": [\"probabilities\"]}");
        String nodes =
                new ObjectMapper()
                        .readTree(Cli.ok("inspect", Cli.FLOAT_MODEL, "--format", "json").out())
                        .get("outputs")
                        .get(0)
                        .get("name")
                        .asText();
        Files.writeString(config, Files.readString(config).replace("probabilities", nodes));
        Path a = temp.resolve("config.qrn");
        Path b = temp.resolve("options.qrn");
        Cli.ok("quantize", Cli.FLOAT_MODEL, a, "--calibrate", Cli.CALIBRATION, "--config", config);
        Cli.ok(
                "quantize",
                Cli.FLOAT_MODEL,
                b,
                "--calibrate",
                Cli.CALIBRATION,
                "--weight-bits",
                4,
                "--per-tensor",
                "--ranges",
                "average",
                "--keep-float",
                nodes);
        assertArrayEquals(Files.readAllBytes(b), Files.readAllBytes(a));
    }

    @Test
    void inspectCountsWithoutRunning() throws IOException {
        JsonNode json = Cli.ok("inspect", int8, "--format", "json").json();
        List<String> keys = names(json);
        assertTrue(
                keys.containsAll(
                        List.of(
                                "inputs",
                                "outputs",
                                "ops",
                                "parameters",
                                "weightBytes",
                                "arenaBytes",
                                "macs")),
                keys::toString);
        assertEquals("int8", json.get("inputs").get(0).get("dtype").asText());
        assertTrue(json.get("arenaBytes").asLong() > 0);
        assertTrue(json.get("accumulatorBytes").asLong() > 0);
        assertTrue(json.get("packedWeightBytes").asLong() > 0);
        assertEquals(List.of("int8"), names(json.get("macs")));
        assertTrue(Cli.ok("inspect", int8, "--plan").out().contains("conv"));
    }

    private static List<String> names(JsonNode object) {
        return StreamSupport.stream(((Iterable<String>) object::fieldNames).spliterator(), false)
                .toList();
    }

    @Test
    void compareListsEveryTensorBothModelsHave() throws IOException {
        JsonNode json =
                Cli.ok(
                                "compare",
                                Cli.FLOAT_MODEL,
                                int8,
                                "--data",
                                Cli.IMAGES,
                                "--samples",
                                20,
                                "--json")
                        .json();
        assertEquals(20, json.get("samples").asInt());
        assertTrue(json.get("tensors").size() >= 10, json::toString);
        for (JsonNode t : json.get("tensors")) {
            boolean exact = t.get("sqnrDb").isNull() && t.get("maxAbs").asDouble() == 0;
            assertTrue(exact || t.get("sqnrDb").asDouble() > 10, t::toString);
        }
    }

    @Test
    void compareOrdersLayersByWhatTheyDoToTheOutputs() throws IOException {
        List<Object> words = new ArrayList<>(List.of("compare", Cli.FLOAT_MODEL, int8));
        words.addAll(List.of("--data", Cli.IMAGES, "--samples", 12, "--layers", "3", "--json"));
        JsonNode json = Cli.ok(words.toArray()).json();
        double all = json.get("outputError").asDouble();
        assertTrue(all > 0 && all < 0.01, json::toString);
        double last = Double.POSITIVE_INFINITY;
        int layers = 0;
        for (JsonNode t : json.get("tensors")) {
            if (t.has("errorAlone")) {
                assertTrue(t.get("errorAlone").asDouble() <= last, json::toString);
                last = t.get("errorAlone").asDouble();
                layers++;
            }
            if (t.has("codesUsed")) {
                double used = t.get("codesUsed").asDouble();
                assertTrue(used > 0 && used <= 1, t::toString);
                assertTrue(t.get("clippedHigh").asDouble() < 0.05, t::toString);
            }
        }
        assertTrue(layers >= 8, json::toString);
        assertTrue(
                Cli.ok(words.subList(0, words.size() - 1).toArray())
                        .out()
                        .contains("without it %"));
    }

    @Test
    void roundingModesOverrideAndDiffer() throws IOException {
        Path even = temp.resolve("even.qrn");
        for (RoundingMode mode : RoundingMode.values()) {
            Cli.ok("convert", int8, even, "--rounding", mode.label());
            assertTrue(Cli.ok("inspect", even).out().contains("rounding=" + mode.label()));
        }
        Cli.ok("convert", int8, even, "--rounding", "float-even");
        double agreement = beside(even, "agreement");
        assertTrue(agreement > 0.98, () -> "agreement " + agreement);
    }

    @Test
    void evalTakesTheRoundingModeOfTheFirstModelOnly() throws IOException {
        Path even = temp.resolve("even.qrn");
        Cli.ok("convert", int8, even, "--rounding", "float-even");
        double cosine = beside(int8, "cosine", "--rounding", "float-even");
        assertEquals(beside(even, "cosine"), cosine);
        assertTrue(cosine < beside(int8, "cosine", "--rounding", "double"), () -> "" + cosine);
    }

    /** What eval measures of a model beside the 8-bit one. */
    private static double beside(Path model, String metric, String... options) throws IOException {
        List<Object> words = new ArrayList<>(List.of("eval", model, "--data", Cli.IMAGES));
        words.addAll(List.of("--samples", 200, "--reference", int8, "--metric", metric, "--json"));
        words.addAll(List.of(options));
        return Cli.ok(words.toArray()).json().get("value").asDouble();
    }

    @Test
    void runWritesWhatItSaysAndNothingElse() throws IOException {
        Path in = temp.resolve("in.bin");
        Files.write(in, new byte[3 * 28 * 28]);
        Path out = Files.createDirectories(temp.resolve("results"));
        Files.writeString(out.resolve("mine.txt"), "kept");
        Cli.ok("run", int8, "--input", in, "--output", out, "--frames", 3);
        try (Stream<Path> files = Files.list(out)) {
            assertEquals(
                    List.of("000.bin", "mine.txt", "outputs.json"),
                    files.map(p -> p.getFileName().toString()).sorted().toList());
        }
        assertEquals(30, Files.size(out.resolve("000.bin")));
        JsonNode json = new ObjectMapper().readTree(out.resolve("outputs.json").toFile());
        assertEquals("int8", json.get(0).get("dtype").asText());
        assertEquals("000.bin", json.get(0).get("file").asText());
        assertEquals(10, json.get(0).get("shape").get(1).asInt());
    }

    @Test
    void threadsAndTiersGiveTheSameBytes() throws IOException {
        Path in = temp.resolve("zeros.bin");
        byte[] pixels = new byte[28 * 28];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i * 31);
        }
        Files.write(in, pixels);
        Cli.ok(
                "run",
                int8,
                "--input",
                in,
                "--output",
                temp.resolve("t1"),
                "--dump-all",
                temp.resolve("d1"));
        Cli.ok(
                "run",
                int8,
                "--input",
                in,
                "--output",
                temp.resolve("t3"),
                "--dump-all",
                temp.resolve("d3"),
                "--threads",
                3,
                "--tier",
                "scalar");
        assertArrayEquals(
                Files.readAllBytes(temp.resolve("t1/000.bin")),
                Files.readAllBytes(temp.resolve("t3/000.bin")));
        try (Stream<Path> files = Files.list(temp.resolve("d1"))) {
            for (Path p : files.toList()) {
                assertArrayEquals(
                        Files.readAllBytes(p),
                        Files.readAllBytes(temp.resolve("d3").resolve(p.getFileName())),
                        p.toString());
            }
        }
    }

    @Test
    void benchCountsRuns() throws IOException {
        JsonNode json =
                Cli.ok(
                                "bench",
                                int8,
                                "--tier",
                                "scalar",
                                "--warmup",
                                "0.1",
                                "--seconds",
                                "0.2",
                                "--profile",
                                "--json")
                        .json();
        assertTrue(json.get("runs").asInt() > 0);
        assertTrue(json.get("medianMs").asDouble() > 0);
        assertTrue(json.get("p90Ms").asDouble() >= json.get("medianMs").asDouble());
        assertEquals(1, json.get("threads").asInt());
        assertEquals("scalar", json.get("tier").asText());
        assertTrue(json.get("profile").size() > 10);
    }
}
