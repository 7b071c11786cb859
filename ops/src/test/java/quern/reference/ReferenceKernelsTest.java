package quern.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import quern.cases.Draw;
import quern.cases.OpCase;
import quern.cases.OpCases;
import quern.op.Activation;
import quern.op.OpSet;
import quern.op.Padding;
import quern.op.nn.Conv2d;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

class ReferenceKernelsTest {
    private static final int CASES = 300;

    @Test
    void everyOperatorHasAKernel() {
        List<String> missing =
                OpSet.standard().rows().stream()
                        .filter(r -> !ReferenceKernels.has(r.type()))
                        .map(OpSet.Row::name)
                        .toList();
        assertEquals(List.of(), missing);
    }

    static Stream<OpCases.Row> rows() {
        return OpCases.rows().stream();
    }

    /** Codes stay in the output's range, also where they are narrower than the element type. */
    @ParameterizedTest
    @MethodSource("rows")
    void codesLieInTheRangeOfTheirType(OpCases.Row row) {
        row.awkward().forEach(ReferenceKernelsTest::run);
        for (int seed = 0; seed < CASES; seed++) {
            run(row.random(seed % (Draw.MAX_SIZE + 1), seed));
        }
    }

    private static void run(OpCase c) {
        List<Tensor> outputs = new ReferenceInterpreter(c.graph()).run(c.inputs());
        assertEquals(c.node().outputs().size(), outputs.size());
        for (Tensor y : outputs) {
            for (int i = 0; y.type().isQuantized() && i < y.elements(); i++) {
                long code = y.integer(i);
                assertTrue(
                        code >= y.type().codeMin() && code <= y.type().codeMax(),
                        () -> "code " + code + " in " + c);
            }
        }
    }

    @Test
    void anEmptyOutputOfAnyExtentNeedsNothingComputed() {
        Padding wide = new Padding.Explicit(30_000, 30_000, 0, 0);
        Conv2d op = new Conv2d(Ints.of(1, 1), Ints.of(1, 1), wide, 1, Activation.NONE);
        Tensor x = Tensor.zeros(TensorType.f32(1, 1, 1, 1));
        Tensor y = OneNode.run(op, x, Tensor.zeros(TensorType.f32(0, 1, 1, 1)));
        assertEquals(Shape.of(1, 30_001, 30_001, 0), y.shape());
    }
}
