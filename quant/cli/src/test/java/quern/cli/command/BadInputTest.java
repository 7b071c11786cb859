package quern.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import quern.cli.Main;

/**
 * A user's mistake gets one sentence that says what and where, the right exit code, and leaves
 * nothing behind.
 */
class BadInputTest {
    @TempDir Path temp;
    private Path out;
    private Path input;

    @BeforeEach
    void files() throws IOException {
        out = temp.resolve("out");
        input = temp.resolve("in.bin");
        Files.write(input, new byte[4 * 28 * 28]);
    }

    private void refused(int exit, String part, Object... words) throws IOException {
        Cli c = Cli.call(words);
        assertEquals(exit, c.exit(), c.err());
        assertEquals(1, c.err().lines().count(), c.err());
        assertTrue(c.err().startsWith("quern: ") && c.err().contains(part), c.err());
        assertEquals("", c.out());
        assertFalse(Files.exists(out), "something was written");
        try (Stream<Path> left = Files.walk(temp)) {
            assertTrue(
                    left.noneMatch(
                            p ->
                                    p.getFileName().toString().contains("tmp")
                                            || p.getFileName().toString().startsWith(".quern")));
        }
    }

    @Test
    void usage() throws IOException {
        refused(2, "a command is missing");
        refused(2, "frobnicate", "frobnicate");
        refused(
                2,
                "--frobnicate",
                "run",
                Cli.FLOAT_MODEL,
                "--input",
                input,
                "--output",
                out,
                "--frobnicate");
        refused(2, "--output", "run", Cli.FLOAT_MODEL, "--input", input);
        refused(
                2,
                "frames",
                "run",
                Cli.FLOAT_MODEL,
                "--input",
                input,
                "--output",
                out,
                "--frames",
                0);
        refused(
                2,
                "turbo",
                "run",
                Cli.FLOAT_MODEL,
                "--input",
                input,
                "--output",
                out,
                "--tier",
                "turbo");
        refused(
                2,
                "threads",
                "run",
                Cli.FLOAT_MODEL,
                "--input",
                input,
                "--output",
                out,
                "--threads",
                0);
        refused(
                2,
                "there is no decoder ''",
                "eval",
                Cli.FLOAT_MODEL,
                "--data",
                Cli.IMAGES,
                "--metric",
                "map");
        refused(
                2,
                "needs --reference",
                "eval",
                Cli.FLOAT_MODEL,
                "--data",
                Cli.IMAGES,
                "--metric",
                "cosine");
        refused(
                2,
                "9",
                "quantize",
                Cli.FLOAT_MODEL,
                out,
                "--calibrate",
                Cli.CALIBRATION,
                "--weight-bits",
                9);
    }

    @Test
    void modelFiles() throws IOException {
        refused(1, "nothing.qrn: no such file", "inspect", temp.resolve("nothing.qrn"));
        refused(1, "model.onnx", "inspect", Files.writeString(temp.resolve("model.onnx"), "x"));
        refused(1, "empty.tflite", "inspect", Files.createFile(temp.resolve("empty.tflite")));
        refused(1, "empty.qrn", "inspect", Files.createFile(temp.resolve("empty.qrn")));
        refused(1, "folder.qrn", "inspect", Files.createDirectory(temp.resolve("folder.qrn")));
        refused(
                1,
                "garbage.tflite",
                "inspect",
                Files.write(temp.resolve("garbage.tflite"), new byte[5000]));
        byte[] model = Files.readAllBytes(Cli.FLOAT_MODEL);
        Path cut = Files.write(temp.resolve("cut.qrn"), Arrays.copyOf(model, model.length - 1));
        refused(1, "cut.qrn", "run", cut, "--input", input, "--output", out);
    }

