package quern.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import quern.cli.ModelFile;
import quern.graph.Graph;
import quern.quant.certify.Witness;

/** {@code quern verify} and {@code quern certify} on the network of the demo. */
class VerifyTest {
    @TempDir private Path folder;

    private Path int8() {
        Path model = folder.resolve("int8.qrn");
        Cli.ok("quantize", Cli.FLOAT_MODEL, model, "--calibrate", Cli.CALIBRATION, "--samples", 20);
        return model;
    }

    @Test
    void digestsAreThoseOfEveryTierAndThread() {
        Path model = int8();
        Path record = folder.resolve("digests.json");
        assertTrue(Cli.ok("verify", model, "--record", record).out().contains("recorded"));
        Cli.ok("verify", model, "--against", record);
        Cli.ok("verify", model, "--against", record, "--tier", "scalar", "--threads", 2);
        Cli.ok("verify", model);
    }

    @Test
    void aFlippedBitIsFound() throws IOException {
        Path model = int8();
        Path record = folder.resolve("digests.json");
        Cli.ok("verify", model, "--record", record);
        byte[] bytes = Files.readAllBytes(model);
        bytes[bytes.length - 1] ^= 1;
        Path other = folder.resolve("other.qrn");
        Files.write(other, bytes);
        Cli c = Cli.call("verify", other, "--against", record);
        assertEquals(1, c.exit());
        assertTrue(c.err().contains("constant") && c.err().contains("differs"), c.err());
        assertEquals(1, c.err().strip().lines().count());
    }

    @Test
    void badRecordsAreRefused() throws IOException {
        Path bad = folder.resolve("bad.json");
        for (String text : new String[] {"", "[", "{}", "{\"quernDigests\":1}"}) {
            Files.writeString(bad, text);
            Cli c = Cli.call("verify", Cli.FLOAT_MODEL, "--against", bad);
            assertEquals(1, c.exit(), text);
            assertEquals(1, c.err().strip().lines().count(), c.err());
        }
        assertEquals(1, Cli.call("verify", Cli.FLOAT_MODEL, "--against", folder).exit());
        assertEquals(
                2, Cli.call("verify", Cli.FLOAT_MODEL, "--against", bad, "--record", bad).exit());
    }

    @Test
    void accumulatorsAreProved() throws IOException {
        JsonNode json = Cli.ok("certify", int8(), "--json").json();
        assertTrue(json.get("proved").asBoolean());
        assertFalse(json.get("layers").isEmpty());
        for (JsonNode layer : json.get("layers")) {
            assertTrue(layer.get("bits").asInt() <= layer.get("available").asInt());
            assertTrue(layer.get("lowest").asLong() <= layer.get("highest").asLong());
        }
        assertTrue(Cli.ok("certify", int8()).out().contains("proved"));
        Cli c = Cli.call("certify", Cli.FLOAT_MODEL);
        assertEquals(1, c.exit());
        assertTrue(c.err().contains("nothing to certify"), c.err());
    }

    /** Every layer of the model and of shared ones is driven to within 5 % of its bound. */
    @Test
    void witnessesComeNearTheBound() throws IOException {
        List<Path> models = new ArrayList<>(List.of(int8()));
        if (Cli.hasShared()) {
            Path tiny = Cli.SHARED.resolve("models/mlperf_tiny");
            models.add(tiny.resolve("ic_resnet8_int8.tflite"));
            models.add(tiny.resolve("kws_dscnn_int8.tflite"));
        }
        Path file = folder.resolve("witness.bin");
        for (Path model : models) {
            Graph graph = ModelFile.read(model).simplified();
            int layers = 0;
            for (JsonNode layer : Cli.ok("certify", model, "--json").json().get("layers")) {
                String name = layer.get("name").asText();
                if (graph.producer(name).orElseThrow().inputs().size() < 2) {
                    continue;
                }
                Witness w = Witness.of(graph, name);
                assertTrue(w.share() >= 0.95 && w.share() <= 1, name + " " + w.share());
                layers++;
            }
            assertTrue(layers >= 8, model + ": " + layers);
        }
        Graph graph = ModelFile.read(models.get(0)).simplified();
        String name =
                Cli.ok("certify", models.get(0), "--json")
                        .json()
                        .get("layers")
                        .get(0)
                        .get("name")
                        .asText();
        String text = Cli.ok("certify", models.get(0), "--witness", name + "=" + file).out();
        assertTrue(text.contains("% of its bound"), text);
        int elements = Witness.of(graph, name).input().elements();
        assertEquals(elements, Files.size(file));
        assertEquals(2, Cli.call("certify", models.get(0), "--witness", name).exit());
        assertEquals(1, Cli.call("certify", models.get(0), "--witness", "x=" + file).exit());
        Path nowhere = folder.resolve("no/where.bin");
        assertEquals(
                1, Cli.call("certify", models.get(0), "--witness", name + "=" + nowhere).exit());
    }

    @Test
    void anElementIsExplained() throws IOException {
        Path model = int8();
        JsonNode inputs = Cli.ok("inspect", model, "--format", "json").json().get("inputs");
        int size = 1;
        for (JsonNode dim : inputs.get(0).get("shape")) {
            size *= dim.asInt();
        }
        Path input = folder.resolve("x.bin");
        Files.write(input, new byte[size]);
        String output =
                Cli.ok("inspect", model, "--format", "json")
                        .json()
                        .get("outputs")
                        .get(0)
                        .get("name")
                        .asText();
        String at = output + "[0,1]";
        JsonNode json =
                Cli.ok("explain", model, "--input", input, "--at", at, "--json").json().get(0);
        assertEquals(output, json.get("tensor").asText());
        assertTrue(Cli.ok("explain", model, "--input", input, "--at", at).out().contains(output));
        for (String wrong : new String[] {output + "[0,999]", output + "[0]", "no such[0]"}) {
            Cli c = Cli.call("explain", model, "--input", input, "--at", wrong);
            assertEquals(1, c.exit(), wrong);
            assertEquals(1, c.err().strip().lines().count(), c.err());
        }
        assertEquals(2, Cli.call("explain", model, "--input", input, "--at", output).exit());
    }
}
