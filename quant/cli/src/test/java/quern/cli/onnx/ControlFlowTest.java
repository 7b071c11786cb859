package quern.cli.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import quern.error.FormatException;
import quern.formats.Models;
import quern.graph.Graph;
import quern.rewrite.Simplify;
import quern.rewrite.Stages;
import quern.runtime.Session;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Graphs that are chosen or repeated, and functions, against ONNX Runtime. */
class ControlFlowTest {
    @TempDir Path folder;

    private static Tensor whole(DType dtype, long value) {
        Tensor t = Tensor.zeros(TensorType.of(dtype, Shape.of()));
        t.setInteger(0, value);
        return t;
    }

    private Graph read(byte[] model) throws IOException {
        Path file = folder.resolve("model.onnx");
        Files.write(file, model);
        return Models.read(file);
    }

    private Graph assertSame(OnnxModel model, Tensor... inputs) throws IOException {
        byte[] bytes = model.bytes(17);
        List<Tensor> expected;
        try (OrtModel ort = new OrtModel(bytes)) {
            expected = ort.run(List.of(inputs));
        }
        Graph graph = read(bytes);
        assertEquals(expected, Stages.reference(graph, List.of(inputs)));
        Graph simple = Simplify.simplify(graph);
        try (Session session = Session.open(simple)) {
            for (int run = 0; run < 2; run++) {
                List<Tensor> actual = session.run(inputs);
                for (int i = 0; i < expected.size(); i++) {
                    assertEquals(expected.get(i), actual.get(i).copy());
                }
            }
        }
        return simple;
    }

    private static Shape open(int rank) {
        return Shape.of(Collections.nCopies(rank, "n"));
    }

    /** The branches capture a value and a constant, and return other sizes. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void branchesOfOtherSizes(int chosen) throws IOException {
        OnnxModel yes =
                new OnnxModel()
                        .node("Concat", "d k", "a", "axis", 0)
                        .output("a", DType.F32, open(1));
        OnnxModel no = new OnnxModel().node("Mul", "d d", "b").output("b", DType.F32, open(1));
        OnnxModel model =
                new OnnxModel()
                        .input("c", DType.BOOL)
                        .input("x", DType.F32, 3)
                        .constant("k", Tensor.of(Shape.of(2), 7f, 8f))
                        .node("Add", "x x", "d")
                        .node("If", "c", "r", "then_branch", yes, "else_branch", no)
                        .node("Neg", "r", "y")
                        .output("y", DType.F32, open(1));
        assertSame(model, whole(DType.BOOL, chosen), Tensor.of(Shape.of(3), 1f, 2f, 3f));
    }

    @Test
    void branchesOfOneSizeStayInThePlan() throws IOException {
        OnnxModel yes = new OnnxModel().node("Neg", "x", "a").output("a", DType.F32, 3);
        OnnxModel no = new OnnxModel().node("Mul", "x x", "b").output("b", DType.F32, 3);
        OnnxModel model =
                new OnnxModel()
                        .input("c", DType.BOOL)
                        .input("x", DType.F32, 3)
                        .node("If", "c", "y", "then_branch", yes, "else_branch", no)
                        .output("y", DType.F32, 3);
        Graph g = assertSame(model, whole(DType.BOOL, 1), Tensor.of(Shape.of(3), 1f, 2f, 3f));
        try (Session s = Session.open(g)) {
            assertTrue(!s.isDynamic());
        }
    }

    /** The number of repetitions and when to stop are computed; a variable grows. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 9})
    void loopsWhoseVariableGrows(int most) throws IOException {
        OnnxModel body =
                new OnnxModel()
                        .input("i", DType.S64)
                        .input("on", DType.BOOL)
                        .input("v", DType.F32, open(1))
                        .node("Concat", "v x", "w", "axis", 0)
                        .node("ReduceSum", "w", "s", "keepdims", 0)
                        .node("Less", "s limit", "more")
                        .output("more", DType.BOOL)
                        .output("w", DType.F32, open(1))
                        .output("s", DType.F32);
        OnnxModel model =
                new OnnxModel()
                        .input("m", DType.S64)
                        .input("x", DType.F32, 2)
                        .scalar("limit", 12f)
                        .node("Loop", "m _ x", "y sums", "body", body)
                        .output("y", DType.F32, open(1))
                        .output("sums", DType.F32, open(1));
        assertSame(model, whole(DType.S64, most), Tensor.of(Shape.of(2), 1f, 2f));
    }

    /** A known number of repetitions is written out, a loop in a loop too. */
    @Test
    void countedLoopsAreWrittenOut() throws IOException {
        OnnxModel inner =
                new OnnxModel()
                        .input("j", DType.S64)
                        .input("jon", DType.BOOL)
                        .input("u", DType.F32, 2)
                        .node("Identity", "jon", "jout")
                        .node("Add", "u x", "t")
                        .output("jout", DType.BOOL)
                        .output("t", DType.F32, 2);
        OnnxModel body =
                new OnnxModel()
                        .input("i", DType.S64)
                        .input("on", DType.BOOL)
                        .input("v", DType.F32, 2)
                        .node("Loop", "two _ v", "w", "body", inner)
                        .node("Cast", "i", "f", "to", 1)
                        .node("Mul", "w f", "z")
                        .output("on", DType.BOOL)
                        .output("w", DType.F32, 2)
                        .output("z", DType.F32, 2);
        Tensor three = whole(DType.S64, 3);
        OnnxModel model =
                new OnnxModel()
                        .input("x", DType.F32, 2)
                        .constant("three", three)
                        .constant("two", whole(DType.S64, 2))
                        .node("Loop", "three _ x", "y all", "body", body)
                        .output("y", DType.F32, 2)
                        .output("all", DType.F32, 3, 2);
        Graph g = assertSame(model, Tensor.of(Shape.of(2), 1f, 2f));
        assertTrue(g.nodes().stream().allMatch(n -> n.op().subgraphs().isEmpty()));
    }

