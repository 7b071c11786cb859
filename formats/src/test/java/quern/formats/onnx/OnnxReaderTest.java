package quern.formats.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static quern.formats.onnx.TinyOnnx.FLOAT;
import static quern.formats.onnx.TinyOnnx.FLOAT16;
import static quern.formats.onnx.TinyOnnx.INT64;
import static quern.formats.onnx.TinyOnnx.attribute;
import static quern.formats.onnx.TinyOnnx.floats;
import static quern.formats.onnx.TinyOnnx.longs;
import static quern.formats.onnx.TinyOnnx.model;
import static quern.formats.onnx.TinyOnnx.names;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import quern.error.FormatException;
import quern.error.UnsupportedOpException;
import quern.formats.Limits;
import quern.formats.Models;
import quern.formats.onnx.TinyOnnx.Message;
import quern.graph.Graph;
import quern.rewrite.Simplify;
import quern.rewrite.Stages;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Small ONNX models: what they mean, and how wrong ones are refused. */
class OnnxReaderTest {
    @TempDir Path folder;

    private static Graph read(byte[] bytes) {
        return Models.read(bytes, "a.onnx", Limits.standard());
    }

    private static String refusal(byte[] bytes) {
        return assertThrows(FormatException.class, () -> read(bytes)).getMessage();
    }

