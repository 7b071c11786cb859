package quern.formats.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import quern.cases.Draw;
import quern.cases.OpCase;
import quern.cases.OpCases;
import quern.error.FormatException;
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

    static byte[] bytes(Graph g, int opset) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            new OnnxWriter(g, opset, OnnxWriter.IR).writeTo(out);
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
        return all.stream().filter(c -> !c.isQuantized() && c.isFinite() && isCommon(c));
    }

    private static boolean isCommon(OpCase c) {
        return Stream.concat(c.graph().constants().values().stream(), c.inputs().stream())
                .map(t -> t.dtype())
                .noneMatch(t -> t.isPacked() || t.isFloat() && t != DType.F32);
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 17, 18, 21})
    void computesTheSame(int opset) {
        Map<String, String> refused = new TreeMap<>();
        Map<String, Integer> written = new TreeMap<>();
        Map<String, String> failures = new LinkedHashMap<>();
        for (OpCases.Row row : OpCases.rows()) {
            String op = row.type().getSimpleName();
            cases(row)
                    .forEach(
                            c -> {
                                byte[] file;
                                try {
                                    file = bytes(c.graph(), opset);
                                } catch (UnsupportedOpException e) {
                                    refused.merge(
                                            op, e.getMessage(), (a, b) -> a.contains(b) ? a : a);
                                    return;
                                }
                                written.merge(op, 1, Integer::sum);
                                try {
                                    Graph read = Models.read(file, "a.onnx", Limits.standard());
                                    List<Tensor> expected = Stages.reference(c.graph(), c.inputs());
                                    List<Tensor> actual = Stages.reference(read, c.inputs());
                                    for (int i = 0; i < expected.size(); i++) {
                                        assertNear(expected.get(i), actual.get(i));
                                    }
                                } catch (FormatException | AssertionError e) {
                                    failures.put(
                                            op + " " + failures.size(),
                                            c.name() + ": " + e.getMessage() + "\n" + c);
                                }
                            });
        }
        System.out.println(opset + " REFUSED");
        refused.forEach(
                (k, v) ->
                        System.out.println(
                                k + " (" + written.getOrDefault(k, 0) + " written): " + v));
        System.out.println("FAILURES " + failures.size());
        failures.forEach(
                (k, v) -> System.out.println(k + " " + v.substring(0, Math.min(700, v.length()))));
        assertTrue(failures.isEmpty());
    }

    private static void assertNear(Tensor expected, Tensor actual) {
        assertEquals(expected.type(), actual.type());
        for (int i = 0; i < expected.elements(); i++) {
            if (expected.dtype() != DType.F32) {
                if (expected.dtype().isInteger() || expected.dtype() == DType.BOOL) {
                    assertEquals(expected.integer(i), actual.integer(i), "element " + i);
                } else {
                    assertEquals(expected, actual);
                }
                continue;
            }
            float e = expected.real(i);
            float a = actual.real(i);
            boolean near =
                    Float.compare(e, a) == 0 || Math.abs(e - a) <= 1e-5 * Math.max(1, Math.abs(e));
            if (!near) {
                fail("element " + i + " is " + a + ", not " + e);
            }
        }
    }
}
