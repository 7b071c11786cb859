package quern.runtime.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import quern.cases.OpCase;
import quern.cases.OpCases;
import quern.error.FormatException;
import quern.op.OpSet;
import quern.op.control.If;
import quern.op.quantize.Dequantize;
import quern.op.quantize.Quantize;
import quern.op.quantize.Requantize;
import quern.runtime.Plan;
import quern.tensor.DType;

class KernelsTest {
    private static final int CASES = 300;

    @Test
    void everyOperatorHasARow() {
        List<String> missing =
                OpSet.standard().rows().stream()
                        .filter(r -> !Kernels.has(r.type()))
                        .map(OpSet.Row::name)
                        .toList();
        assertEquals(
                List.of(),
                missing,
                "give these a row in Kernels: a fast kernel, or reference(type, why)");
    }

    static List<OpCases.Row> operators() {
        return OpCases.rows();
    }

    @ParameterizedTest
    @MethodSource("operators")
    void everyOperatorHasAFastKernelForEachOfItsElementTypes(OpCases.Row row) {
        Set<DType> expected = EnumSet.of(DType.F32, DType.S8, DType.U8);
        if (Kernels.isReferenceOnly(row.type())) {
            expected.clear();
        } else if (row.type() == Quantize.class) {
            expected = EnumSet.of(DType.F32);
        } else if (row.type() == Dequantize.class || row.type() == Requantize.class) {
            expected.remove(DType.F32);
        } else if (row.type() == If.class) {
            expected = EnumSet.of(DType.BOOL);
        }
        Set<DType> fast = EnumSet.noneOf(DType.class);
        Set<DType> drawn = EnumSet.noneOf(DType.class);
        for (int seed = 0; seed < CASES; seed++) {
            OpCase c = row.random(5, seed);
            DType dtype = c.graph().type(c.node().inputs().get(0)).dtype();
            drawn.add(dtype);
            boolean counted = expected.contains(dtype) || expected.isEmpty();
            if (counted && c.node().output().type().shape().elements() > 0 && isFast(c)) {
                fast.add(dtype);
            }
        }
        expected.retainAll(drawn);
        assertEquals(expected, fast);
    }

    private static boolean isFast(OpCase c) {
        try {
            return Plan.of(c.graph()).referenceNodes().isEmpty();
        } catch (FormatException e) {
            return false;
        }
    }
}
