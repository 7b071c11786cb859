package quern.quant.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import quern.quant.affine.Range;
import quern.tensor.Shape;
import quern.tensor.Tensor;

class ObserverTest {
    private static final RangeMethod MIN_MAX = new RangeMethod.MinMax();
    private static final RangeMethod AVERAGE = new RangeMethod.MovingAverage(0.75f);

    @Property(seed = "31")
    void minMaxMergesInAnyOrderAndGrouping(
            @ForAll("samples") List<float[]> a,
            @ForAll("samples") List<float[]> b,
            @ForAll("samples") List<float[]> c) {
        Observer left = of(MIN_MAX, a).merge(of(MIN_MAX, b)).merge(of(MIN_MAX, c));
        Observer right = of(MIN_MAX, a).merge(of(MIN_MAX, b).merge(of(MIN_MAX, c)));
        Observer swapped = of(MIN_MAX, c).merge(of(MIN_MAX, a)).merge(of(MIN_MAX, b));
        Observer once = of(MIN_MAX, a, b, c);
        assertEquals(once.range(), left.range());
        assertEquals(once.range(), right.range());
        assertEquals(once.range(), swapped.range());
        assertEquals(once.samples(), swapped.samples());
    }

    @Property(seed = "32")
    void theAverageOfTwoRunsIsThatOfOneInTheSameOrder(
            @ForAll("samples") List<float[]> a,
            @ForAll("samples") List<float[]> b,
            @ForAll("samples") List<float[]> c) {
        Observer left = of(AVERAGE, a).merge(of(AVERAGE, b)).merge(of(AVERAGE, c));
        Observer right = of(AVERAGE, a).merge(of(AVERAGE, b).merge(of(AVERAGE, c)));
        Observer once = of(AVERAGE, a, b, c);
        assertNear(once.range(), left.range());
        assertNear(once.range(), right.range());
        assertEquals(once.samples(), left.samples());
    }

    @Test
    void theAverageForgets() {
        Observer o = of(AVERAGE, List.of(new float[] {-4, 8}, new float[] {0, 0}));
        // (0.25 * 0.75 * 8 + 0.25 * 0) / (1 - 0.75^2)
        assertNear(Optional.of(new Range(-12 / 7.0, 24 / 7.0)), o.range());
        Observer constant = of(AVERAGE, List.of(new float[] {-1, 3}, new float[] {-1, 3}));
        assertNear(Optional.of(new Range(-1, 3)), constant.range());
    }

    @Test
    void nothingObservedIsNoRange() {
        assertEquals(Optional.empty(), MIN_MAX.observer().range());
        assertEquals(Optional.empty(), AVERAGE.observer().range());
        Observer none = of(MIN_MAX, List.of(new float[0]));
        assertEquals(1, none.samples());
        assertEquals(Optional.empty(), none.range());
        assertEquals(
                Optional.of(new Range(1, 1)),
                none.merge(of(MIN_MAX, List.of(new float[] {1}))).range());
    }

    @Test
    void numbersThatAreNoneAreRefused() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            for (RangeMethod m : List.of(MIN_MAX, AVERAGE)) {
                List<float[]> sample = List.of(new float[] {1, bad});
                assertThrows(IllegalArgumentException.class, () -> of(m, sample));
            }
        }
    }

    @Test
    void differentKindsDoNotMerge() {
        Observer average = AVERAGE.observer();
        Observer other = new RangeMethod.MovingAverage(0.5f).observer();
        assertThrows(IllegalArgumentException.class, () -> MIN_MAX.observer().merge(average));
        assertThrows(IllegalArgumentException.class, () -> average.merge(MIN_MAX.observer()));
        assertThrows(IllegalArgumentException.class, () -> average.merge(other));
    }

    @Test
    void methodsAreReadFromTheirLabels() {
        for (String label : List.of("minmax", "average", "average:0.5")) {
            assertEquals(label, RangeMethod.parse(label).label());
        }
        for (String label : List.of("", "MinMax", "average:", "average:1", "average:x", "kl")) {
            assertThrows(IllegalArgumentException.class, () -> RangeMethod.parse(label));
        }
    }

    @Provide
    Arbitrary<List<float[]>> samples() {
        return Arbitraries.floats()
                .between(-100, 100)
                .array(float[].class)
                .ofMaxSize(4)
                .list()
                .ofMaxSize(4);
    }

    @SafeVarargs
    private static Observer of(RangeMethod method, List<float[]>... runs) {
        Observer o = method.observer();
        for (List<float[]> run : runs) {
            run.forEach(values -> o.observe(Tensor.of(Shape.of(values.length), values)));
        }
        return o;
    }

    private static void assertNear(Optional<Range> expected, Optional<Range> actual) {
        assertEquals(expected.isPresent(), actual.isPresent());
        if (expected.isPresent()) {
            assertEquals(expected.get().min(), actual.get().min(), 1e-9);
            assertEquals(expected.get().max(), actual.get().max(), 1e-9);
        }
    }
}
