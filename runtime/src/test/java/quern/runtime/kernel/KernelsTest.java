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
        Set<DType> usual = EnumSet.of(DType.F32, DType.S8, DType.U8, DType.BOOL);
        Set<DType> expected = EnumSet.noneOf(DType.class);
        Set<DType> fast = EnumSet.noneOf(DType.class);
        for (int seed = 0; seed < CASES; seed++) {
            OpCase c = row.random(5, seed);
            DType dtype = c.graph().type(c.node().inputs().get(0)).dtype();
            boolean referenceOnly = Kernels.isReferenceOnly(row.type());
            if (c.node().output().type().shape().elements() > 0
                    && (usual.contains(dtype) || referenceOnly)) {
                if (!referenceOnly) {
                    expected.add(dtype);
                }
                if (isFast(c)) {
                    fast.add(dtype);
                }
            }
        }
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
