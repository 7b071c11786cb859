package quern.fixedpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class MultiplierTest {
    private static final int MAX = Integer.MAX_VALUE;

    /** Doubles in [1, 2) with up to 52 digits; few digits make ties. */
    @Provide
    Arbitrary<Double> significands() {
        return Arbitraries.longs()
                .between(0, (1L << 52) - 1)
                .withDistribution(RandomDistribution.uniform())
                .flatMap(bits -> Arbitraries.of(-1L, -1L << 21, -1L << 22).map(mask -> bits & mask))
                .map(bits -> Double.longBitsToDouble((1023L << 52) | bits));
    }

    @Property(seed = "21", tries = 20000)
    void mantissaIsTheNearestOfThirtyOneBits(
            @ForAll("significands") double significand,
            @ForAll @IntRange(min = -32, max = 28) int exponent) {
        double real = Math.scalb(significand, exponent);
        BigDecimal digits = Exact.timesPowerOfTwo(Exact.of(real), 30 - exponent);
        BigDecimal nearest = new BigDecimal(Exact.tiesAway(digits));
        for (RoundingMode mode : new RoundingMode[] {RoundingMode.DOUBLE, RoundingMode.SINGLE}) {
            Multiplier multiplier = Multiplier.of(real, mode);
            assertEquals(
                    0,
                    Exact.timesPowerOfTwo(nearest, exponent - 30)
                            .compareTo(Exact.of(multiplier.value())));
            assertTrue(multiplier.mantissa() >= 1 << 30);
            assertEquals(
                    new Multiplier(-multiplier.mantissa(), multiplier.shift()),
                    Multiplier.of(-real, mode));
        }
    }

    @Test
    void edges() {
        assertBoth(new Multiplier(0, 0), 0.0);
        assertBoth(new Multiplier(0, 0), Double.MIN_VALUE);
        assertBoth(new Multiplier(1 << 30, 0), 0.5);
        assertBoth(new Multiplier(1 << 30, 1), 1.0);
        // Rounded up to the next power of two.
        assertBoth(new Multiplier(1 << 30, 1), Math.nextDown(1.0));
        assertBoth(new Multiplier(1 << 30, -31), 0x1p-32);
        assertBoth(new Multiplier(1 << 30, -31), Math.nextDown(0x1p-32));
        assertBoth(new Multiplier(0, 0), 0x1.fffffcp-33);
        assertBoth(new Multiplier((1 << 30) + 1, 1), 1 + 0x1p-31);
        assertBoth(new Multiplier(1 << 30, 1), Math.nextDown(1 + 0x1p-31));
        assertBoth(new Multiplier(1 << 30, 30), 0x1p29);
    }

    @Test
    void largeFactorsSaturate() {
        assertEquals(new Multiplier(MAX, 30), Multiplier.of(0x1p30, RoundingMode.SINGLE));
        assertEquals(new Multiplier(MAX, 30), Multiplier.of(1e300, RoundingMode.SINGLE));
        assertEquals(new Multiplier(1 << 30, 31), Multiplier.of(0x1p30, RoundingMode.DOUBLE));
        assertEquals(new Multiplier(MAX, 31), Multiplier.of(0x1p31, RoundingMode.DOUBLE));
        assertEquals(new Multiplier(-MAX, 31), Multiplier.of(-1e300, RoundingMode.DOUBLE));
    }

    @Test
    void refusals() {
        for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThrows(
                    IllegalArgumentException.class, () -> Multiplier.of(bad, RoundingMode.DOUBLE));
        }
        assertThrows(
                IllegalArgumentException.class, () -> Multiplier.of(1, RoundingMode.FLOAT_EVEN));
        assertThrows(IllegalArgumentException.class, () -> new Multiplier(1 << 30, 32));
        assertThrows(IllegalArgumentException.class, () -> new Multiplier(1 << 30, -32));
    }

    private static void assertBoth(Multiplier expected, double real) {
        assertEquals(expected, Multiplier.of(real, RoundingMode.DOUBLE));
        assertEquals(expected, Multiplier.of(real, RoundingMode.SINGLE));
    }
}
