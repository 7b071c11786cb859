package quern.cli.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import quern.cases.Draw;
import quern.cases.OpCase;
import quern.cases.OpCases;
import quern.error.UnsupportedOpException;
import quern.fixedpoint.RoundingMode;
import quern.formats.Models;
import quern.graph.Graph;
import quern.op.nn.Conv2d;
import quern.rewrite.Stages;
import quern.tensor.DType;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Cases of every operator on 8-bit codes, written as ONNX: the codes of ONNX Runtime are ours. */
class WrittenCodesTest {
    private static final int RANDOM_CASES = 20;

    /** Why ONNX Runtime does not run a model that is right. */
    private static final List<String> REFUSALS =
            List.of(
                    "Pad should be smaller than kernel",
                    "zero point of per-channel filter must be same",
                    "DepthToSpace",
                    "atleast 1 dimension");

    /** ONNX Runtime leaves out sequences of no elements; it drops fractions of resized codes. */
    private static final Set<String> OTHERWISE = Set.of("ReverseSequence", "ResizeBilinear");

    @TempDir private Path folder;

    static List<OpCases.Row> rows() {
        return OpCases.rows().stream().filter(r -> !OTHERWISE.contains(r.toString())).toList();
    }

    private static List<OpCase> cases(OpCases.Row row) {
        List<OpCase> all = new ArrayList<>(row.awkward());
        for (int i = 0; i < RANDOM_CASES; i++) {
            all.add(row.random(i * Draw.MAX_SIZE / RANDOM_CASES, 31 + i));
        }
        return all.stream().filter(OpCase::isQuantized).filter(WrittenCodesTest::isNarrow).toList();
    }

    /** Whether all codes have 8 bits, and no tensor is empty. */
    private static boolean isNarrow(OpCase c) {
        Stream<TensorType> types =
                Stream.of(
                                c.inputs().stream().map(Tensor::type),
                                c.graph().constants().values().stream().map(Tensor::type),
                                c.node().outputs().stream().map(v -> v.type()))
                        .flatMap(s -> s);
        return types.allMatch(
                t -> t.shape().elements() > 0 && (!t.isQuantized() || t.dtype().bits() == 8));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void codesAreEqual(OpCases.Row row) throws IOException {
        for (OpCase c : cases(row)) {
            Graph g = c.graph().withRounding(RoundingMode.FLOAT_EVEN);
            Path file = folder.resolve("a.onnx");
            try {
                Models.write(g, file);
            } catch (UnsupportedOpException e) {
                continue;
            }
            List<Tensor> actual;
            try (OrtModel model = new OrtModel(Files.readAllBytes(file), Optional.empty(), true)) {
                actual = model.run(c.inputs());
            } catch (AssertionError e) {
                assertTrue(REFUSALS.stream().anyMatch(e.getMessage()::contains), e.getMessage());
                continue;
            }
            assertSame(Stages.reference(g, c.inputs()), actual, c);
        }
    }

    private static void assertSame(List<Tensor> expected, List<Tensor> actual, OpCase c) {
        for (int i = 0; i < expected.size(); i++) {
            Tensor e = expected.get(i);
            Tensor a = actual.get(i);
            assertEquals(e.shape(), a.shape(), c::toString);
            for (int k = 0; k < e.elements(); k++) {
                int at = k;
                boolean same =
                        e.dtype().isFloat()
                                ? Float.compare(e.real(k), a.real(k)) == 0
                                : e.integer(k) == a.integer(k);
                assertTrue(same, () -> "element " + at + " of " + c);
            }
        }
    }

    @Test
    void aConvolutionBecomesAnIntegerOne() throws IOException {
        int found = 0;
        for (OpCase c : cases(OpCases.row(Conv2d.class))) {
            TensorType x = c.graph().type(c.node().inputs().get(0));
            TensorType w = c.graph().type(c.node().inputs().get(1));
            if (w.dtype() != DType.S8 || c.node().output().type().dtype() != x.dtype()) {
                continue;
            }
            Path file = folder.resolve("conv.onnx");
            Models.write(c.graph().withRounding(RoundingMode.FLOAT_EVEN), file);
            Path optimized = folder.resolve("optimized.onnx");
            new OrtModel(Files.readAllBytes(file), Optional.of(optimized), true).close();
            String text = new String(Files.readAllBytes(optimized), StandardCharsets.ISO_8859_1);
            assertTrue(text.contains("\"\13QLinearConv"), c::toString);
            found++;
        }
        assertTrue(found > 10);
    }
}
