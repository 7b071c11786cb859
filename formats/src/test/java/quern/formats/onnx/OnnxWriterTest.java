package quern.formats.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import quern.error.FormatException;
import quern.error.UnsupportedOpException;
import quern.fixedpoint.RoundingMode;
import quern.formats.Limits;
import quern.formats.Models;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.op.Activation;
import quern.op.Padding;
import quern.op.activation.Relu;
import quern.op.activation.Tanh;
import quern.op.math.Add;
import quern.op.math.Atan2;
import quern.op.nn.Conv2d;
import quern.op.shape.Transpose;
import quern.rewrite.Simplify;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** What stands in a written file: names, types, metadata, layout, quantization. */
class OnnxWriterTest {
    @TempDir private Path folder;

    private ProtoModel written(Graph g) throws IOException {
        Path file = folder.resolve("a.onnx");
        Models.write(g, file);
        return ProtoModel.read(
                Wire.of(ByteBuffer.wrap(Files.readAllBytes(file)), Limits.standard()));
    }

    private static List<String> ops(ProtoModel m) {
        return m.graph().nodes().stream().map(ProtoNode::op).toList();
    }

    private static Conv2d conv(Activation a) {
        return new Conv2d(Ints.of(1, 1), Ints.of(1, 1), Padding.SAME, 1, a);
    }

    /** Two convolutions of an NHWC image. */
    private static Graph images() {
        GraphBuilder b = new GraphBuilder("images");
        b.input("x", TensorType.of(DType.F32, Shape.of(List.of("N", "6", "5", "2"))));
        b.constant("w", Tensor.of(Shape.of(3, 3, 3, 2), new float[54]));
        b.constant("v", Tensor.of(Shape.of(2, 1, 1, 3), new float[6]));
        b.add("a", conv(Activation.RELU), "x", "w");
        b.add("t", new Tanh(), "a");
        b.add("y", conv(Activation.NONE), "t", "v");
        return b.output("y").build();
    }

    @Test
    void channelsStayInFrontBetweenConvolutions() throws IOException {
        ProtoModel m = written(images());
        assertEquals(List.of("Transpose", "Conv", "Relu", "Tanh", "Conv", "Transpose"), ops(m));
        assertEquals("a", m.graph().nodes().get(2).outputs().get(0));
        assertEquals("t", m.graph().nodes().get(3).outputs().get(0));
        assertEquals("y", m.graph().nodes().get(5).outputs().get(0));
        assertEquals(List.of("N", "6", "5", "2"), m.graph().inputs().get(0).dims().orElseThrow());
        assertEquals(
                List.of("v", "w"),
                m.graph().initializers().stream().map(ProtoTensor::name).sorted().toList());
    }

    @Test
    void keepsMetadataAndTellsTheRounding() throws IOException {
        GraphBuilder b = new GraphBuilder("m").rounding(RoundingMode.SINGLE);
        b.metadata("labels", "one\ntwo").input("x", TensorType.f32(1));
        b.add("y", new Relu(), "x");
        Graph g = b.output("y").build();
        Map<String, String> expected = Map.of("labels", "one\ntwo", "quern.rounding", "single");
        Map<String, String> all = new HashMap<>(written(g).metadata());
        assertEquals("Relu\ty\n", all.remove("quern.names"));
        assertEquals(expected, all);
        assertEquals(Map.of("", 17), written(g).opsets());
        Graph read = Simplify.simplify(Models.read(folder.resolve("a.onnx")));
        assertEquals(expected, read.metadata());
    }

    @Test
    void namesMayHoldAnything() throws IOException {
        String x = "x=\"\n%@, \u00e9\ud83d\ude00";
        String broken = "a\ud800b";
        GraphBuilder b = new GraphBuilder("");
        b.input(x, TensorType.f32(2));
        b.input("a?b", TensorType.f32(2));
        b.constant(broken, Tensor.of(Shape.of(2), 1f, 2f));
        b.add("graph", new Add(Activation.NONE), x, broken);
        b.add("graph_1", new Add(Activation.NONE), "a?b", "graph");
        b.add("constant", new Relu(), "graph_1");
        Graph g = b.output("constant").output("constant").output(x).output(broken).build();
        written(g);
        Graph read = Models.read(folder.resolve("a.onnx"));
        assertEquals(List.of(x, "a?b"), read.inputs().stream().map(v -> v.name()).toList());
        assertEquals("constant", read.outputs().get(0));
        assertEquals(x, read.outputs().get(2));
        assertEquals(4, read.outputs().size());
        assertEquals(4, Stream.of(read.outputs().toArray()).distinct().count());
    }

