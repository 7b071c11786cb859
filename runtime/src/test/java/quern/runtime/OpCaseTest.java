package quern.runtime;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import quern.cases.OpCase;
import quern.cases.OpCases;

/** Every conformance case gives the bits of the reference kernel, for one thread and for three. */
class OpCaseTest {
    @TestFactory
    Iterable<DynamicTest> awkwardCases() {
        return OpCases.awkward().stream()
                .map(c -> DynamicTest.dynamicTest(c.name(), () -> check(c)))
                .toList();
    }

    @Property(seed = "4711", tries = 6000, shrinking = ShrinkingMode.BOUNDED)
    void randomCases(@ForAll("cases") OpCase c) {
        check(c);
    }

    @Provide
    Arbitrary<OpCase> cases() {
        return OpCases.any();
    }

    private static void check(OpCase c) {
        Equality.check(c.toString(), c.graph(), c.inputs(), 1, 3);
    }
}
