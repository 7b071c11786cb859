package quern.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import quern.cli.Main;

/** One call of the command in this JVM. */
record Cli(int exit, String out, String err) {
    static final Path TESTDATA = Path.of(System.getProperty("quern.testdata"));
    static final Path SHARED = Path.of(System.getProperty("quern.shared", "/nowhere"));
    static final Path FLOAT_MODEL = TESTDATA.resolve("models/fashion_cnn_float.qrn");
    static final Path CALIBRATION =
            TESTDATA.resolve("data/fashion-calibration-images-idx3-ubyte.gz");
    static final Path IMAGES = TESTDATA.resolve("data/fashion-test-images-idx3-ubyte.gz");
    static final Path LABELS = TESTDATA.resolve("data/fashion-test-labels-idx1-ubyte.gz");

    /** For {@code @EnabledIf}: whether the shared models and golden vectors are there. */
    static boolean hasShared() {
        return Files.isDirectory(SHARED.resolve("golden"))
                && Files.isDirectory(SHARED.resolve("models"));
    }

    static Cli call(Object... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] args = Arrays.stream(words).map(String::valueOf).toArray(String[]::new);
        int exit = Main.run(args, new PrintWriter(out, true), new PrintWriter(err, true));
        return new Cli(exit, out.toString(), err.toString());
    }

    /** A call that must succeed without a word on stderr. */
    static Cli ok(Object... words) {
        Cli c = call(words);
        assertEquals(
                "",
                c.err,
                () -> String.join(" ", Arrays.stream(words).map(String::valueOf).toList()));
        assertEquals(0, c.exit);
        return c;
    }

    JsonNode json() throws IOException {
        return new ObjectMapper().readTree(out);
    }
}
