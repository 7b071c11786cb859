package quern.fixedpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class RoundingModeTest {
    @Test
    void labelsParseBack() {
        for (RoundingMode mode : RoundingMode.values()) {
            assertEquals(mode, RoundingMode.parse(mode.label()));
        }
        assertEquals(RoundingMode.DOUBLE, RoundingMode.parse("double"));
        assertEquals(RoundingMode.SINGLE, RoundingMode.parse("single"));
        assertEquals(RoundingMode.FLOAT_EVEN, RoundingMode.parse("float-even"));
    }

    @Test
    void anUnknownLabelNamesTheKnownOnes() {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> RoundingMode.parse("Double"));
        assertEquals(
                "unknown rounding mode 'Double'; known are double, single, float-even, xnnpack, onnx-ref",
                e.getMessage());
    }

    @Test
    void halfAwayFromZero() {
        assertEquals(1.0, Rounding.halfAwayFromZero(0.5));
        assertEquals(-1.0, Rounding.halfAwayFromZero(-0.5));
        assertEquals(3.0, Rounding.halfAwayFromZero(2.5));
        assertEquals(-3.0, Rounding.halfAwayFromZero(-2.5));
        assertEquals(0.0, Rounding.halfAwayFromZero(Math.nextDown(0.5)));
        assertEquals(-0.0, Rounding.halfAwayFromZero(-Math.nextDown(0.5)));
        assertEquals(0x1p52 + 1, Rounding.halfAwayFromZero(0x1p52 + 1));
        assertEquals(Double.NaN, Rounding.halfAwayFromZero(Double.NaN));
        assertEquals(Double.NEGATIVE_INFINITY, Rounding.halfAwayFromZero(Double.NEGATIVE_INFINITY));
    }
}
