package quern.runtime.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import quern.op.OpSet;

class KernelsTest {
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
                "give these a row in Kernels: a fast kernel, or reference(type, \"why\")");
    }
}