    @Test
    void inputs() throws IOException {
        refused(
                1,
                "has 3 bytes",
                "run",
                Cli.FLOAT_MODEL,
                "--input",
                Files.write(temp.resolve("short.bin"), new byte[3]),
                "--output",
                out);
        refused(
                1,
                "missing.bin: no such file",
                "run",
                Cli.FLOAT_MODEL,
                "--input",
                temp.resolve("missing.bin"),
                "--output",
                out);
        refused(
                1,
                "all of them are given",
                "run",
                Cli.FLOAT_MODEL,
                "--input",
                input,
                "--input",
                input,
                "--output",
                out);
        refused(
                1,
                "fixed shape",
                "run",
                Cli.FLOAT_MODEL,
                "--input",
                input,
                "--output",
                out,
                "--shape",
                "image=1,2,3,4");
        refused(
                1,
                "no such input",
                "run",
                Cli.FLOAT_MODEL,
                "--input",
                input,
                "--output",
                out,
                "--shape",
                "foo=1");
        refused(
                2,
                "weird",
                "run",
                Cli.FLOAT_MODEL,
                "--input",
                input,
                "--output",
                out,
                "--rounding",
                "weird");
        refused(
                1,
                "not valid JSON",
                "quantize",
                Cli.FLOAT_MODEL,
                out,
                "--calibrate",
                Cli.CALIBRATION,
                "--config",
                Files.writeString(temp.resolve("c.json"), "{"));
        refused(
                1,
                "no option --foo",
                "quantize",
                Cli.FLOAT_MODEL,
                out,
                "--calibrate",
                Cli.CALIBRATION,
                "--config",
                Files.writeString(temp.resolve("d.json"), "{\"foo\":1}"));
    }

    @Test
    void nanInCalibrationData() throws IOException {
        ByteBuffer b = ByteBuffer.allocate(4 * 28 * 28).order(ByteOrder.LITTLE_ENDIAN);
        b.putFloat(40, Float.NaN);
        Path folder = Files.createDirectory(temp.resolve("samples"));
        Files.write(folder.resolve("a.bin"), b.array());
        Path target = temp.resolve("int8.qrn");
        refused(1, "NaN", "quantize", Cli.FLOAT_MODEL, target, "--calibrate", folder);
        assertFalse(Files.exists(target));
    }

    @Test
    void outputsThatCannotBeWritten() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "x");
        refused(1, "file", "run", Cli.FLOAT_MODEL, "--input", input, "--output", file);
        refused(1, "", "convert", Cli.FLOAT_MODEL, temp.resolve("no/such/folder/m.qrn"));
        refused(1, "tflite", "convert", Cli.FLOAT_MODEL, temp.resolve("m.tflite"));
        assertEquals("x", Files.readString(file));
        Path missing = temp.resolve("missing");
        Path target = missing.resolve("m.qrn");
        refused(1, missing + ": no such file or folder", "convert", Cli.FLOAT_MODEL, target);
    }

    @Test
    void namesThatAreNoFiles() throws IOException {
        refused(2, "empty", "inspect", "");
        refused(2, "'a\0b' cannot name a file", "inspect", "a\0b");
        refused(1, "a folder", "run", Cli.FLOAT_MODEL, "--input", temp, "--output", out);
        String input = "image=a\0b";
        refused(1, "cannot name", "run", Cli.FLOAT_MODEL, "--input", input, "--output", out);
        Path config = temp.resolve("none.json");
        refused(
                1,
                "none.json: no such",
                "quantize",
                Cli.FLOAT_MODEL,
                out,
                "--calibrate",
                Cli.CALIBRATION,
                "--config",
                config);
    }

    @Test
    void anOutputThatTakesNothing() {
        StringWriter err = new StringWriter();
        Writer full =
                new Writer() {
                    @Override
                    public void write(char[] c, int from, int length) throws IOException {
                        throw new IOException("no space left");
                    }

                    @Override
                    public void flush() {}

                    @Override
                    public void close() {}
                };
        String[] words = {"inspect", Cli.FLOAT_MODEL.toString()};
        assertEquals(1, Main.run(words, new PrintWriter(full), new PrintWriter(err)));
        assertEquals("quern: cannot write to the standard output", err.toString().strip());
    }
}
