package quern.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code quantize --weights} and {@code --activations} make of the small network. */
class SchemeOptionsTest {
    @TempDir Path temp;

    private Cli quantize(Path out, String... options) {
        List<Object> words = new ArrayList<>(List.of("quantize", Cli.FLOAT_MODEL, out));
        words.addAll(Arrays.asList(options));
        return Cli.call(words.toArray());
    }

    private void close(double size, double agreement, String... options) throws IOException {
        Path out = temp.resolve("out.qrn");
        Cli made = quantize(out, options);
        assertEquals(0, made.exit(), made.err());
        double share = (double) Files.size(out) / Files.size(Cli.FLOAT_MODEL);
        assertTrue(share <= size, share + " of the bytes");
        Cli eval =
                Cli.ok(
                        "eval",
                        out,
                        "--data",
                        Cli.IMAGES,
                        "--labels",
                        Cli.LABELS,
                        "--reference",
                        Cli.FLOAT_MODEL,
                        "--json");
        assertTrue(eval.json().get("agreement").asDouble() >= agreement, eval.out());
        byte[] first = Files.readAllBytes(out);
        assertEquals(0, quantize(out, options).exit());
        assertArrayEquals(first, Files.readAllBytes(out));
    }

    @Test
    void schemesWithoutSamplesRun() throws IOException {
        close(0.31, 0.99, "--activations", "f32");
        close(0.31, 0.98, "--activations", "f32", "--weights", "asymmetric", "--per-tensor");
        close(0.25, 0.9, "--activations", "f32", "--weights", "s4");
        close(0.25, 0.9, "--activations", "f32", "--weight-bits", "4", "--weight-block", "64");
        close(0.55, 0.99, "--weights", "f16");
        close(0.55, 0.98, "--weights", "bf16", "--activations", "f32");
        close(0.35, 0.98, "--activations", "dynamic");
    }

    @Test
    void samplesAreUsedWhereTheyAreGiven() throws IOException {
        String data = Cli.CALIBRATION.toString();
        close(0.25, 0.96, "--activations", "f32", "--weights", "s4", "--calibrate", data);
        close(0.35, 0.98, "--activations", "dynamic", "--calibrate", data);
    }

    @Test
    void activationsOfSixteenBits() throws IOException {
        String data = Cli.CALIBRATION.toString();
        close(0.31, 0.995, "--activations", "s16", "--calibrate", data, "--samples", "50");
    }

    @Test
    void contradictionsAreRefused() {
        Path out = temp.resolve("no.qrn");
        refused(out, "--calibrate");
        refused(out, "--calibrate", "--activations", "u8");
        refused(out, "nothing to do", "--weights", "f16", "--calibrate", "x");
        refused(out, "adaptive", "--activations", "f32", "--weight-block=32", "--adaround");
        refused(out, "bf16", "--weights", "bf16", "--activations", "dynamic");
        refused(out, "scale a block", "--activations", "dynamic", "--weight-block", "32");
        refused(out, "says the bits", "--activations", "f32", "--weights", "s4", "--weight-bits=3");
        refused(out, "-1", "--activations", "f32", "--weight-block=-1");
    }

    private void refused(Path out, String part, String... options) {
        Cli c = quantize(out, options);
        assertEquals(2, c.exit(), c.err());
        assertTrue(c.err().contains(part), c.err());
        assertFalse(Files.exists(out));
    }
}
