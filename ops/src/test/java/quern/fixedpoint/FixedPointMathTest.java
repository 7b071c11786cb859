package quern.fixedpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class FixedPointMathTest {
    private static final int ONE = Integer.MAX_VALUE;

    @Property(seed = "31", tries = 20000)
    void expIsCloseToTheRealFunction(@ForAll @IntRange(min = Integer.MIN_VALUE, max = 0) int a) {
        assertClose(StrictMath.exp(a * 0x1p-26), FixedPointMath.expOnNegativeValues(a), 4e-7);
    }

    @Property(seed = "32", tries = 20000)
    void reciprocalIsCloseToTheRealFunction(@ForAll @IntRange int x) {
        assertClose(1 / (1 + x * 0x1p-31), FixedPointMath.oneOverOnePlusX(x), 1e-8);
    }

    @Property(seed = "33", tries = 20000)
    void logisticIsCloseToTheRealFunction(@ForAll int x) {
        assertClose(1 / (1 + StrictMath.exp(x * -0x1p-27)), FixedPointMath.logistic(x), 2e-7);
    }

    @Property(seed = "34", tries = 20000)
    void tanhIsCloseToTheRealFunction(@ForAll int x) {
        assertClose(StrictMath.tanh(x * 0x1p-27), FixedPointMath.tanh(x), 4e-7);
    }

    @Property(seed = "35", tries = 20000)
    void logisticAndTanhAreSymmetric(@ForAll @IntRange(min = 1) int x) {
        assertEquals(ONE - FixedPointMath.logistic(x), FixedPointMath.logistic(-x));
        assertEquals(-FixedPointMath.tanh(x), FixedPointMath.tanh(-x));
    }

    /** Q12.19 in, Q5.26 out. */
    @Property(seed = "37", tries = 20000)
    void logarithmIsCloseToTheRealFunction(@ForAll @IntRange(min = 1 << 19) int x) {
        double error =
                FixedPointMath.logOnNotLessThanOne(x) * 0x1p-26 - StrictMath.log(x * 0x1p-19);
        assertTrue(Math.abs(error) <= 1e-6, () -> "error " + error + " at " + x);
    }

    @Test
    void logarithmAtItsEdges() {
        assertEquals(0, FixedPointMath.logOnNotLessThanOne(1 << 19) * 0x1p-26, 1e-6);
        assertEquals(
                12 * StrictMath.log(2), FixedPointMath.logOnNotLessThanOne(ONE) * 0x1p-26, 1e-6);
    }

    /** The values are part of the specification: any other constant or rounding changes them. */
    @Test
    void bitsAreFixed() {
        long hash = 0;
        for (long x = 0; x <= Integer.MAX_VALUE; x += 1000003) {
            int raw = (int) x;
            hash = hash * 31 + FixedPointMath.expOnNegativeValues(-raw);
            hash = hash * 31 + FixedPointMath.oneOverOnePlusX(raw);
            hash = hash * 31 + FixedPointMath.logistic(raw);
            hash = hash * 31 + FixedPointMath.tanh(raw);
            hash = hash * 31 + InverseSqrt.of(raw).mantissa();
            hash = hash * 31 + InverseSqrt.of(raw).shift();
        }
        assertEquals(0x7a935c6bdc5909ffL, hash);
    }

    @Test
    void fixedPoints() {
        assertEquals(ONE, FixedPointMath.expOnNegativeValues(0));
        assertEquals(0, FixedPointMath.expOnNegativeValues(Integer.MIN_VALUE));
        assertEquals(ONE, FixedPointMath.oneOverOnePlusX(0));
        assertEquals(1 << 30, FixedPointMath.logistic(0));
        assertEquals(0, FixedPointMath.tanh(0));
        assertEquals(-ONE, FixedPointMath.tanh(Integer.MIN_VALUE));
    }

    @Property(seed = "36", tries = 20000)
    void inverseSquareRootIsClose(@ForAll @IntRange(min = 2) int x) {
        double expected = 1 / StrictMath.sqrt(x);
        assertEquals(expected, InverseSqrt.of(x).value(), 4e-6 * expected);
    }

    @Test
    void inverseSquareRootAtItsEdges() {
        assertEquals(new Multiplier(ONE, 0), InverseSqrt.of(0));
        assertEquals(new Multiplier(ONE, 0), InverseSqrt.of(1));
        assertThrows(IllegalArgumentException.class, () -> InverseSqrt.of(-1));
    }

    private static void assertClose(double expected, int raw, double tolerance) {
        double error = Math.abs(raw * 0x1p-31 - expected);
        assertTrue(error <= tolerance, () -> "error " + error + " at " + expected);
    }
}
