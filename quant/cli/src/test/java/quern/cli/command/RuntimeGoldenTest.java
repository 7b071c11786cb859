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
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code quern run} on every TFLite model that has outputs of TFLite's own runtime, which rounds as
 * mode {@code xnnpack}: in this mode codes are equal byte for byte; in mode {@code double} and for
 * float results the answer is the same, within the stated tolerance.
 */
@EnabledIf("quern.cli.command.Cli#hasShared")
class RuntimeGoldenTest {
    private static final Path GOLDEN = Cli.SHARED.resolve("models/golden");
    private static final Path MODELS = Cli.SHARED.resolve("models");
    private static final String DETECTOR = "ssd_mobilenet_v1_coco_quant_300";
    private static final String INTEGER_BODY = "yamnet_int8_wav";

    /**
     * Float results of integers: a detector, a network behind a float front end, and one whose
     * 8-bit weights are multiplied with codes there and with float32 numbers here.
     */
    private static final Set<String> INTEGER_INSIDE =
            Set.of(DETECTOR, INTEGER_BODY, "kws_dscnn_float");

    private static final Set<String> NO_CLASSIFIERS =
            Set.of("ad_autoencoder_int8", "ad_autoencoder_float", "hello_world_int8", DETECTOR);

    private static final double FLOAT_ERROR = 1e-3;
    private static final float STEP = 1f / 256;

    @TempDir Path temp;

    static List<Path> models() throws IOException {
        try (Stream<Path> folders = Files.list(GOLDEN)) {
            return folders.filter(f -> model(f).endsWith(".tflite")).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void inModeXnnpackCodesAreEqual(Path golden) throws IOException {
        String name = golden.getFileName().toString();
        run(golden, "xnnpack");
        if (name.equals(DETECTOR)) {
            assertSameBoxes(golden);
        } else if (isInteger(golden)) {
            assertArrayEquals(
                    Files.readAllBytes(golden.resolve("out_0.bin")),
                    Files.readAllBytes(temp.resolve("000.bin")));
        } else if (name.equals(INTEGER_BODY)) {
            assertSameClass(golden);
            assertNear(golden, 2.01 * STEP);
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void inModeDoubleTheAnswerIsTheSame(Path golden) throws IOException {
        String name = golden.getFileName().toString();
        run(golden, "double");
        if (!NO_CLASSIFIERS.contains(name)) {
            assertSameClass(golden);
        }
        if (!isInteger(golden) && !INTEGER_INSIDE.contains(name)) {
            double largest = 0;
            for (float v : numbers(golden.resolve("out_0.bin"), "float32")) {
                largest = Math.max(largest, Math.abs(v));
            }
            assertNear(golden, FLOAT_ERROR * largest);
        }
    }

    private void run(Path golden, String rounding) throws IOException {
        Path model = find(model(golden));
        List<Object> words =
                new ArrayList<>(List.of("run", model, "--output", temp, "--rounding", rounding));
        for (JsonNode input : meta(golden).get("inputs")) {
            words.add("--input");
            words.add(golden.resolve(input.get("file").asText()));
        }
        Cli.ok(words.toArray());
    }

    private void assertSameClass(Path golden) throws IOException {
        String type = type(golden);
        assertEquals(
                argMax(numbers(golden.resolve("out_0.bin"), type)),
                argMax(numbers(temp.resolve("000.bin"), type)));
    }

    private static int argMax(float[] scores) {
        int best = 0;
        for (int i = 0; i < scores.length; i++) {
            best = scores[i] > scores[best] ? i : best;
        }
        return best;
    }

    private void assertNear(Path golden, double tolerance) throws IOException {
        float[] expected = numbers(golden.resolve("out_0.bin"), "float32");
        float[] actual = numbers(temp.resolve("000.bin"), "float32");
        assertEquals(expected.length, actual.length);
        for (int i = 0; i < actual.length; i++) {
            assertEquals(expected[i], actual[i], tolerance);
        }
    }

    /** Boxes of one class that cover each other, for each score of at least a half. */
    private void assertSameBoxes(Path golden) throws IOException {
        float[][] expected = new float[3][];
        float[][] actual = new float[3][];
        for (int i = 0; i < 3; i++) {
            expected[i] = numbers(golden.resolve("out_" + i + ".bin"), "float32");
            actual[i] = numbers(temp.resolve("00" + i + ".bin"), "float32");
        }
        int found = 0;
        for (int i = 0; i < expected[2].length && expected[2][i] >= 0.5f; i++) {
            boolean same = false;
            for (int j = 0; j < actual[2].length && actual[2][j] >= 0.5f; j++) {
                same |=
                        expected[1][i] == actual[1][j]
                                && overlap(expected[0], 4 * i, actual[0], 4 * j) >= 0.9;
            }
            assertTrue(same, "box " + i);
            found++;
        }
        assertTrue(found > 0);
        assertTrue(actual[2].length == found || actual[2][found] < 0.5f, "one more box");
    }

    /** Intersection over union of two boxes: top, left, bottom, right. */
    private static double overlap(float[] a, int i, float[] b, int j) {
        double height = Math.min(a[i + 2], b[j + 2]) - Math.max(a[i], b[j]);
        double width = Math.min(a[i + 3], b[j + 3]) - Math.max(a[i + 1], b[j + 1]);
        double both = Math.max(0, height) * Math.max(0, width);
        return both / (area(a, i) + area(b, j) - both);
    }

    private static double area(float[] box, int i) {
        return ((double) box[i + 2] - box[i]) * ((double) box[i + 3] - box[i + 1]);
    }

    private static float[] numbers(Path file, String type) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        float[] all = new float[bytes.remaining() / (type.equals("float32") ? 4 : 1)];
        for (int i = 0; i < all.length; i++) {
            all[i] =
                    switch (type) {
                        case "float32" -> bytes.getFloat();
                        case "int8" -> bytes.get();
                        case "uint8" -> bytes.get() & 0xFF;
                        default -> throw new AssertionError(type);
                    };
        }
        return all;
    }

    private static boolean isInteger(Path golden) {
        return !type(golden).equals("float32");
    }

    private static String type(Path golden) {
        return meta(golden).get("outputs").get(0).get("type").asText();
    }

    private static String model(Path golden) {
        return meta(golden).get("model").asText();
    }

    private static JsonNode meta(Path golden) {
        try {
            return new ObjectMapper().readTree(golden.resolve("meta.json").toFile());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Path find(String model) throws IOException {
        try (Stream<Path> files = Files.walk(MODELS)) {
            return files.filter(f -> f.endsWith(model)).findFirst().orElseThrow();
        }
    }
}
