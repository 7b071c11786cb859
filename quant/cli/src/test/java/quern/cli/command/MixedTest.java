package quern.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** {@code quern quantize --mixed}: the bound holds on data that the search has not seen. */
class MixedTest {
    @TempDir private Path temp;

    static boolean hasShared() {
        return Cli.hasShared();
    }

    private Cli mixed(Path out, Object... more) {
        Object[] words = new Object[6 + more.length];
        System.arraycopy(more, 0, words, 6, more.length);
        List<Object> first =
                List.of("quantize", Cli.FLOAT_MODEL, out, "--calibrate", Cli.CALIBRATION);
        for (int i = 0; i < 5; i++) {
            words[i] = first.get(i);
        }
        words[5] = "--mixed";
        return Cli.call(words);
    }

    @Test
    void theBoundHoldsOnOtherData() throws IOException {
        Path out = temp.resolve("mixed.qrn");
        Path journal = temp.resolve("journal");
        Cli made = mixed(out, "--max-drop", 3, "--journal", journal);
        assertEquals(0, made.exit(), made.err());
        assertTrue(made.out().contains("chosen") && made.out().contains("error of 4 bits"));
        assertTrue(Files.size(out) <= 0.25 * Files.size(Cli.FLOAT_MODEL));
        JsonNode json =
                Cli.ok(
                                "eval",
                                out,
                                "--data",
                                Cli.IMAGES,
                                "--labels",
                                Cli.LABELS,
                                "--reference",
                                Cli.FLOAT_MODEL,
                                "--json")
                        .json();
        double lost = json.get("reference").asDouble() - json.get("value").asDouble();
        assertTrue(lost <= 0.03, json::toString);
        assertTrue(json.get("agreement").asDouble() >= 0.97, json::toString);

        byte[] bytes = Files.readAllBytes(out);
        List<String> lines = Files.readAllLines(journal);
        assertTrue(lines.size() >= 3, lines::toString);
        Files.write(journal, lines.subList(0, lines.size() - 1));
        assertEquals(0, mixed(out, "--max-drop", 3, "--journal", journal).exit());
        assertArrayEquals(bytes, Files.readAllBytes(out));
        assertEquals(lines, Files.readAllLines(journal));
    }

    @Test
    void badSearchesAreRefused() throws IOException {
        Path out = temp.resolve("no.qrn");
        Path journal = temp.resolve("journal");
        Files.writeString(journal, "something else\n");
        refused(1, "no journal", out, "--journal", journal);
        Files.writeString(journal, "quern search 00\n");
        refused(1, "another model", out, "--journal", journal);
        refused(1, "needs labels", out, "--metric", "top1");
        refused(1, "--metric", out, "--metric", "best");
        refused(1, "--max-drop", out, "--max-drop", -1);
        refused(1, "--labels", out, "--metric", "map");
        refused(2, "--mixed needs", out, "--activations", "f32");
    }

    private void refused(int exit, String part, Path out, Object... more) {
        Cli c = mixed(out, more);
        assertEquals(exit, c.exit(), c.err());
        assertTrue(c.err().contains(part), c.err());
        assertEquals(1, c.err().strip().lines().count(), c.err());
        assertFalse(Files.exists(out));
    }

    @Test
    @EnabledIf("hasShared")
    void aPointOfResNetIsNotLost() throws IOException {
        Path real = Cli.SHARED.resolve("models/mlperf_tiny/ic_resnet8_float.tflite");
        Path cifar = Cli.SHARED.resolve("data/cifar10");
        Path out = temp.resolve("resnet.qrn");
        String train = "cifar:" + cifar.resolve("train_0000_3999.bin");
        Cli.ok(
                "quantize",
                real,
                out,
                "--calibrate",
                train,
                "--mixed",
                "--metric",
                "top1",
                "--max-drop",
                1);
        String test = "cifar:" + cifar.resolve("test_0000_0499.bin");
        JsonNode json = Cli.ok("eval", out, "--data", test, "--reference", real, "--json").json();
        double lost = json.get("reference").asDouble() - json.get("value").asDouble();
        assertTrue(lost <= 0.01 + 1e-9, json::toString);
        assertTrue(Files.size(out) <= 0.4 * Files.size(real), Files.size(out) + " bytes");
    }
}
