package quern.cli.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import quern.cli.data.DataOptions;
import quern.cli.data.DataSet;
import quern.cli.detection.Box;
import quern.cli.detection.Decoder;
import quern.fixedpoint.RoundingMode;
import quern.formats.Models;
import quern.graph.Graph;
import quern.quant.QuantOptions;
import quern.quant.QuantizedModel;
import quern.quant.Quantizer;
import quern.rewrite.Simplify;
import quern.runtime.Session;
import quern.tensor.Tensor;

/** Real networks quantized here and written as ONNX give the same answers in ONNX Runtime. */
@EnabledIf("hasShared")
@Tag("long")
class QuantizedExportTest {
    private static final Path SHARED = Path.of(System.getProperty("quern.shared"));
    private static final int CALIBRATION = 16;

    /** A step of the codes of a score. */
    private static final float STEP = 1f / 256;

    @TempDir private Path folder;

    static boolean hasShared() {
        return Files.isDirectory(SHARED.resolve("models"))
                && Files.isDirectory(SHARED.resolve("data"));
    }

    private enum Detector {
        YOLOX(
                "yolox_nano_416.onnx",
                Decoder.YOLOX,
                416,
                "--image=416x416:letterbox=top-left,114",
                "--channels=bgr"),
        FASTESTDET(
                "fastestdet_352.onnx",
                Decoder.FASTESTDET,
                352,
                "--image=352x352:stretch",
                "--channels=bgr",
                "--std=255");

        private final String file;
        private final Decoder decoder;
        private final int size;
        private final DataOptions options;

        Detector(String file, Decoder decoder, int size, String... options) {
            this.file = file;
            this.decoder = decoder;
            this.size = size;
            this.options = DataOptions.parse(options);
        }
    }

    private enum Classifier {
        RESNET8(
                "mlperf_tiny/ic_resnet8_float.tflite",
                "cifar:" + SHARED.resolve("data/cifar10/train_0000_3999.bin"),
                "cifar:" + SHARED.resolve("data/cifar10/test_0000_0499.bin")),
        KEYWORDS(
                "mlperf_tiny/kws_dscnn_float.tflite",
                SHARED.resolve("data/kws01").toString(),
                SHARED.resolve("data/kws01").toString(),
                "--data-scale=0.58470291",
                "--data-zero=83"),
        MOBILENET(
                "classification/mobilenet_v1_0.25_224_float.tflite",
                SHARED.resolve("data/coco/train2017/images").toString(),
                SHARED.resolve("data/imagenet_sample").toString(),
                "--image=224x224:crop=0.875",
                "--mean=127.5",
                "--std=127.5");

        private final String file;
        private final String calibration;
        private final String test;
        private final DataOptions options;

        Classifier(String file, String calibration, String test, String... options) {
            this.file = file;
            this.calibration = calibration;
            this.test = test;
            this.options = DataOptions.parse(options);
        }
    }

    @ParameterizedTest
    @EnumSource
    void detectorsFindTheSame(Detector d) throws IOException {
        Path model = SHARED.resolve("models/detection").resolve(d.file);
        Path coco = SHARED.resolve("data/coco");
        QuantizedModel made = quantized(model, coco + "/train2017/images", d.options);
        Graph quantized = made.graph();
        long near = 0;
        long elements = 0;
        int boxes = 0;
        try (OrtModel ort = written(made);
                Session session = Session.open(quantized);
                DataSet pictures =
                        DataSet.open(coco + "/val2017/images", d.options, quantized, 16)) {
            for (int i = 0; i < pictures.size(); i++) {
                List<Tensor> in = pictures.inputs(i);
                List<Tensor> ours = session.run(in.toArray(Tensor[]::new));
                Tensor theirs = ort.run(in).get(0);
                for (int k = 0; k < theirs.elements(); k++) {
                    float off = Math.abs(theirs.real(k) - ours.get(0).real(k));
                    near += off <= STEP ? 1 : 0;
                }
                elements += theirs.elements();
                List<Box> found = boxes(d, ours.get(0));
                List<Box> there = boxes(d, theirs);
                found.forEach(b -> assertFound(b, there));
                there.forEach(b -> assertFound(b, found));
                boxes += found.size();
            }
        }
        assertTrue(near >= 0.95 * elements, near + " of " + elements);
        assertTrue(boxes > 0, "nothing was found");
    }

    private static List<Box> boxes(Detector d, Tensor output) {
        return d.decoder.boxes(List.of(output), d.size, d.size, d.decoder.usualOverlap()).stream()
                .filter(b -> b.score() >= 0.3)
                .toList();
    }

    private static void assertFound(Box box, List<Box> among) {
        assertTrue(
                among.stream()
                        .anyMatch(b -> b.category() == box.category() && b.overlap(box) >= 0.9),
                () -> box + " is not among " + among);
    }

    @ParameterizedTest
    @EnumSource
    void classifiersAgree(Classifier c) throws IOException {
        Path model = SHARED.resolve("models").resolve(c.file);
        QuantizedModel made = quantized(model, c.calibration, c.options);
        Graph quantized = made.graph();
        int same = 0;
        int all;
        try (OrtModel ort = written(made);
                Session session = Session.open(quantized);
                DataSet samples = DataSet.open(c.test, c.options, quantized, DataSet.ALL)) {
            all = samples.size();
            for (int i = 0; i < all; i++) {
                List<Tensor> in = samples.inputs(i);
                Tensor ours = session.run(in.toArray(Tensor[]::new)).get(0);
                same += best(ours) == best(ort.run(in).get(0)) ? 1 : 0;
            }
        }
        assertTrue(same >= 0.99 * all, same + " of " + all);
    }

    /** The index of the largest code. */
    private static int best(Tensor t) {
        int best = 0;
        for (int i = 1; i < t.elements(); i++) {
            best = t.integer(i) > t.integer(best) ? i : best;
        }
        return best;
    }

    private static QuantizedModel quantized(Path model, String data, DataOptions options)
            throws IOException {
        Graph graph = Simplify.simplify(Models.read(model)).withRounding(RoundingMode.FLOAT_EVEN);
        try (DataSet samples = DataSet.open(data, options, graph, CALIBRATION)) {
            // A layer in float adds up in another order there, and its codes may be others.
            QuantOptions codes = QuantOptions.of(graph).toBuilder().keptShare(0).build();
            return Quantizer.convert(graph, samples.reals(), codes);
        }
    }

    /** The model in ONNX Runtime, where all layers are integer operators. */
    private OrtModel written(QuantizedModel made) throws IOException {
        Path file = folder.resolve("written.onnx");
        Models.write(made.graph(), file);
        Path optimized = folder.resolve("optimized.onnx");
        OrtModel ort = new OrtModel(Files.readAllBytes(file), Optional.of(optimized), false);
        Map<String, Integer> counts = OnnxFields.operators(optimized);
        assertEquals(0, counts.getOrDefault("Conv", 0) + counts.getOrDefault("FusedConv", 0));
        assertEquals(0, counts.getOrDefault("Gemm", 0));
        assertTrue(counts.get("QLinearConv") > 1, counts::toString);
        return ort;
    }
}