    private static void assertRefused(byte[] bytes, String... parts) {
        String message = refusal(bytes);
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    private static TinyOnnx relu(String op) {
        return model().input("x", FLOAT, "2")
                .node(op, names("x"), names("y"))
                .output("y", FLOAT, "2");
    }

    private static Tensor range(int... dims) {
        Tensor t = Tensor.zeros(TensorType.f32(dims));
        for (int i = 0; i < t.elements(); i++) {
            t.setReal(i, i);
        }
        return t;
    }

    @Test
    void elementsAreMovedAsTheModelSays() {
        Graph g = read(TinyOnnx.files().get("moves.onnx"));
        Tensor y = Stages.reference(g, List.of(range(2, 3, 4))).get(0);
        assertEquals(Shape.of(2, 5, 4), y.shape());
        for (int i = 0; i < y.elements(); i++) {
            int a = i / 20;
            int b = i / 4 % 5;
            int c = i % 4;
            float expected = b == 0 || c > 1 ? 1.5f : a * 12 + c * 8 + b - 1;
            assertEquals(expected, y.real(i), "element " + i);
        }
    }

    @Test
    void symbolsAreKeptAndBoundByTheInputs() {
        Graph g = read(TinyOnnx.files().get("shapes.onnx"));
        assertEquals("[batch,3,len]", g.inputs().get(0).type().shape().toString());
        assertEquals("[batch,1,?]", g.type(g.outputs().get(0)).shape().toString());
        assertEquals(DType.F16, g.type(g.outputs().get(0)).dtype());
        for (Graph same : List.of(g, Simplify.simplify(g))) {
            for (int n : new int[] {1, 2, 5}) {
                Tensor y = Stages.reference(same, List.of(range(n, 3, 2))).get(0);
                assertEquals(Shape.of(n, 1, 6), y.shape());
            }
        }
    }

    @Test
    void initializersMayBeInputsOfOldFiles() {
        byte[] bytes =
                model().input("x", FLOAT, "2")
                        .input("at", INT64, "1")
                        .constant(longs("at", new int[] {1}, 1))
                        .node("Gather", names("x", "at"), names("y"))
                        .output("y", FLOAT, "1")
                        .build();
        Graph g = read(bytes);
        assertEquals(1, g.inputs().size());
        assertEquals(1f, Stages.reference(g, List.of(range(2))).get(0).real(0));
    }

    @Test
    void inputsCanBeFixed() throws IOException {
        byte[] bytes =
                model().input("x", FLOAT, "2", "1")
                        .input("axes", INT64, "1")
                        .node("Squeeze", names("x", "axes"), names("y"))
                        .output("y", FLOAT, "2")
                        .build();
        assertRefused(bytes, "Squeeze (opset 13)", "axes (input 1) must be constant");
        Path file = folder.resolve("a.onnx");
        Files.write(file, bytes);
        Tensor axes = Tensor.zeros(TensorType.of(DType.S64, Shape.of(1)));
        axes.setInteger(0, -1);
        Graph g = Models.read(file, Limits.standard(), Map.of("axes", axes));
        assertEquals(Shape.of(2), g.type("y").shape());
        FormatException e =
                assertThrows(
                        FormatException.class,
                        () -> Models.read(file, Limits.standard(), Map.of("z", axes)));
        assertTrue(e.getMessage().contains("input z: the model has no such input"), e::getMessage);
    }

    @Test
    void weightsMayLieBesideTheModel() throws IOException {
        byte[] raw = {0, 0, 0, 0, 0, 0, (byte) 0x80, 0x3F};
        Files.write(folder.resolve("w.bin"), raw);
        Graph g = Models.read(external("w.bin", 4, 4));
        assertEquals(1f, Stages.reference(g, List.of(range(0))).get(0).real(0));
        for (String bad : List.of("../w.bin", "/etc/hostname", "none.bin", "", "w\0")) {
            Path file = external(bad, 0, 4);
            FormatException e = assertThrows(FormatException.class, () -> Models.read(file));
            assertTrue(e.getMessage().contains("external_data"), e::getMessage);
        }
        Path beyond = external("w.bin", 6, 4);
        FormatException e = assertThrows(FormatException.class, () -> Models.read(beyond));
        assertTrue(e.getMessage().contains("do not lie in w.bin"), e::getMessage);
        byte[] alone = Files.readAllBytes(external("w.bin", 4, 4));
        assertRefused(alone, "read the model from its folder");
    }

    private Path external(String location, int offset, int length) throws IOException {
        Message w =
                TinyOnnx.tensor("w", FLOAT, 1)
                        .message(13, new Message().text(1, "location").text(2, location))
                        .message(13, new Message().text(1, "offset").text(2, "" + offset))
                        .message(13, new Message().text(1, "length").text(2, "" + length))
                        .integer(14, 1);
        byte[] bytes =
                model().input("x", FLOAT, "0")
                        .constant(w)
                        .node("Concat", names("x", "w"), names("y"), attribute("axis", 0))
                        .output("y", FLOAT, "1")
                        .build();
        Path file = folder.resolve("external.onnx");
        Files.write(file, bytes);
        return file;
    }

    @Test
    void halfNumbersComeAndGoAsTheyAre() {
        byte[] bytes =
                model().input("x", FLOAT16, "2")
                        .node("Identity", names("x"), names("y"))
                        .output("y", FLOAT16, "2")
                        .build();
        Graph g = read(bytes);
        Tensor x = Tensor.zeros(TensorType.of(DType.F16, Shape.of(2)));
        x.shorts()[0] = 0x3C00;
        x.shorts()[1] = (short) 0xC000;
        assertEquals(x, Stages.reference(g, List.of(x)).get(0));
    }

    @Test
    void unknownOperatorsAreNamedWithDomainOpsetAndNode() {
        assertRefused(
                relu("Frobnicate").opset(15).build(),
                "a.onnx, graph.node[0] (Frobnicate)",
                "operator Frobnicate (opset 15) is not supported");
        byte[] other =
                model().input("x", FLOAT, "2")
                        .opset(13)
                        .opset("my.domain", 3)
                        .node("my.domain", "Magic", names("x"), names("y"))
                        .output("y", FLOAT, "2")
                        .build();
        UnsupportedOpException e = assertThrows(UnsupportedOpException.class, () -> read(other));
        assertTrue(e.getMessage().contains("my.domain.Magic (opset 3)"), e::getMessage);
    }

    @Test
    void wrongFilesAreRefusedWithThePlace() {
        assertRefused(new byte[0], "the file holds no graph; is it an ONNX model?");
        assertRefused(new byte[] {7, 7, 7}, "is this an ONNX model?");
        assertRefused(relu("Identity").opset(24).build(), "operator set 24 is newer than 23");
        byte[] short3 =
                model().constant(floats("w", new int[] {3}, 1, 2))
                        .node("Identity", names("w"), names("y"))
                        .output("y", FLOAT, "3")
                        .build();
        assertRefused(short3, "graph.initializer[0] w", "8 bytes are stored for F32[3]");
        byte[] huge =
                model().constant(floats("w", new int[] {70000, 70000}, 1))
                        .node("Identity", names("w"), names("y"))
                        .output("y", FLOAT, "1")
                        .build();
        assertRefused(huge, "graph.initializer[0] w", "more elements than an array can hold");
        byte[] twice =
                model().input("x", FLOAT, "2")
                        .node("Identity", names("x"), names("x"))
                        .output("x", FLOAT, "2")
                        .build();
        assertRefused(twice, "two values have this name");
        byte[] missing =
                model().input("x", FLOAT, "2")
                        .node("Identity", names("nothing"), names("y"))
                        .output("y", FLOAT, "2")
                        .build();
        assertRefused(missing, "nothing: nothing before makes this value");
        byte[] attribute =
                model().input("x", FLOAT, "2", "2")
                        .node("Transpose", names("x"), names("y"), attribute("perm", 0L, 5L))
                        .output("y", FLOAT, "2", "2")
                        .build();
        assertRefused(attribute, "graph.node[0] (Transpose)");
    }

    @Test
    void graphsWithinGraphsHaveALimit() {
        Message inner = new Message();
        for (int depth = 0; depth < 40; depth++) {
            Message a = new Message().text(1, "body").message(6, inner);
            inner = new Message().message(1, new Message().text(4, "If").message(5, a));
        }
        byte[] bytes = new Message().integer(1, 8).message(7, inner).toBytes();
        assertRefused(bytes, "graphs stand within graphs deeper than 16");
    }
}
