package quern.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** {@code --signature}, and the names that a signature gives to inputs. */
@EnabledIf("quern.cli.command.Cli#hasShared")
class SignatureTest {
    private static final Path MODEL = Cli.SHARED.resolve("models/tflm/mnist_lstm_int8.tflite");
    private static final Path IN = Cli.SHARED.resolve("models/golden/mnist_lstm_int8/in_0.bin");

    @TempDir Path temp;

    @Test
    void inputsHaveTwoNames() throws IOException {
        Path qrn = temp.resolve("m.qrn");
        Cli.ok("convert", MODEL, qrn, "--signature", "serving_default");
        Path first = temp.resolve("first");
        Path second = temp.resolve("second");
        Cli.ok("run", MODEL, "--input", "fixed_input=" + IN, "--output", first);
        Cli.ok("run", qrn, "--input", "serving_default_fixed_input:0=" + IN, "--output", second);
        byte[] out = Files.readAllBytes(first.resolve("000.bin"));
        assertEquals(10, out.length);
        assertArrayEquals(out, Files.readAllBytes(second.resolve("000.bin")));
        Cli.ok("run", qrn, "--input", "fixed_input=" + IN, "--output", second);
        assertArrayEquals(out, Files.readAllBytes(second.resolve("000.bin")));
    }

    @Test
    void signaturesThatAreNotThere() throws IOException {
        Cli none = Cli.call("inspect", MODEL, "--signature", "train");
        assertEquals(1, none.exit());
        assertTrue(
                none.err().contains("there is no signature train; the file has [serving_default]"),
                none.err());
        Cli qrn = Cli.call("inspect", Cli.FLOAT_MODEL, "--signature", "train");
        assertEquals(1, qrn.exit());
        assertTrue(qrn.err().contains("a .qrn file holds one graph"), qrn.err());
    }
}
