package quern.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code quern run} on real models equals independent reference kernels: codes byte for byte,
 * floats within the stated tolerance.
 */
@EnabledIf("quern.cli.command.Cli#hasShared")
class GoldenModelsTest {
    private static final Path GOLDEN = Cli.SHARED.resolve("golden");
    private static final Path MODELS = Cli.SHARED.resolve("models");

    @TempDir Path temp;

    static Stream<Arguments> variants() {
        return Stream.of(
                Arguments.of("hello_world/float", "tflm/hello_world_float.tflite"),
                Arguments.of("hello_world/int8", "tflm/hello_world_int8.tflite"),
                Arguments.of("mnist_lstm/float", "tflm/mnist_lstm_float.tflite"),
                Arguments.of("mnist_lstm/int8", "tflm/mnist_lstm_int8.tflite"),
                Arguments.of("kws/int8", "mlperf_tiny/kws_dscnn_int8.tflite"),
                Arguments.of("resnet8/float", "mlperf_tiny/ic_resnet8_float.tflite"),
                Arguments.of("resnet8/int8", "mlperf_tiny/ic_resnet8_int8.tflite"));
    }

    @ParameterizedTest
    @MethodSource("variants")
    void outputsEqual(String folder, String model) throws IOException {
        Path golden = GOLDEN.resolve(folder);
        JsonNode manifest = new ObjectMapper().readTree(golden.resolve("manifest.json").toFile());
        boolean exact = manifest.get("exact").asBoolean();
        assertTrue(manifest.get("cases").size() > 0);
        for (JsonNode c : manifest.get("cases")) {
            Path in = golden.resolve(c.get("input").asText());
            List<Object> words = new ArrayList<>();
            words.addAll(List.of("run", MODELS.resolve(model), "--input", in, "--output", temp));
            words.addAll(List.of("--frames", c.get("frames").asText()));
            if (c.path("stateful").asBoolean()) {
                words.add("--keep-state");
            }
            Cli.ok(words.toArray());
            compare(
                    golden.resolve(c.get("output").asText()),
                    temp.resolve("000.bin"),
                    exact,
                    c.get("name").asText());
        }
    }

    @ParameterizedTest
    @MethodSource("variants")
    void intermediatesEqual(String folder, String model) throws IOException {
        Path golden = GOLDEN.resolve(folder);
        JsonNode manifest = new ObjectMapper().readTree(golden.resolve("manifest.json").toFile());
        JsonNode intermediates = manifest.get("intermediates");
        if (intermediates == null) {
            return;
        }
        Path in = golden.resolve(intermediates.get("case").asText() + ".in.bin");
        Path dump = temp.resolve("dump");
        Cli.ok(
                "run",
                MODELS.resolve(model),
                "--input",
                in,
                "--output",
                temp.resolve("out"),
                "--dump-all",
                dump);
        Map<String, Path> files = new HashMap<>();
        for (JsonNode t : new ObjectMapper().readTree(dump.resolve("outputs.json").toFile())) {
            files.put(t.get("name").asText(), dump.resolve(t.get("file").asText()));
        }
        JsonNode recorded =
                new ObjectMapper()
                        .readTree(golden.resolve(intermediates.get("index").asText()).toFile());
        int compared = recorded.get("variable_tensors").size();
        assertEquals(compared, files.keySet().stream().filter(n -> n.endsWith("_next")).count());
        for (JsonNode op : recorded.get("ops")) {
            for (JsonNode t : op.get("outputs")) {
                Path expected =
                        golden.resolve(intermediates.get("folder").asText())
                                .resolve(t.get("file").asText());
                Path actual = files.get(t.get("name").asText());
                assertTrue(actual != null, () -> t.get("name") + " was not dumped");
                compare(
                        expected,
                        actual,
                        manifest.get("exact").asBoolean(),
                        t.get("name").asText());
                compared++;
            }
        }
        assertEquals(files.size(), compared, "tensors dumped");
    }

    private static void compare(Path expected, Path actual, boolean exact, String name)
            throws IOException {
        byte[] e = Files.readAllBytes(expected);
        byte[] a = Files.readAllBytes(actual);
        if (exact) {
            assertArrayEquals(e, a, name);
            return;
        }
        assertEquals(e.length, a.length, name);
        ByteBuffer x = ByteBuffer.wrap(e).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer y = ByteBuffer.wrap(a).order(ByteOrder.LITTLE_ENDIAN);
        while (x.hasRemaining()) {
            float want = x.getFloat();
            float got = y.getFloat();
            assertTrue(
                    Math.abs(want - got) <= 1e-5 + 1e-4 * Math.abs(want),
                    () -> name + ": " + got + " instead of " + want);
        }
    }
}
