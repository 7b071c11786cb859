package quern.fixedpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PowerOfTwoSumTest {
    @Test
    void theOperandOfTheSmallerScaleIsRoundedAwayFromZero() {
        PowerOfTwoSum sum = PowerOfTwoSum.of(0.5f, 0.125f, 0.5f, false, -32768, 32767);
        assertEquals(new PowerOfTwoSum(0, 2, false, -32768, 32767), sum);
        assertEquals(10 + 2, sum.apply(10, 6));
        assertEquals(10 - 2, sum.apply(10, -6));
        assertEquals(10 + 1, sum.apply(10, 5));
        assertEquals(32767, sum.apply(32767, 32767));
        PowerOfTwoSum difference = PowerOfTwoSum.of(0.125f, 0.5f, 0.5f, true, -100, 100);
        assertEquals(-2 - 7, difference.apply(-6, 7));
        assertEquals(-100, difference.apply(-32768, 32767));
    }

    @Test
    void powersOfTwoAreRecognizedWithinATolerance() {
        assertTrue(PowerOfTwoSum.isPower(8f / 32767));
        assertTrue(PowerOfTwoSum.isPower(0.9997f / 4096));
        assertTrue(PowerOfTwoSum.isPower(Float.MIN_VALUE));
        assertFalse(PowerOfTwoSum.isPower(1.001f));
        assertFalse(PowerOfTwoSum.isPower(0.999f));
        assertFalse(PowerOfTwoSum.isPower(Float.NaN));
    }

    @Test
    void otherScalesAreRefused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> PowerOfTwoSum.of(0.5f, 0.5f, 1, false, -1, 1));
        assertThrows(
                IllegalArgumentException.class,
                () -> PowerOfTwoSum.of(0.5f, 2, 0.5f, false, -1, 1));
        assertThrows(
                IllegalArgumentException.class,
                () -> PowerOfTwoSum.of(0.5f, 0.3f, 0.5f, false, -1, 1));
    }
}
