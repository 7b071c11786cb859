package quern.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** {@code quern eval --metric map} on the COCO sample: what the models' README measured. */
@EnabledIf("quern.cli.command.Cli#hasShared")
@Tag("long")
class DetectionEvalTest {
    private static double map(String model, String decoder, String image, String... more)
            throws IOException {
        String coco = Cli.SHARED.resolve("data/coco/val2017").toString();
        List<String> words = new ArrayList<>();
        words.addAll(List.of("eval", Cli.SHARED.resolve("models/detection/" + model).toString()));
        words.addAll(List.of("--data", coco + "/images", "--labels", coco + "/labels"));
        words.addAll(List.of("--metric", "map", "--decode", decoder, "--image", image, "--json"));
        words.addAll(List.of(more));
        JsonNode root = new ObjectMapper().readTree(Cli.ok(words.toArray()).out());
        assertEquals(64, root.get("samples").asInt());
        assertTrue(root.get("map50").asDouble() > root.get("value").asDouble());
        return 100 * root.get("value").asDouble();
    }

    @Test
    void yoloxNano() throws IOException {
        String[] bgr = {"--channels", "bgr"};
        double value = map("yolox_nano_416.onnx", "yolox", "416x416:letterbox=top-left,114", bgr);
        assertEquals(36.3, value, 0.5);
    }

    @Test
    void fastestDet() throws IOException {
        String[] scaled = {"--channels", "bgr", "--std", "255"};
        double value = map("fastestdet_352.onnx", "fastestdet", "352x352:stretch", scaled);
        assertEquals(22.9, value, 0.5);
    }

    @Test
    void ssdMobileNet() throws IOException {
        String[] scaled = {"--mean", "128", "--std", "128"};
        String model = "ssd_mobilenet_v1_coco_quant_300.tflite";
        assertEquals(24.4, map(model, "ssd", "300x300:stretch", scaled), 0.5);
    }
}
