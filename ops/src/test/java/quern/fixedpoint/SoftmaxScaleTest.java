package quern.fixedpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SoftmaxScaleTest {
    @Provide
    Arbitrary<Float> scales() {
        return Numbers.between(1e-4f, 100);
    }

    @Property(seed = "41", tries = 20000)
    void differencesBecomeQ5AndStayInItsRange(
            @ForAll("scales") float scale, @ForAll @IntRange(min = -255, max = 0) int diff) {
        for (RoundingMode mode : new RoundingMode[] {RoundingMode.DOUBLE, RoundingMode.SINGLE}) {
            SoftmaxScale set = SoftmaxScale.of(1, scale, mode);
            float capped = Math.min(scale, mode == RoundingMode.DOUBLE ? 32 : 16);
            if (diff >= set.diffMin()) {
                double real = Math.max(set.rescale(diff) * 0x1p-26, -32);
                double expected = Math.max((double) diff * capped, -32);
                assertEquals(expected, real, 1e-6, mode.label());
                assertTrue(set.rescale(diff) <= 0);
            } else {
                assertTrue(diff * (double) capped < -15.49);
            }
        }
    }

    @Test
    void theCapDependsOnTheMode() {
        SoftmaxScale twice = SoftmaxScale.of(1, 1000, RoundingMode.DOUBLE);
        assertEquals(Integer.MAX_VALUE, twice.mantissa());
        assertEquals(31, twice.leftShift());
        assertEquals(0, twice.diffMin());
        SoftmaxScale once = SoftmaxScale.of(1, 1000, RoundingMode.SINGLE);
        assertEquals(Integer.MAX_VALUE - 1, once.mantissa());
        assertEquals(30, once.leftShift());
        assertEquals(-1, once.diffMin());
    }

    @Test
    void tinyScalesAreUniform() {
        SoftmaxScale set = SoftmaxScale.of(1, 1e-30f, RoundingMode.DOUBLE);
        assertEquals(0, set.rescale(-255));
        assertTrue(set.diffMin() < -255);
    }

    @Test
    void refusals() {
        assertThrows(
                IllegalArgumentException.class,
                () -> SoftmaxScale.of(1, 1, RoundingMode.FLOAT_EVEN));
        assertThrows(
                IllegalArgumentException.class, () -> SoftmaxScale.of(-1, 1, RoundingMode.DOUBLE));
        assertThrows(
                IllegalArgumentException.class,
                () -> SoftmaxScale.of(1, Float.NaN, RoundingMode.DOUBLE));
    }
}
