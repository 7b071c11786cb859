package quern.fixedpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.math.BigInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class FixedPointTest {
    private static final int[] EXTREMES = {
        Integer.MIN_VALUE,
        Integer.MIN_VALUE + 1,
        -(1 << 30) - 1,
        -(1 << 30),
        -3,
        -2,
        -1,
        0,
        1,
        2,
        3,
        (1 << 30) - 1,
        1 << 30,
        Integer.MAX_VALUE - 1,
        Integer.MAX_VALUE
    };

    private static final int[] MANTISSAS = {
        0, 1, 1 << 29, 1 << 30, (1 << 30) + 1, 1518500250, Integer.MAX_VALUE - 1, Integer.MAX_VALUE
    };

    @Property(seed = "11", tries = 20000)
    void highMulIsTheExactProductTiesUp(@ForAll int a, @ForAll int b) {
        checkHighMul(a, b);
    }

    @Test
    void highMulAtExtremes() {
        for (int a : EXTREMES) {
            for (int b : EXTREMES) {
                checkHighMul(a, b);
            }
        }
        assertEquals(
                Integer.MAX_VALUE,
                FixedPoint.saturatingRoundingDoublingHighMul(Integer.MIN_VALUE, Integer.MIN_VALUE));
    }

    private static void checkHighMul(int a, int b) {
        BigDecimal product = Exact.of((long) a).multiply(Exact.of((long) b));
        int expected = Exact.saturate(Exact.tiesUp(Exact.timesPowerOfTwo(product, -31)));
        assertEquals(expected, FixedPoint.saturatingRoundingDoublingHighMul(a, b));
    }

    @Property(seed = "12", tries = 20000)
    void highMul16IsTheExactProductTiesUp(@ForAll short a, @ForAll short b) {
        BigInteger exact = Exact.tiesUp(Exact.timesPowerOfTwo(Exact.of((long) a * b), -15));
        assertEquals(
                Exact.clamp(exact, Short.MIN_VALUE, Short.MAX_VALUE),
                FixedPoint.saturatingRoundingDoublingHighMul16(a, b));
    }

    @Property(seed = "13", tries = 20000)
    void divideByPotRoundsTiesAwayFromZero(
            @ForAll int x, @ForAll @IntRange(max = 31) int exponent) {
        checkDivideByPot(x, exponent);
    }

    @Test
    void divideByPotAtExtremesAndTies() {
        for (int exponent = 0; exponent <= 31; exponent++) {
            for (int x : EXTREMES) {
                checkDivideByPot(x, exponent);
            }
            int half = (int) (1L << Math.max(exponent - 1, 0));
            for (int odd = -5; odd <= 5; odd++) {
                checkDivideByPot(odd * half, exponent);
            }
        }
    }

    private static void checkDivideByPot(int x, int exponent) {
        BigInteger exact = Exact.tiesAway(Exact.timesPowerOfTwo(Exact.of((long) x), -exponent));
        assertEquals(exact.intValueExact(), FixedPoint.roundingDivideByPot(x, exponent));
    }

    @Property(seed = "14", tries = 20000)
    void multiplyIsExactInItsRange(
            @ForAll int x,
            @ForAll @IntRange int mantissa,
            @ForAll @IntRange(min = -31, max = 30) int shift) {
        checkMultiply(x >> Math.max(shift, 0), mantissa, shift);
    }

    @Test
    void multiplyAtExtremes() {
        for (int shift = -31; shift <= 30; shift++) {
            for (int mantissa : MANTISSAS) {
                for (int x : EXTREMES) {
                    checkMultiply(x >> Math.max(shift, 0), mantissa, shift);
                }
            }
        }
    }

    private static void checkMultiply(int x, int mantissa, int shift) {
        assertEquals(
                Exact.multiplyDouble(x, mantissa, shift).intValueExact(),
                FixedPoint.multiplyByQuantizedMultiplier(x, mantissa, shift, RoundingMode.DOUBLE));
        assertEquals(
                Exact.multiplySingle(x, mantissa, shift).intValueExact(),
                FixedPoint.multiplyByQuantizedMultiplier(x, mantissa, shift, RoundingMode.SINGLE));
    }

    @Property(seed = "15", tries = 20000)
    void beyondItsRangeTheInputOfDoubleAndTheResultOfSingleWrap(
            @ForAll int x,
            @ForAll @IntRange int mantissa,
            @ForAll @IntRange(min = 1, max = 30) int shift) {
        int wrapped = BigInteger.valueOf(x).shiftLeft(shift).intValue();
        assertEquals(
                Exact.multiplyDouble(wrapped, mantissa, 0).intValueExact(),
                FixedPoint.multiplyByQuantizedMultiplierDouble(x, mantissa, shift));
        assertEquals(
                Exact.multiplySingle(x, mantissa, shift).intValue(),
                FixedPoint.multiplyByQuantizedMultiplierSingle(x, mantissa, shift));
    }

    @Property(seed = "16", tries = 20000)
    void int64FormRoundsTheProductWithTheReducedMantissa(
            @ForAll @LongRange(min = -(1L << 47) + 1, max = (1L << 47) - 1) long x,
            @ForAll @IntRange int mantissa,
            @ForAll @IntRange(min = -31, max = 7) int shift) {
        BigDecimal reduced =
                new BigDecimal(
                        Exact.tiesUp(Exact.timesPowerOfTwo(Exact.of((long) mantissa), -16))
                                .min(BigInteger.valueOf(0x7FFF)));
        BigInteger exact =
                Exact.tiesUp(Exact.timesPowerOfTwo(Exact.of(x).multiply(reduced), shift - 15));
        assertEquals(
                exact.intValue(),
                FixedPoint.multiplyByQuantizedMultiplierInt64(x, mantissa, shift));
    }

    @Property(seed = "17", tries = 5000)
    void leftShiftSaturates(@ForAll int x, @ForAll @IntRange(max = 31) int exponent) {
        assertEquals(
                Exact.saturate(BigInteger.valueOf(x).shiftLeft(exponent)),
                FixedPoint.saturatingLeftShift(x, exponent));
    }

    @Test
    void theModesDifferOnNegativeTies() {
        // -3 * 0.5 = -1.5: up for single, away from zero for double.
        assertEquals(-2, FixedPoint.multiplyByQuantizedMultiplierDouble(-6, 1 << 30, -1));
        assertEquals(-1, FixedPoint.multiplyByQuantizedMultiplierSingle(-6, 1 << 30, -1));
    }

    @Test
    void aModeWithoutFixedPointIsRefused() {
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class,
                        () ->
                                FixedPoint.multiplyByQuantizedMultiplier(
                                        1, 1 << 30, 0, RoundingMode.FLOAT_EVEN));
        assertEquals(
                "fixed-point multiplication is not defined in rounding mode float-even",
                e.getMessage());
    }

    @Property(seed = "16", tries = 20000)
    void saturatingMultiplicationEqualsTheOrdinaryOneWhereThatDoesNotWrap(
            @ForAll int any,
            @ForAll @IntRange(min = 1 << 30) int mantissa,
            @ForAll @IntRange(min = -31, max = 30) int shift) {
        int x = any >> Math.max(shift, 0);
        for (RoundingMode mode : new RoundingMode[] {RoundingMode.DOUBLE, RoundingMode.SINGLE}) {
            Multiplier m = new Multiplier(mantissa, shift);
            assertEquals(
                    FixedPoint.multiplyByQuantizedMultiplier(x, m, mode),
                    FixedPoint.saturatingMultiplyByQuantizedMultiplier(x, m, mode));
        }
    }

    @Property(seed = "17", tries = 20000)
    void saturatingMultiplicationIsTheExactProductTiesUp(
            @ForAll int x,
            @ForAll @IntRange(min = 1 << 30) int mantissa,
            @ForAll @IntRange(min = 1, max = 31) int shift) {
        BigDecimal product = Exact.of((long) x).multiply(Exact.of((long) mantissa));
        int expected = Exact.saturate(Exact.tiesUp(Exact.timesPowerOfTwo(product, shift - 31)));
        assertEquals(
                expected,
                FixedPoint.saturatingMultiplyByQuantizedMultiplier(
                        x, new Multiplier(mantissa, shift), RoundingMode.DOUBLE));
    }

    @Property(seed = "18", tries = 20000)
    void wideMultiplicationIsTheExactProductOfAReducedMantissaTiesUp(
            @ForAll @LongRange(min = -(1L << 47) + 1, max = (1L << 47) - 1) long x,
            @ForAll @IntRange(min = 1 << 30) int mantissa,
            @ForAll @IntRange(min = -31, max = 31) int shift) {
        long reduced = Math.min((mantissa + (1L << 15)) >> 16, 0x7FFF);
        BigDecimal product = Exact.of(x).multiply(Exact.of(reduced));
        int exact = Exact.saturate(Exact.tiesUp(Exact.timesPowerOfTwo(product, shift - 15)));
        int limit = 1 << 15;
        assertEquals(
                FixedPoint.clamp(exact, -limit, limit),
                FixedPoint.clamp(
                        FixedPoint.saturatingMultiplyByQuantizedMultiplierInt64(x, mantissa, shift),
                        -limit,
                        limit));
    }
}
