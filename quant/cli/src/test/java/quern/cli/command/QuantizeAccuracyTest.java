package quern.cli.command;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** What quantizing real networks with the default options costs. */
@Tag("long")
@EnabledIf("quern.cli.command.Cli#hasShared")
class QuantizeAccuracyTest {
    private static final Path DATA = Cli.SHARED.resolve("data");
    private static final Path MODELS = Cli.SHARED.resolve("models/mlperf_tiny");
    private static final double SIZE = 0.33;
    private static final double POINT = 0.01;
    private static final List<String> SIX_BITS =
            List.of("--activations=f32", "--weight-bits=6", "--weight-rounding=nearest");
    private static final Object[] PICTURES = {
        "--image", "224x224:stretch", "--mean", "127.5", "--std", "127.5"
    };

    @TempDir Path temp;

    @Test
    void resnet8OnCifar() throws IOException {
        Path model = MODELS.resolve("ic_resnet8_float.tflite");
        JsonNode json =
                quantized(
                        model,
                        "cifar:" + DATA.resolve("cifar10/train_0000_3999.bin"),
                        "cifar:" + DATA.resolve("cifar10/test_0000_0499.bin"));
        assertAccurate(json, 500);
        assertTrue(json.get("agreement").asDouble() >= 0.97, json::toString);
    }

    @Test
    void hybridDepthwiseNetworkOnKeywords() throws IOException {
        Path folder = DATA.resolve("kws01");
        JsonNode json =
                quantized(
                        MODELS.resolve("kws_dscnn_float.tflite"),
                        folder.toString(),
                        folder.toString(),
                        "--data-scale",
                        "0.58470291",
                        "--data-zero",
                        "83",
                        "--labels",
                        folder.resolve("y_labels.csv").toString());
        assertAccurate(json, 500);
    }

    @Test
    void weightsOfFourBitsMakeUpForEachOther() throws IOException {
        Path model = MODELS.resolve("ic_resnet8_float.tflite");
        String train = "cifar:" + DATA.resolve("cifar10/train_0000_3999.bin");
        String test = "cifar:" + DATA.resolve("cifar10/test_0000_0499.bin");
        double compensated = four(model, train, test);
        double adaptive = four(model, train, test, "--adaround");
        double nearest =
                four(model, train, test, "--weight-rounding", "nearest", "--no-bias-correction");
        assertTrue(compensated >= 0.8, compensated + " of the answers are right");
        assertTrue(compensated >= nearest + 0.1, compensated + " and " + nearest);
        assertTrue(adaptive >= 0.8, adaptive + " of the answers are right");
        assertTrue(adaptive >= nearest + 0.1, adaptive + " and " + nearest);
    }

    /** Even pictures calibrate, odd ones measure. */
    @Test
    void depthwiseWeightsOfOneScaleCollapseAndHeal() throws IOException {
        List<Path> folders = List.of(temp.resolve("even"), temp.resolve("odd"));
        for (Path folder : folders) {
            Files.createDirectory(folder);
        }
        try (Stream<Path> files = Files.list(DATA.resolve("imagenet_sample"))) {
            List<Path> images = files.filter(f -> f.toString().endsWith(".JPEG")).sorted().toList();
            for (int i = 0; i < images.size(); i++) {
                Path image = images.get(i);
                Files.copy(image, folders.get(i % 2).resolve(image.getFileName()));
            }
        }
        Path model = Cli.SHARED.resolve("models/classification/mobilenet_v1_0.25_224_float.tflite");
        double real = top1(model, folders.get(1));
        double collapsed = mobile(model, folders, "--per-tensor", "--keep-share", "0");
        double channels = mobile(model, folders, "--keep-share", "0");
        double equalized =
                mobile(model, folders, "--per-tensor", "--keep-share", "0", "--equalize");
        assertTrue(collapsed <= 0.1 * real, collapsed + " of " + real);
        assertTrue(channels >= 0.8 * real, channels + " of " + real);
        assertTrue(equalized >= 0.6 * real, equalized + " of " + real);
    }

    /** With one means of healing at a time. */
    private double mobile(Path model, List<Path> folders, String... options) throws IOException {
        Path out = temp.resolve("mobile.qrn");
        List<Object> quantize = new ArrayList<>();
        quantize.addAll(List.of("quantize", model, out, "--calibrate", folders.get(0)));
        quantize.addAll(List.of("--weight-rounding", "nearest", "--no-bias-correction"));
        quantize.addAll(List.of(PICTURES));
        quantize.addAll(Arrays.asList(options));
        Cli.ok(quantize.toArray());
        return top1(out, folders.get(1));
    }

