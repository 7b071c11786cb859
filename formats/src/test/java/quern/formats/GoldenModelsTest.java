package quern.formats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import quern.formats.io.ByteSource;
import quern.formats.io.TensorBytes;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.State;
import quern.json.Json;
import quern.op.quantize.Dequantize;
import quern.reference.ReferenceInterpreter;
import quern.tensor.DType;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Imported models on the reference kernels against recorded outputs of every operator: integers to
 * the byte, floats within {@code 1e-5 + 1e-4 * |b|}.
 */
@EnabledIf("quern.formats.Shared#isPresent")
class GoldenModelsTest {
    /** The input of an LSTM that is its output state; the cell state follows. */
    private static final int FIRST_STATE = 18;

    @ParameterizedTest
    @CsvSource({
        "tflm/hello_world_int8, hello_world/int8, 9",
        "tflm/hello_world_float, hello_world/float, 9",
        "tflm/mnist_lstm_int8, mnist_lstm/int8, 19",
        "tflm/mnist_lstm_float, mnist_lstm/float, 19",
        "mlperf_tiny/kws_dscnn_int8, kws/int8, 9",
        "mlperf_tiny/ic_resnet8_int8, resnet8/int8, 9",
        "mlperf_tiny/ic_resnet8_float, resnet8/float, 9"
    })
    void everyCase(String model, String folder, int cases) throws IOException {
        Graph graph = Models.read(Shared.folder().resolve("models/" + model + ".tflite"));
        Path golden = Shared.folder().resolve("golden").resolve(folder);
        Map<String, Json> manifest =
                Json.parse(Files.readString(golden.resolve("manifest.json"))).object();
        List<Json> all = manifest.get("cases").array();
        assertEquals(cases, all.size());
        for (Json c : all) {
            Map<String, Json> fields = c.object();
            byte[] inputs = Files.readAllBytes(golden.resolve(fields.get("input").text()));
            byte[] expected = Files.readAllBytes(golden.resolve(fields.get("output").text()));
            int frames = fields.get("frames").integer();
            boolean stateful = new Json.Bool(true).equals(fields.get("stateful"));
            ReferenceInterpreter interpreter = new ReferenceInterpreter(graph);
            for (int f = 0; f < frames; f++) {
                if (!stateful) {
                    interpreter.reset();
                }
                Tensor x = input(graph, part(inputs, f, frames));
                Tensor y = interpreter.run(List.of(x)).get(0);
                assertClose(part(expected, f, frames), y, fields.get("name").text());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "tflm/hello_world_int8, hello_world/int8, 3",
        "tflm/hello_world_float, hello_world/float, 3",
        "tflm/mnist_lstm_int8, mnist_lstm/int8, 4",
        "tflm/mnist_lstm_float, mnist_lstm/float, 4",
        "mlperf_tiny/kws_dscnn_int8, kws/int8, 13",
        "mlperf_tiny/ic_resnet8_int8, resnet8/int8, 16",
        "mlperf_tiny/ic_resnet8_float, resnet8/float, 16"
    })
    void everyOperator(String model, String folder, int operators) throws IOException {
        Graph graph = Models.read(Shared.folder().resolve("models/" + model + ".tflite"));
        Path golden = Shared.folder().resolve("golden").resolve(folder);
        Path dump = golden.resolve("intermediates_random0");
        Tensor x = input(graph, Files.readAllBytes(golden.resolve("random0.in.bin")));
        Map<String, Tensor> values = new ReferenceInterpreter(graph).runAll(List.of(x));
        Map<String, Json> recorded =
                Json.parse(Files.readString(dump.resolve("ops.json"))).object();
        List<Json> ops = recorded.get("ops").array();
        List<Node> nodes =
                graph.nodes().stream().filter(n -> !(n.op() instanceof Dequantize)).toList();
        assertEquals(operators, ops.size());
        assertEquals(operators, nodes.size());
        for (int i = 0; i < operators; i++) {
            Map<String, Json> output = ops.get(i).object().get("outputs").array().get(0).object();
            Tensor y = values.get(nodes.get(i).name());
            assertEquals(output.get("name").text(), nodes.get(i).name());
            assertType(output, y.type());
            assertClose(
                    Files.readAllBytes(dump.resolve(output.get("file").text())),
                    y,
                    nodes.get(i).name());
        }
        List<Json> variables = recorded.get("variable_tensors").array();
        assertEquals(graph.states().size(), variables.size());
        List<Json> read = ops.get(0).object().get("input_tensors").array();
        for (int i = 0; i < variables.size(); i++) {
            State state = graph.states().get(i);
            Path file = dump.resolve("var_t" + read.get(FIRST_STATE + i).integer() + ".bin");
            assertClose(Files.readAllBytes(file), values.get(state.next()), file.toString());
        }
    }

    private static void assertType(Map<String, Json> recorded, TensorType type) {
        int[] shape = recorded.get("shape").array().stream().mapToInt(Json::integer).toArray();
        assertArrayEquals(shape, type.shape().toArray());
        if (type.isQuantized()) {
            assertEquals(recorded.get("scale").array().get(0).real32(), type.scale(0));
            assertEquals(recorded.get("zero_point").array().get(0).integer(), type.zeroPoint(0));
        }
    }

    private static byte[] part(byte[] all, int frame, int frames) {
        int size = all.length / frames;
        return Arrays.copyOfRange(all, frame * size, (frame + 1) * size);
    }

    private static Tensor input(Graph graph, byte[] bytes) {
        TensorType type = graph.inputs().get(0).type();
        assertEquals(TensorBytes.size(type), bytes.length);
        return TensorBytes.read(new ByteSource(bytes), 0, type);
    }

    private static void assertClose(byte[] expected, Tensor y, String what) throws IOException {
        if (y.dtype() != DType.F32) {
            ByteArrayOutputStream actual = new ByteArrayOutputStream();
            TensorBytes.write(y, actual);
            assertArrayEquals(expected, actual.toByteArray(), what);
            return;
        }
        assertEquals(expected.length, 4 * y.elements(), what);
        var floats = ByteBuffer.wrap(expected).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        for (int i = 0; i < y.elements(); i++) {
            float b = floats.get(i);
            float a = y.real(i);
            assertTrue(
                    Math.abs(a - b) <= 1e-5 + 1e-4 * Math.abs(b),
                    what + ", element " + i + ": " + a + " against " + b);
        }
    }
}