    /** Several axes and directions; once with a length that the model does not know. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void scans(boolean known) throws IOException {
        OnnxModel body =
                new OnnxModel()
                        .input("s", DType.F32, 2)
                        .input("p", DType.F32, 2)
                        .input("q", DType.F32, 2)
                        .node("Mul", "p q", "pq")
                        .node("Add", "s pq", "t")
                        .node("Sub", "t k", "o")
                        .output("t", DType.F32, 2)
                        .output("o", DType.F32, 2)
                        .output("pq", DType.F32, 2);
        Shape x = known ? Shape.of(2, 5) : Shape.of(List.of("2", "n"));
        Shape z = known ? Shape.of(5, 2) : Shape.of(List.of("n", "2"));
        OnnxModel model =
                new OnnxModel()
                        .input("a", DType.F32, 2)
                        .input("x", DType.F32, x)
                        .input("z", DType.F32, z)
                        .constant("k", Tensor.of(Shape.of(2), 1f, 0.5f))
                        .node(
                                "Scan",
                                "a x z",
                                "last o pq",
                                "body",
                                body,
                                "num_scan_inputs",
                                2,
                                "scan_input_axes",
                                new int[] {1, 0},
                                "scan_input_directions",
                                new int[] {0, known ? 1 : 0},
                                "scan_output_axes",
                                new int[] {1, 0},
                                "scan_output_directions",
                                new int[] {0, known ? 1 : 0})
                        .output("last", DType.F32, 2)
                        .output("o", DType.F32, x)
                        .output("pq", DType.F32, z);
        Tensor first = Tensor.of(Shape.of(2, 5), 1f, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        Tensor second = Tensor.of(Shape.of(5, 2), 1f, -2, 3, -4, 5, -6, 7, -8, 9, -10);
        assertSame(model, Tensor.of(Shape.of(2), 0f, 1f), first, second);
    }

    @Test
    void functionsWithArguments() throws IOException {
        OnnxModel leaky =
                new OnnxModel()
                        .node("LeakyRelu", "v", "w", "alpha", new OnnxModel.Reference("slope", 1));
        OnnxModel twice =
                new OnnxModel()
                        .nodeOf("own", "Leaky", "a", "b", "slope", 0.5f)
                        .node("Add", "b a", "c");
        OnnxModel model =
                new OnnxModel()
                        .input("x", DType.F32, 3)
                        .nodeOf("own", "Leaky", "x", "l", "slope", 0.25f)
                        .nodeOf("own", "Twice", "l", "y")
                        .output("y", DType.F32, 3)
                        .function("own", "Leaky", "v", "w", leaky, "slope")
                        .function("own", "Twice", "a", "c", twice);
        assertSame(model, Tensor.of(Shape.of(3), -1f, 0f, 3f));
    }

    private String refusal(OnnxModel model) {
        return assertThrows(FormatException.class, () -> read(model.bytes(17))).getMessage();
    }

    @Test
    void badGraphsInsideAreRefused() {
        OnnxModel itself = new OnnxModel().nodeOf("own", "F", "a", "b");
        OnnxModel endless =
                new OnnxModel()
                        .input("x", DType.F32, 3)
                        .nodeOf("own", "F", "x", "y")
                        .output("y", DType.F32, 3)
                        .function("own", "F", "a", "b", itself);
        assertTrue(refusal(endless).contains("deeper than"), refusal(endless));
        OnnxModel doubled = new OnnxModel();
        for (int i = 0; i < 30; i++) {
            OnnxModel two =
                    new OnnxModel()
                            .nodeOf("own", "F" + (i + 1), "a", "b")
                            .nodeOf("own", "F" + (i + 1), "b", "c");
            doubled.function("own", "F" + i, "a", "c", two);
        }
        doubled.function("own", "F30", "a", "c", new OnnxModel().node("Neg", "a", "c"));
        doubled.input("x", DType.F32, 3).nodeOf("own", "F0", "x", "y").output("y", DType.F32, 3);
        assertTrue(refusal(doubled).contains("nodes"), refusal(doubled));
        OnnxModel nowhere = new OnnxModel().node("Neg", "nothing", "a").output("a", DType.F32, 3);
        OnnxModel missing =
                new OnnxModel()
                        .input("c", DType.BOOL)
                        .input("x", DType.F32, 3)
                        .node("If", "c", "y", "then_branch", nowhere, "else_branch", nowhere)
                        .output("y", DType.F32, 3);
        assertTrue(refusal(missing).contains("nothing"), refusal(missing));
        OnnxModel few = new OnnxModel().input("i", DType.S64).output("i", DType.S64);
        OnnxModel short1 =
                new OnnxModel()
                        .input("x", DType.F32, 3)
                        .node("Loop", "_ _ x", "y", "body", few)
                        .output("y", DType.F32, 3);
        assertTrue(refusal(short1).contains("body"), refusal(short1));
    }
}