    @Test
    void codesStandBetweenDequantizeAndQuantize() throws IOException {
        ProtoModel m = written(quantized(-128));
        assertEquals(
                List.of(
                        "DequantizeLinear",
                        "DequantizeLinear",
                        "DequantizeLinear",
                        "Conv",
                        "QuantizeLinear"),
                ops(m).stream().filter(o -> !o.equals("Transpose")).toList().subList(2, 7));
        assertFalse(ops(m).contains("Relu"), "the range of the codes ends at zero");
        assertTrue(ops(written(quantized(-7))).contains("Relu"));
        assertEquals(DType.S8, DataTypes.of(m.graph().inputs().get(0).elements()));
    }

    private static Graph quantized(int zero) {
        GraphBuilder b = new GraphBuilder("q");
        b.input("x", TensorType.s8(0.5f, 3, 1, 4, 4, 2));
        Quant weights = Quant.perChannel(0, new float[] {0.25f, 0.125f});
        TensorType w = new TensorType(DType.S8, Shape.of(2, 1, 1, 2), weights);
        b.constant("w", Tensor.of(w, (byte) 1, (byte) -2, (byte) 3, (byte) 4));
        b.constant("b", Tensor.of(Shape.of(2), 5, -6));
        b.add("y", conv(Activation.RELU), Quant.perTensor(1, zero), "x", "w", "b");
        return b.output("y").build();
    }

    @Test
    void refusesWhatHasNoForm() throws IOException {
        GraphBuilder b = new GraphBuilder("g");
        b.input("x", TensorType.f32(1));
        b.add("angle", new Atan2(), "x", "x");
        Graph g = b.output("angle").build();
        Path file = folder.resolve("a.onnx");
        Files.writeString(file, "old");
        UnsupportedOpException e =
                assertThrows(UnsupportedOpException.class, () -> Models.write(g, file));
        assertEquals("Atan2", e.op());
        assertEquals("angle", e.where());
        assertEquals("old", Files.readString(file));
        GraphBuilder s = new GraphBuilder("s");
        s.input("x", TensorType.f32(1));
        s.state("h", TensorType.f32(1), "", "y");
        s.add("y", new Add(Activation.NONE), "x", "h");
        Graph state = s.output("y").build();
        assertEquals(
                "h",
                assertThrows(UnsupportedOpException.class, () -> Models.write(state, file))
                        .where());
    }

    @Test
    void versionsAreChosen() throws IOException {
        Graph g = images();
        Path file = folder.resolve("b.onnx");
        Models.writeOnnx(g, file, 21, 10);
        byte[] bytes = Files.readAllBytes(file);
        ProtoModel m = ProtoModel.read(Wire.of(ByteBuffer.wrap(bytes), Limits.standard()));
        assertEquals(Map.of("", 21), m.opsets());
        assertEquals(10, bytes[1]);
        assertThrows(FormatException.class, () -> Models.writeOnnx(g, file, 12, 8));
        assertThrows(FormatException.class, () -> Models.writeOnnx(g, file, 22, 8));
        assertThrows(FormatException.class, () -> Models.writeOnnx(g, file, 17, 11));
    }

    @Test
    void theSameGraphGivesTheSameBytes() throws IOException {
        written(images());
        byte[] first = Files.readAllBytes(folder.resolve("a.onnx"));
        written(images());
        assertArrayEquals(first, Files.readAllBytes(folder.resolve("a.onnx")));
    }

    @Test
    void aLongChainIsWritten() throws IOException {
        GraphBuilder b = new GraphBuilder("chain");
        b.input("x", TensorType.f32(1, 2));
        String last = "x";
        for (int i = 0; i < 20_000; i++) {
            last = b.add("v" + i, i % 2 == 0 ? new Tanh() : new Transpose(Ints.of(0, 1)), last);
        }
        assertEquals(20_000, written(b.output(last).build()).graph().nodes().size());
    }
}