    private static double top1(Path model, Path images) throws IOException {
        List<Object> eval = new ArrayList<>();
        eval.addAll(List.of("eval", model, "--data", images, "--json"));
        eval.addAll(List.of("--labels", DATA.resolve("imagenet_sample/labels.csv")));
        eval.addAll(List.of("--label-column", "class_index_1001"));
        eval.addAll(List.of(PICTURES));
        return Cli.ok(eval.toArray()).json().get("value").asDouble();
    }

    private double four(Path model, String calibration, String test, String... options)
            throws IOException {
        Path out = temp.resolve("four.qrn");
        List<Object> quantize = new ArrayList<>();
        quantize.addAll(List.of("quantize", model, out, "--calibrate", calibration));
        quantize.addAll(List.of("--weight-bits", 4));
        quantize.addAll(Arrays.asList(options));
        Cli.ok(quantize.toArray());
        return Cli.ok("eval", out, "--data", test, "--json").json().get("value").asDouble();
    }

    @Test
    void yoloxNanoKeepsItsBoxes() throws IOException {
        String[] image = {"--image", "416x416:letterbox=top-left,114", "--channels", "bgr"};
        assertBoxes("yolox_nano_416.onnx", "yolox", 0.015, image);
    }

    /** Weights of 6 bits, rounded to nearest, activations in float. */
    @Test
    void biasesMakeUpForRoundedWeights() throws IOException {
        String[] image = {"--image", "416x416:letterbox=top-left,114", "--channels", "bgr"};
        String model = "yolox_nano_416.onnx";
        double rounded = lost(model, "yolox", image, SIX_BITS, "--no-bias-correction");
        double corrected = lost(model, "yolox", image, SIX_BITS, "--bias-correction");
        assertTrue(rounded > 0.02, rounded + " lost");
        assertTrue(corrected <= rounded / 2, corrected + " of " + rounded);
    }

    @Test
    void fastestDetKeepsItsBoxes() throws IOException {
        String[] image = {"--image", "352x352:stretch", "--channels", "bgr", "--std", "255"};
        assertBoxes("fastestdet_352.onnx", "fastestdet", 0.02, image);
    }

    private void assertBoxes(String model, String decoder, double bound, String... image)
            throws IOException {
        double lost = lost(model, decoder, image, List.of());
        assertTrue(lost <= bound, lost + " lost");
    }

    /** Mean average precision that quantizing costs. */
    private double lost(
            String model, String decoder, String[] image, List<String> scheme, String... more)
            throws IOException {
        Path real = Cli.SHARED.resolve("models/detection").resolve(model);
        Path coco = DATA.resolve("coco");
        Path int8 = temp.resolve("detector.qrn");
        List<Object> quantize = new ArrayList<>();
        quantize.addAll(List.of("quantize", real, int8));
        quantize.addAll(List.of("--calibrate", coco.resolve("train2017/images")));
        quantize.addAll(Arrays.asList(image));
        quantize.addAll(scheme);
        quantize.addAll(Arrays.asList(more));
        Cli.ok(quantize.toArray());
        List<Object> eval = new ArrayList<>();
        eval.addAll(List.of("eval", int8, "--data", coco.resolve("val2017/images")));
        eval.addAll(List.of("--labels", coco.resolve("val2017/labels"), "--metric", "map"));
        eval.addAll(List.of("--decode", decoder, "--reference", real, "--json"));
        eval.addAll(Arrays.asList(image));
        JsonNode json = Cli.ok(eval.toArray()).json();
        return json.get("reference").asDouble() - json.get("value").asDouble();
    }

    private static void assertAccurate(JsonNode json, int samples) {
        assertTrue(json.get("samples").asInt() == samples, json::toString);
        assertTrue(
                json.get("value").asDouble() >= json.get("reference").asDouble() - POINT,
                json::toString);
    }

    /**
     * The evaluation of the quantized model beside the float one; checks the sizes of the files.
     */
    private JsonNode quantized(Path model, String calibration, String test, String... options)
            throws IOException {
        Path real = temp.resolve("float.qrn");
        Path int8 = temp.resolve("int8.qrn");
        Cli.ok("convert", model, real);
        List<Object> quantize = new ArrayList<>();
        quantize.addAll(List.of("quantize", model, int8, "--calibrate", calibration));
        int labels = Arrays.asList(options).indexOf("--labels");
        quantize.addAll(Arrays.asList(options).subList(0, Math.max(labels, 0)));
        Cli.ok(quantize.toArray());
        assertTrue(
                Files.size(int8) <= SIZE * Files.size(real),
                () -> int8.toFile().length() + " of " + real.toFile().length() + " bytes");
        List<Object> eval = new ArrayList<>();
        eval.addAll(List.of("eval", int8, "--data", test, "--reference", model, "--json"));
        eval.addAll(Arrays.asList(options));
        return Cli.ok(eval.toArray()).json();
    }
}
