package quern.simd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import quern.cases.OpCase;
import quern.cases.OpCases;
import quern.error.FormatException;
import quern.reference.ReferenceInterpreter;
import quern.runtime.Plan;
import quern.runtime.PlanOptions;
import quern.runtime.Session;
import quern.tensor.Tensor;

/** Every conformance case gives the bits of the reference kernel, for one thread and for two. */
class TierCaseTest {
    @Test
    void tierIsHere() {
        OpCase c = OpCases.awkward().get(0);
        assertEquals("simd", Plan.of(c.graph(), options(1)).tier());
        assertEquals(
                Integer.getInteger("quern.simd.bits", Species.LANES * Float.SIZE),
                Species.LANES * Float.SIZE);
    }

    @TestFactory
    Iterable<DynamicTest> awkwardCases() {
        return OpCases.awkward().stream()
                .map(c -> DynamicTest.dynamicTest(c.name(), () -> check(c)))
                .toList();
    }

    @Property(seed = "4712", tries = 3000, shrinking = ShrinkingMode.BOUNDED)
    void randomCases(@ForAll("cases") OpCase c) {
        check(c);
    }

    @Provide
    Arbitrary<OpCase> cases() {
        return OpCases.any();
    }

    private static PlanOptions options(int threads) {
        return PlanOptions.defaults().withTier(PlanOptions.SIMD).withThreads(threads);
    }

    private static void check(OpCase c) {
        List<Tensor> expected;
        try {
            expected = new ReferenceInterpreter(c.graph()).run(c.inputs());
        } catch (FormatException e) {
            assertThrows(e.getClass(), () -> run(c, 1), c.toString());
            return;
        }
        for (int threads = 1; threads <= 2; threads++) {
            List<Tensor> actual = run(c, threads);
            for (int i = 0; i < expected.size(); i++) {
                assertEquals(expected.get(i), actual.get(i), c + ", threads " + threads);
            }
        }
    }

    private static List<Tensor> run(OpCase c, int threads) {
        try (Session session = Session.open(Plan.of(c.graph(), options(threads)))) {
            return session.run(c.inputs().toArray(new Tensor[0]));
        }
    }
}
