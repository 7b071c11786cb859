package quern.formats.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import quern.cases.Draw;
import quern.cases.OpCase;
import quern.cases.OpCases;
import quern.error.UnsupportedOpException;
import quern.formats.Limits;
import quern.formats.Models;
import quern.graph.Graph;
import quern.rewrite.Stages;
import quern.tensor.DType;
import quern.tensor.Tensor;

/** Cases of every operator without codes: what is written is read again and computes the same. */
class OnnxRoundTripTest {
    private static final int RANDOM_CASES = 40;

    /** Operators no case of which is written; those that make codes have no other cases. */
    private static final Set<String> ABSENT =
            Set.of(
                    "Atan2",
                    "DetectionPostProcess",
                    "Lstm",
                    "NonMaxSuppression",
                    "Rfft2d",
                    "ClampGradient",
                    "ConvInputGradient",
                    "ConvFilterGradient",
                    "MaxPoolGradient",
                    "Rnn",
                    "Svdf");

    private static byte[] bytes(Graph g, int opset) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            new OnnxWriter(g, opset, Models.IR).writeTo(out);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    private static Stream<OpCase> cases(OpCases.Row row) {
        List<OpCase> all = new ArrayList<>(row.awkward());
        for (int i = 0; i < RANDOM_CASES; i++) {
            all.add(row.random(i * Draw.MAX_SIZE / RANDOM_CASES, 77 + i));
        }
        return all.stream().filter(OnnxRoundTripTest::isPlain);
    }

    /**
     * Whether a case has neither codes nor what the reader knows as F32 only or does not resize.
     */
    private static boolean isPlain(OpCase c) {
        boolean widths =
                Stream.of(
                                c.inputs().stream().map(Tensor::dtype),
                                c.graph().constants().values().stream().map(Tensor::dtype),
                                c.node().outputs().stream().map(v -> v.type().dtype()))
                        .flatMap(s -> s)
                        .allMatch(t -> t == DType.F32 || !t.isFloat() && !t.isPacked());
        return widths && !c.isQuantized() && c.isFinite() && !c.name().contains("no image");
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 17, 18, 21})
    void computesTheSame(int opset) {
        Map<String, Integer> written = new TreeMap<>();
        for (OpCases.Row row : OpCases.rows()) {
            written.put(row.toString(), 0);
            cases(row).filter(c -> computesTheSame(c, opset)).forEach(c -> count(written, row));
        }
        Set<String> absent = new TreeSet<>(written.keySet());
        absent.removeIf(op -> written.get(op) > 0 || op.endsWith("uantize"));
        Set<String> expected = new TreeSet<>(ABSENT);
        if (opset < 18) {
            expected.add("BitwiseXor");
        }
        assertEquals(expected, absent);
    }

    private static void count(Map<String, Integer> written, OpCases.Row row) {
        written.merge(row.toString(), 1, Integer::sum);
    }

    /** Whether it is written; then it must compute the same. */
    private static boolean computesTheSame(OpCase c, int opset) {
        byte[] file;
        try {
            file = bytes(c.graph(), opset);
        } catch (UnsupportedOpException e) {
            assertTrue(e.getMessage().contains("so it is not written as ONNX"), e.getMessage());
            return false;
        }
        if (isNested(c)) {
            return true;
        }
        Graph read = Models.read(file, "a.onnx", Limits.standard());
        List<Tensor> expected = Stages.reference(c.graph(), c.inputs());
        List<Tensor> actual = Stages.reference(read, c.inputs());
        for (int i = 0; i < expected.size(); i++) {
            assertNear(expected.get(i), actual.get(i), c);
        }
        return true;
    }

    /** Whether a graph inside holds graphs itself; a loop in a branch is not read. */
    private static boolean isNested(OpCase c) {
        return c.node().op().subgraphs().stream()
                .flatMap(g -> g.nodes().stream())
                .anyMatch(n -> !n.op().subgraphs().isEmpty());
    }

    private static void assertNear(Tensor expected, Tensor actual, OpCase c) {
        assertEquals(expected.type(), actual.type(), c::toString);
        for (int i = 0; i < expected.elements(); i++) {
            int at = i;
            if (expected.dtype() != DType.F32) {
                assertEquals(
                        expected.integer(i), actual.integer(i), () -> "element " + at + " of " + c);
                continue;
            }
            float e = expected.real(i);
            float a = actual.real(i);
            boolean near = Math.abs(e - a) <= 1e-5 * Math.max(1, Math.abs(e));
            assertTrue(
                    near || Float.compare(e, a) == 0,
                    () -> "element " + at + " is " + a + ", not " + e + " of " + c);
        }
    }
}
