package quern.formats.onnx;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import quern.error.FormatException;
import quern.formats.Limits;

/**
 * Each operator as one node with inputs, outputs and attributes that hardly ever fit it: a graph or
 * a refusal comes out, never another exception.
 */
class OddNodesTest {
    private static final int TRIES = 400;

    private static final int[] TYPES = {1, 1, 1, 2, 3, 6, 7, 9};

    private static final List<String> ATTRIBUTES =
            List.of(
                    "axis",
                    "axes",
                    "perm",
                    "group",
                    "kernel_shape",
                    "pads",
                    "strides",
                    "dilations",
                    "num_scan_inputs",
                    "scan_input_axes",
                    "K",
                    "N",
                    "bits",
                    "block_size",
                    "hidden_size",
                    "size",
                    "blocksize",
                    "to",
                    "num_outputs",
                    "num_groups",
                    "output_height",
                    "output_width",
                    "sampling_ratio",
                    "transA",
                    "transB",
                    "onesided",
                    "inverse");

    static Stream<OnnxOps.Row> rows() {
        return OnnxOps.rows().stream();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void onlyRefusalsComeOut(OnnxOps.Row row) {
        Random r = new Random(row.name().hashCode());
        int refused = 0;
        for (int i = 0; i < TRIES; i++) {
            byte[] model = model(row, r);
            try {
                OnnxReader.read(
                        ByteBuffer.wrap(model),
                        "odd",
                        Limits.standard(),
                        Optional.empty(),
                        Map.of());
            } catch (FormatException e) {
                refused++;
            }
        }
        assertTrue(refused > 0, "not one of these is odd");
    }

    private static byte[] model(OnnxOps.Row row, Random r) {
        int opset = Math.max(row.since(), 7 + r.nextInt(17));
        TinyOnnx m = TinyOnnx.model().opset(opset).opset(OnnxOps.MICROSOFT, 1);
        String[] inputs = new String[r.nextInt(7)];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = r.nextInt(8) == 0 ? "" : "i" + i;
            int type = TYPES[r.nextInt(TYPES.length)];
            int[] dims = new int[r.nextInt(5)];
            Arrays.setAll(dims, k -> r.nextInt(4));
            if (r.nextBoolean()) {
                m.constant(constant("i" + i, type, dims, r));
            } else {
                String[] words = new String[dims.length];
                Arrays.setAll(words, k -> r.nextInt(8) == 0 ? "n" : Integer.toString(dims[k]));
                m.input("i" + i, type, words);
            }
        }
        String[] outputs = new String[r.nextInt(4)];
        Arrays.setAll(outputs, i -> "o" + i);
        TinyOnnx.Message[] attributes = new TinyOnnx.Message[r.nextInt(5)];
        for (int i = 0; i < attributes.length; i++) {
            attributes[i] = attribute(ATTRIBUTES.get(r.nextInt(ATTRIBUTES.size())), r);
        }
        m.node(row.domain(), row.name(), inputs, outputs, attributes);
        if (outputs.length > 0) {
            m.output("o0", 1);
        }
        return m.build();
    }

    private static TinyOnnx.Message attribute(String name, Random r) {
        if (r.nextBoolean()) {
            return TinyOnnx.attribute(name, (long) r.nextInt(7) - 2);
        }
        if (r.nextInt(5) == 0) {
            TinyOnnx.Message body = new TinyOnnx.Message();
            for (int i = r.nextInt(3); i > 0; i--) {
                body.message(12, new TinyOnnx.Message().text(1, "i0"));
                body.message(11, new TinyOnnx.Message().text(1, "b" + i));
            }
            String graph = List.of("body", "then_branch", "else_branch").get(r.nextInt(3));
            return new TinyOnnx.Message().text(1, graph).message(6, body).integer(20, 5);
        }
        long[] values = new long[r.nextInt(5)];
        Arrays.setAll(values, i -> r.nextInt(6) - 1);
        return TinyOnnx.attribute(name, values);
    }

    private static TinyOnnx.Message constant(String name, int type, int[] dims, Random r) {
        TinyOnnx.Message t = TinyOnnx.tensor(name, type, dims);
        int n = Arrays.stream(dims).reduce(1, (a, b) -> a * b);
        for (int i = 0; i < n; i++) {
            int value = r.nextInt(5) - 1;
            if (type == TinyOnnx.FLOAT) {
                t.real(4, value);
            } else if (type == TinyOnnx.INT64) {
                t.integer(7, value);
            } else {
                t.integer(5, Math.max(0, value));
            }
        }
        return t;
    }
}
