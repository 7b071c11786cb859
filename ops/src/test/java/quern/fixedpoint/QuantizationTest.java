package quern.fixedpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class QuantizationTest {
    @Provide
    Arbitrary<RoundingMode> modes() {
        return Numbers.modes();
    }

    @Provide
    Arbitrary<Float> scales() {
        return Numbers.between(1e-30f, 1e30f);
    }

    @Provide
    Arbitrary<Float> floats() {
        return Numbers.anyFloat();
    }

    /** From 0 to 1. */
    @Provide
    Arbitrary<Double> positions() {
        return Arbitraries.doubles().between(0, 1).ofScale(9);
    }

    @Property(seed = "81", tries = 20000)
    void errorIsAtMostHalfAStepInsideTheRangeAndZeroIsExact(
            @ForAll("scales") float scale,
            @ForAll("positions") double position,
            @ForAll @IntRange(min = 2, max = 16) int bits,
            @ForAll("positions") double zeroPosition,
            @ForAll("modes") RoundingMode mode) {
        int qmin = -(1 << (bits - 1));
        int qmax = (1 << (bits - 1)) - 1;
        int zero = qmin + (int) Math.rint(zeroPosition * (qmax - qmin));
        float x = (float) (scale * (qmin - zero + position * (qmax - qmin)));
        int q = Quantization.quantize(x, scale, zero, qmin, qmax, mode);
        BigDecimal error =
                Exact.of(x).subtract(Exact.of(scale).multiply(Exact.of((long) q - zero))).abs();
        // The quotient is rounded to binary32 before it is rounded to an integer.
        double quotientError = Math.ulp(x / scale) / 2;
        assertTrue(
                error.compareTo(Exact.of(scale).multiply(Exact.of(0.5 + quotientError))) <= 0,
                () -> "error " + error + " at scale " + scale);
        assertEquals(zero, Quantization.quantize(0, scale, zero, qmin, qmax, mode));
        assertEquals(0f, Quantization.dequantize(zero, scale, zero));
    }

    @Property(seed = "82", tries = 20000)
    void everyCodeSurvivesTheRoundTrip(
            @ForAll("scales") float scale,
            @ForAll short zero,
            @ForAll short q,
            @ForAll("modes") RoundingMode mode) {
        float x = Quantization.dequantize(q, scale, zero);
        assertEquals(q, Quantization.quantize(x, scale, zero, -32768, 32767, mode));
    }

    @Property(seed = "83", tries = 20000)
    void quantizeIsTheExactDefinition(
            @ForAll("floats") float x, @ForAll("scales") float scale, @ForAll byte zero) {
        float quotient = x / scale;
        if (Float.isFinite(quotient)) {
            BigDecimal exact = Exact.of(quotient);
            BigInteger shift = BigInteger.valueOf(zero);
            assertEquals(
                    Exact.clamp(Exact.tiesAway(exact).add(shift), -128, 127),
                    Quantization.quantizeHalfAway(x, scale, zero, -128, 127));
            assertEquals(
                    Exact.clamp(Exact.tiesEven(exact).add(shift), -128, 127),
                    Quantization.quantizeHalfEven(x, scale, zero, -128, 127));
        }
    }

    @Test
    void extremesAndTies() {
        for (RoundingMode mode : RoundingMode.values()) {
            assertEquals(-128, Quantization.quantize(Float.NaN, 1, 3, -128, 127, mode));
            assertEquals(127, Quantization.quantize(Float.MAX_VALUE, 1, 3, -128, 127, mode));
            assertEquals(-128, Quantization.quantize(-Float.MAX_VALUE, 1, 3, -128, 127, mode));
            assertEquals(127, Quantization.quantize(3e9f, 1, 3, -128, 127, mode));
            float infinity = Float.POSITIVE_INFINITY;
            assertEquals(127, Quantization.quantize(infinity, 1, 3, -128, 127, mode));
            assertEquals(-128, Quantization.quantize(-infinity, 1, 3, -128, 127, mode));
            int top = Integer.MAX_VALUE;
            assertEquals(top, Quantization.quantize(1e30f, 1, 0, -top, top, mode));
        }
        assertEquals(4, Quantization.quantizeHalfAway(0.5f, 1, 3, -128, 127));
        assertEquals(3, Quantization.quantizeHalfEven(0.5f, 1, 3, -128, 127));
        assertEquals(2, Quantization.quantizeHalfAway(-0.5f, 1, 3, -128, 127));
        assertEquals(3, Quantization.quantizeHalfAway(0.49999997f, 1, 3, -128, 127));
    }

    @Test
    void activationRanges() {
        assertEquals(new ActivationRange(-57, 78), relu6(0.0443405733f, -57));
        assertEquals(new ActivationRange(-128, 127), relu6(0.01f, -128));
        // 6 / 4 = 1.5 rounds away from zero.
        assertEquals(new ActivationRange(10, 12), relu6(4, 10));
        assertEquals(new ActivationRange(-20, 127), relu6(Float.MIN_VALUE, -20));
        assertEquals(
                new ActivationRange(121, 127),
                ActivationRange.reluN1To1(0.179348752f, 127, -128, 127));
        assertEquals(new ActivationRange(5, 127), ActivationRange.relu(0.1f, 5, -128, 127));
        assertThrows(IllegalArgumentException.class, () -> ActivationRange.relu(0.1f, 5, -4, 4));
        assertThrows(IllegalArgumentException.class, () -> ActivationRange.relu(0, 0, -128, 127));
        assertThrows(
                IllegalArgumentException.class, () -> ActivationRange.of(1, 2, 1, 0, -128, 127));
    }

    private static ActivationRange relu6(float scale, int zeroPoint) {
        return ActivationRange.relu6(scale, zeroPoint, -128, 127);
    }
}
