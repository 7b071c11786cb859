package quern.numeric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShortestDecimalTest {
    @Provide
    Arbitrary<Integer> floatBits() {
        Arbitrary<Integer> any =
                Arbitraries.integers().withDistribution(RandomDistribution.uniform());
        return Arbitraries.oneOf(any, any.map(b -> b & 0xFF800000), any.map(b -> b & 0xFFFF8000));
    }

    @Provide
    Arbitrary<Long> doubleBits() {
        Arbitrary<Long> any = Arbitraries.longs().withDistribution(RandomDistribution.uniform());
        return Arbitraries.oneOf(any, any.map(b -> b & 0xFFF0000000000000L));
    }

    @Property(seed = "121", tries = 10000)
    void floatsAreShortestAndParseBack(@ForAll("floatBits") int bits) {
        float x = Float.intBitsToFloat(bits);
        String text = ShortestDecimal.print(x);
        assertEquals(
                Float.floatToIntBits(x), Float.floatToIntBits(ShortestDecimal.parseFloat(text)));
        if (Float.isFinite(x) && x != 0) {
            float magnitude = Math.abs(x);
            BigDecimal above =
                    magnitude == Float.MAX_VALUE
                            ? new BigDecimal(0x1p128)
                            : new BigDecimal(Math.nextUp(magnitude));
            checkShortest(
                    text,
                    new BigDecimal(Math.nextDown(magnitude)),
                    new BigDecimal(magnitude),
                    above,
                    (bits & 1) == 0);
        }
    }

    @Property(seed = "122", tries = 3000)
    void doublesAreShortestAndParseBack(@ForAll("doubleBits") long bits) {
        double x = Double.longBitsToDouble(bits);
        String text = ShortestDecimal.print(x);
        assertEquals(
                Double.doubleToLongBits(x),
                Double.doubleToLongBits(ShortestDecimal.parseDouble(text)));
        if (Double.isFinite(x) && x != 0) {
            double magnitude = Math.abs(x);
            BigDecimal above =
                    magnitude == Double.MAX_VALUE
                            ? new BigDecimal(2).pow(1024)
                            : new BigDecimal(Math.nextUp(magnitude));
            checkShortest(
                    text,
                    new BigDecimal(Math.nextDown(magnitude)),
                    new BigDecimal(magnitude),
                    above,
                    (bits & 1) == 0);
        }
    }

    /** No decimal with fewer digits lies between the midpoints to the neighbours. */
    private static void checkShortest(
            String text, BigDecimal below, BigDecimal x, BigDecimal above, boolean even) {
        BigDecimal two = BigDecimal.valueOf(2);
        BigDecimal low = below.add(x).divide(two);
        BigDecimal high = above.add(x).divide(two);
        BigDecimal printed = new BigDecimal(text).abs();
        assertTrue(printed.compareTo(low) >= 0 && printed.compareTo(high) <= 0, text);
        int digits = printed.stripTrailingZeros().precision();
        int exponent = x.precision() - x.scale();
        assertTrue(digits == 1 || !exists(low, high, exponent - digits + 1, even), text);
        BigDecimal ulp = BigDecimal.ONE.scaleByPowerOfTen(exponent - digits);
        BigDecimal error = printed.subtract(x).abs();
        for (BigDecimal other : new BigDecimal[] {printed.add(ulp), printed.subtract(ulp)}) {
            boolean closer = other.subtract(x).abs().compareTo(error) < 0;
            boolean inside = other.compareTo(low) > 0 && other.compareTo(high) < 0;
            assertTrue(!closer || !inside, text);
        }
    }

    private static boolean exists(BigDecimal low, BigDecimal high, int exponent, boolean even) {
        BigDecimal scaledLow = low.scaleByPowerOfTen(-exponent);
        BigDecimal scaledHigh = high.scaleByPowerOfTen(-exponent);
        BigInteger first = scaledLow.setScale(0, RoundingMode.CEILING).toBigInteger();
        BigInteger last = scaledHigh.setScale(0, RoundingMode.FLOOR).toBigInteger();
        if (!even && new BigDecimal(first).compareTo(scaledLow) == 0) {
            first = first.add(BigInteger.ONE);
        }
        if (!even && new BigDecimal(last).compareTo(scaledHigh) == 0) {
            last = last.subtract(BigInteger.ONE);
        }
        return first.compareTo(last) <= 0;
    }

    @ParameterizedTest
    @CsvSource({
        "0.58470291, 0.5847029",
        "0.1, 0.1",
        "1, 1",
        "-2.5, -2.5",
        "100, 100",
        "0.0001, 0.0001",
        "0.00009999, 9.999e-5",
        "1e-7, 1e-7",
        "1.0e10, 10000000000",
        "16777217, 16777216",
        "9.999999e14, 999999900000000",
        "1e16, 1e16",
        "3.4028235e38, 3.4028235e38",
        "-1.4e-45, -1e-45",
        "1.17549435e-38, 1.1754944e-38",
        "8.589973e9, 8589974000",
        "2e-44, 2e-44"
    })
    void notation(float x, String text) {
        assertEquals(text, ShortestDecimal.print(x));
    }

    @Test
    void doubles() {
        assertEquals("1e23", ShortestDecimal.print(1e23));
        assertEquals("2e-44", ShortestDecimal.print(2e-44));
        assertEquals("5e-324", ShortestDecimal.print(Double.MIN_VALUE));
        assertEquals("5.684341886080802e-14", ShortestDecimal.print(0x1p-44));
        assertEquals("9007199254740992", ShortestDecimal.print(0x1p53));
        assertEquals("1.7976931348623157e308", ShortestDecimal.print(Double.MAX_VALUE));
        assertEquals("0.30000000000000004", ShortestDecimal.print(0.1 + 0.2));
    }

    @Test
    void specialValues() {
        assertEquals("0", ShortestDecimal.print(0f));
        assertEquals("-0", ShortestDecimal.print(-0f));
        assertEquals("nan", ShortestDecimal.print(Float.NaN));
        assertEquals("inf", ShortestDecimal.print(Float.POSITIVE_INFINITY));
        assertEquals("-inf", ShortestDecimal.print(Double.NEGATIVE_INFINITY));
        assertEquals(Float.NEGATIVE_INFINITY, ShortestDecimal.parseFloat("-inf"));
        assertEquals(Double.POSITIVE_INFINITY, ShortestDecimal.parseDouble("inf"));
        assertEquals(Double.NaN, ShortestDecimal.parseDouble("nan"));
        assertEquals(-0f, ShortestDecimal.parseFloat("-0"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "+1", "1.", "01.0", "10e-1", "0.1E+1", ".1e1", "1e0"})
    void usualSyntaxIsAccepted(String text) {
        assertEquals(1f, ShortestDecimal.parseFloat(text));
        assertEquals(1.0, ShortestDecimal.parseDouble(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "1 ",
                " 1",
                "-",
                "+",
                ".",
                "e1",
                "1e",
                "1e+",
                "1.2.3",
                "0x1p3",
                "1f",
                "1d",
                "1_0",
                "NaN",
                "Infinity",
                "-nan",
                "+inf",
                "1,5",
                "\u0661",
                "--1",
                "1e5.0",
                "1e400",
                "-1e99999999999"
            })
    void anythingElseIsRefused(String text) {
        assertThrows(NumberFormatException.class, () -> ShortestDecimal.parseFloat(text));
        assertThrows(NumberFormatException.class, () -> ShortestDecimal.parseDouble(text));
    }

    @Test
    void theLimitsOfParsing() {
        assertEquals(0f, ShortestDecimal.parseFloat("1e-400"));
        assertThrows(NumberFormatException.class, () -> ShortestDecimal.parseFloat("1e39"));
        assertEquals(1e39, ShortestDecimal.parseDouble("1e39"));
        String zeros = "0".repeat(ShortestDecimal.MAX_LENGTH - 1);
        assertEquals(1f, ShortestDecimal.parseFloat(zeros + "1"));
        assertThrows(NumberFormatException.class, () -> ShortestDecimal.parseFloat(zeros + "01"));
    }
}
