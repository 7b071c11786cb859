package quern.fixedpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class AccumulatorBoundTest {
    @Property(seed = "91", tries = 5000)
    void boundsEveryPartialSumAndIsReached(
            @ForAll @Size(min = 1, max = 40) byte[] weights,
            @ForAll byte zeroPoint,
            @ForAll byte weightZeroPoint,
            @ForAll int bias) {
        int inputMaxAbs = AccumulatorBound.inputMaxAbs(-128, 127, zeroPoint);
        long absSum = AccumulatorBound.weightAbsSum(weights, 0, 1, weights.length, weightZeroPoint);
        long bound = AccumulatorBound.of(inputMaxAbs, absSum, bias);
        int farthest = zeroPoint <= -1 ? 127 - zeroPoint : -128 - zeroPoint;
        assertEquals(inputMaxAbs, Math.abs(farthest));
        long sign = bias < 0 ? -1 : 1;
        long worst = bias;
        for (byte w : weights) {
            worst += sign * Math.abs((long) farthest * (w - weightZeroPoint));
            assertTrue(Math.abs(worst) <= bound);
        }
        assertEquals(bound, Math.abs(worst));
    }

    @Test
    void stridesSelectAChannel() {
        byte[] weights = {1, -10, 2, -20, 3, -30};
        assertEquals(6, AccumulatorBound.weightAbsSum(weights, 0, 2, 3, 0));
        assertEquals(60, AccumulatorBound.weightAbsSum(weights, 1, 2, 3, 0));
        byte[] unsigned = {-1, 0};
        assertEquals(255, AccumulatorBound.weightAbsSumUnsigned(unsigned, 0, 1, 2, 0));
        assertEquals(127 + 128, AccumulatorBound.weightAbsSumUnsigned(unsigned, 0, 1, 2, 128));
    }

    @Test
    void theLargestSafeLengthOfInt8() {
        int input = AccumulatorBound.inputMaxAbs(-128, 127, -128);
        assertEquals(255, input);
        assertTrue(AccumulatorBound.fitsInt32(AccumulatorBound.of(input, 66311L * 127, 0)));
        assertFalse(AccumulatorBound.fitsInt32(AccumulatorBound.of(input, 66312L * 127, 0)));
        assertFalse(AccumulatorBound.fitsInt32(AccumulatorBound.of(1, 0, Integer.MIN_VALUE)));
    }

    @Test
    void hugeValuesSaturate() {
        assertEquals(Long.MAX_VALUE, AccumulatorBound.of(3, Long.MAX_VALUE / 2, 0));
        assertEquals(Long.MAX_VALUE, AccumulatorBound.of(0, 0, Long.MIN_VALUE));
        assertEquals(Long.MAX_VALUE, AccumulatorBound.of(1, 1, Long.MAX_VALUE));
    }
}
