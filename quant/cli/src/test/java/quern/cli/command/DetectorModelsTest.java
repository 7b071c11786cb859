package quern.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code quern run --rounding xnnpack} on an object detector and an audio classifier against what
 * TFLite's own runtime gave.
 */
@EnabledIf("quern.cli.command.Cli#hasShared")
class DetectorModelsTest {
    private static final Path MODELS = Cli.SHARED.resolve("models");

    /** The step of the last quantized layer of the audio classifier. */
    private static final float STEP = 1f / 256;

    @TempDir Path temp;

    private Path run(String model) throws IOException {
        String name = model.substring(model.indexOf('/') + 1);
        Path golden = MODELS.resolve("golden/" + name);
        Path in = golden.resolve("in_0.bin");
        Path file = MODELS.resolve(model + ".tflite");
        Cli.ok("run", file, "--input", in, "--output", temp, "--rounding", "xnnpack");
        return golden;
    }

    private static float[] floats(Path file) throws IOException {
        FloatBuffer b =
                ByteBuffer.wrap(Files.readAllBytes(file))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer();
        float[] all = new float[b.remaining()];
        b.get(all);
        return all;
    }

    @Test
    void findsTheSameObjects() throws IOException {
        Path golden = run("detection/ssd_mobilenet_v1_coco_quant_300");
        float[] boxes = floats(golden.resolve("out_0.bin"));
        float[] classes = floats(golden.resolve("out_1.bin"));
        float[] scores = floats(golden.resolve("out_2.bin"));
        float[] found = floats(temp.resolve("000.bin"));
        float[] foundClasses = floats(temp.resolve("001.bin"));
        float[] foundScores = floats(temp.resolve("002.bin"));
        assertEquals(10, floats(temp.resolve("003.bin"))[0]);
        assertTrue(scores[3] >= 0.5 && scores[4] < 0.5, "four objects are certain");
        for (int i = 0; i < 4; i++) {
            assertEquals(classes[i], foundClasses[i]);
            assertEquals(scores[i], foundScores[i], 2f / 256);
            for (int k = 4 * i; k < 4 * i + 4; k++) {
                assertEquals(boxes[k], found[k], 0.02);
            }
        }
    }

    @Test
    void hearsTheSameSounds() throws IOException {
        Path golden = run("audio/yamnet_int8_wav");
        float[] expected = floats(golden.resolve("out_0.bin"));
        float[] heard = floats(temp.resolve("000.bin"));
        assertArrayEquals(expected, heard, 2 * STEP);
        assertEquals(greatest(expected), greatest(heard));
    }

    private static int greatest(float[] all) {
        int best = 0;
        for (int i = 1; i < all.length; i++) {
            best = all[i] > all[best] ? i : best;
        }
        return best;
    }
}
