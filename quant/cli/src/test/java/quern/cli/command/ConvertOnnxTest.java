package quern.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command writes ONNX models, which are as accurate as what they were made from. */
class ConvertOnnxTest {
    @TempDir private Path temp;

    private static double agreement(Path model, Path reference) throws IOException {
        Cli c =
                Cli.ok(
                        "eval",
                        model,
                        "--data",
                        Cli.IMAGES,
                        "--samples",
                        100,
                        "--metric",
                        "agreement",
                        "--reference",
                        reference,
                        "--json");
        return c.json().get("value").asDouble();
    }

    @Test
    void theModelStaysTheSame() throws IOException {
        Path onnx = temp.resolve("a.onnx");
        Path back = temp.resolve("b.qrn");
        Cli.ok("convert", Cli.FLOAT_MODEL, onnx, "--opset", 13, "--ir", 7);
        Cli.ok("convert", onnx, back);
        assertEquals(1, agreement(onnx, Cli.FLOAT_MODEL));
        assertEquals(1, agreement(back, Cli.FLOAT_MODEL));
        assertTrue(Cli.ok("inspect", back).out().contains("quern.license"));
    }

    @Test
    void codesStayCodes() throws IOException {
        Path int8 = temp.resolve("int8.qrn");
        Path onnx = temp.resolve("int8.onnx");
        Cli.ok("quantize", Cli.FLOAT_MODEL, int8, "--calibrate", Cli.CALIBRATION, "--samples", 20);
        Cli.ok("convert", int8, onnx);
        String text = new String(Files.readAllBytes(onnx), StandardCharsets.ISO_8859_1);
        assertTrue(
                text.contains("QuantizeLinear") && !text.contains("Relu"), "limits are in codes");
        Path back = temp.resolve("back.qrn");
        Cli.ok("convert", onnx, back);
        int weights = Cli.ok("inspect", back, "--format", "json").json().get("weightBytes").asInt();
        assertTrue(weights < 60_000, "weights are codes, not " + weights + " bytes");
        assertTrue(Files.size(onnx) < Files.size(Cli.FLOAT_MODEL) / 2);
    }

    @Test
    void versionsAreForOnnxOnly() {
        Path qrn = temp.resolve("a.qrn");
        assertEquals(2, Cli.call("convert", Cli.FLOAT_MODEL, qrn, "--opset", 17).exit());
        Path onnx = temp.resolve("a.onnx");
        Cli c = Cli.call("convert", Cli.FLOAT_MODEL, onnx, "--opset", 12);
        assertEquals(1, c.exit());
        assertTrue(c.err().contains("13 to 21"), c.err());
        assertFalse(Files.exists(onnx));
    }
}
