package quern.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import quern.graph.Graph;
import quern.op.OpSet;
import quern.rewrite.Simplify;

/** Real models: what they are made of; every one of them can be read and stored. */
@EnabledIf("quern.formats.Shared#isPresent")
class SharedModelsTest {
    private static final Path MODELS = Shared.folder().resolve("models");

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tflm/hello_world_float|3 FullyConnected",
                "tflm/hello_world_int8|3 FullyConnected",
                "tflm/micro_speech_quantized|1 DepthwiseConv2d, 1 FullyConnected, 1 Reshape, 1 Softmax",
                "mlperf_tiny/ic_resnet8_float|3 Add, 1 AveragePool2d, 9 Conv2d, 1 FullyConnected, 1 Reshape, 1 Softmax",
                "mlperf_tiny/ic_resnet8_int8|3 Add, 1 AveragePool2d, 9 Conv2d, 1 FullyConnected, 1 Reshape, 1 Softmax",
                "mlperf_tiny/kws_dscnn_float|1 AveragePool2d, 5 Conv2d, 4 DepthwiseConv2d, 5 Dequantize, 1 FullyConnected, 1 Reshape, 1 Softmax",
                "mlperf_tiny/kws_dscnn_int8|1 AveragePool2d, 5 Conv2d, 4 DepthwiseConv2d, 1 FullyConnected, 1 Reshape, 1 Softmax",
                "mlperf_tiny/ad_autoencoder_float|10 FullyConnected",
                "mlperf_tiny/ad_autoencoder_int8|10 FullyConnected",
                "mlperf_tiny/strww_ref_int8|4 Conv2d, 4 DepthwiseConv2d, 1 FullyConnected, 1 Reshape, 1 Softmax",
                "classification/mobilenet_v1_0.25_224_float|1 AveragePool2d, 15 Conv2d, 13 DepthwiseConv2d, 1 Reshape, 1 Softmax",
                "classification/mobilenet_v1_0.25_224_quant|1 AveragePool2d, 15 Conv2d, 13 DepthwiseConv2d, 1 Reshape, 1 Softmax",
                "classification/mobilenet_v2_1.0_224_quant|10 Add, 1 AveragePool2d, 36 Conv2d, 17 DepthwiseConv2d, 1 Reshape",
                "classification/tf2_mobilenet_v2_1.0_224_ptq|10 Add, 36 Conv2d, 17 DepthwiseConv2d, 1 Mean, 2 Requantize, 1 Reshape, 1 Softmax",
                "segmentation/deeplabv3_257_float|10 Add, 1 AveragePool2d, 1 Concat, 38 Conv2d, 17 DepthwiseConv2d, 3 ResizeBilinear"
            })
    void reads(String file, String operators) throws IOException {
        Graph g = Models.read(MODELS.resolve(file + ".tflite"));
        Map<String, Integer> counts = new TreeMap<>();
        g.nodes().forEach(n -> counts.merge(OpSet.standard().name(n.op()), 1, Integer::sum));
        assertEquals(
                operators,
                counts.entrySet().stream()
                        .map(e -> e.getValue() + " " + e.getKey())
                        .collect(Collectors.joining(", ")));
    }

    static List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(MODELS)) {
            return all.filter(p -> p.toString().endsWith(".tflite")).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyModelIsReadAndStored(Path file) throws IOException {
        Graph g = Models.read(file);
        Path qrn = folder.resolve("a.qrn");
        Models.write(g, qrn);
        assertEquals(g, Models.read(qrn));
        Graph simple = Simplify.simplify(g);
        Models.write(simple, qrn);
        assertEquals(simple, Models.read(qrn));
    }

    @ParameterizedTest
    @CsvSource("classification/tf2_mobilenet_v2_1.0_224_ptq,1001,background,127,127.49999")
    void labelsAndNormalization(String file, int labels, String first, String mean, String std)
            throws IOException {
        Graph g = Models.read(MODELS.resolve(file + ".tflite"));
        String[] lines = g.metadata().get("labels").split("\n");
        assertEquals(labels, lines.length);
        assertEquals(first, lines[0]);
        assertEquals(mean, g.metadata().get("quern.mean"));
        assertEquals(std, g.metadata().get("quern.std"));
    }

    @Test
    void labelsOfSounds() throws IOException {
        Graph g = Models.read(MODELS.resolve("audio/yamnet_int8_wav.tflite"));
        String[] lines = g.metadata().get("labels").split("\n");
        assertEquals(521, lines.length);
        assertEquals("Speech", lines[0]);
    }
}
