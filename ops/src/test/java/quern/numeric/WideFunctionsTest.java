package quern.numeric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The functions that are computed in binary64 and rounded once, against StrictMath. */
class WideFunctionsTest {
    private static final int COARSE = 10007;
    private static final int FINE = 61;

    /** By how much fewer arguments of functions are tried whose comparison takes long. */
    private static final int SLOW = 31;

    private static final double BOUND = 0.51;
    private static final float INF = Float.POSITIVE_INFINITY;
    private static final float NAN = Float.NaN;
    private static final float[] SPECIAL = {
        0f,
        -0f,
        1,
        -1,
        2,
        -2,
        3,
        -3,
        0.5f,
        -0.5f,
        1.5f,
        -1.5f,
        INF,
        -INF,
        NAN,
        0x1p23f,
        -0x1p23f,
        0x1p24f,
        16777215f,
        -16777215f,
        Float.MIN_VALUE,
        -Float.MIN_VALUE,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        Float.MIN_NORMAL,
        1.0000001f,
        0.99999994f
    };

    private interface Unary {
        float at(float x);
    }

    private interface Binary {
        float at(float x, float y);
    }

    @Test
    void errorsStayBelowTheStatedBounds() {
        errors(COARSE);
    }

    @Test
    @Tag("long")
    void errorsStayBelowTheStatedBoundsOnAFineStride() {
        errors(FINE);
    }

    private static void errors(int stride) {
        check(Trigf::sin, StrictMath::sin, stride);
        check(Trigf::cos, StrictMath::cos, stride);
        check(Expm1f::expm1, StrictMath::expm1, stride);
        check(Erff::erf, WideFunctionsTest::anyErf, stride * SLOW);
        check(Erff::gelu, WideFunctionsTest::gelu, stride * SLOW);
    }

    private static double anyErf(double x) {
        return Math.abs(x) < 1 ? erf(x) : Math.copySign(1 - erfc(Math.abs(x)), x);
    }

    private static double gelu(double x) {
        double z = Math.abs(x) * Math.sqrt(0.5);
        return x < 0 ? x * erfc(z) / 2 : x * (1 - erfc(z) / 2);
    }

    /** The series of the error function, all of whose terms are positive. */
    private static double erf(double z) {
        double term = z;
        double sum = z;
        for (int n = 1; n < 100; n++) {
            term *= 2 * z * z / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.sqrt(Math.PI) * StrictMath.exp(-z * z) * sum;
    }

    /** Below 2 the series, else the continued fraction {@code 1/(z + (1/2)/(z + (2/2)/(z + ...}. */
    private static double erfc(double z) {
        if (z < 2) {
            return 1 - erf(z);
        }
        double fraction = z;
        for (int n = 150; n > 0; n--) {
            fraction = z + n / 2.0 / fraction;
        }
        return StrictMath.exp(-z * z) / fraction / Math.sqrt(Math.PI);
    }

    private static void check(Unary function, DoubleUnaryOperator exact, int stride) {
        for (long bits = Integer.MIN_VALUE; bits <= Integer.MAX_VALUE; bits += stride) {
            float x = Float.intBitsToFloat((int) bits);
            assertNear(function.at(x), exact.applyAsDouble(x), x, 0);
        }
    }

    private static void assertNear(float y, double expected, float first, float second) {
        float nearest = (float) expected;
        boolean close =
                Float.isFinite(nearest)
                        ? Math.abs(y - expected) <= BOUND * Math.ulp(nearest)
                        : Float.compare(y, nearest) == 0;
        assertTrue(close, () -> y + " is not " + nearest + " at " + first + ", " + second);
    }

    /** Multiples of a quarter turn, whose reduced arguments are the smallest there are. */
    @Test
    void argumentsNearMultiplesOfAQuarterTurn() {
        Random random = new Random(5);
        for (int i = 0; i < 200_000; i++) {
            double turns = Math.scalb(1 + random.nextDouble(), random.nextInt(120));
            float x = (float) (Math.rint(turns) * (Math.PI / 2));
            assertNear(Trigf.sin(x), StrictMath.sin(x), x, 0);
            assertNear(Trigf.cos(-x), StrictMath.cos(x), -x, 0);
        }
    }

    @Test
    void functionsOfTwoNumbers() {
        check(Powf::pow, StrictMath::pow, 1);
        check(Atan2f::atan2, StrictMath::atan2, 2);
    }

    private static void check(Binary function, DoubleBinaryOperator exact, long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 500_000; i++) {
            float a = Float.intBitsToFloat(random.nextInt());
            float b = Float.intBitsToFloat(random.nextInt());
            assertNear(function.at(a, b), exact.applyAsDouble(a, b), a, b);
            // Powers of moderate size: bases near 1 and exponents of any size, small whole ones.
            float base = 1 + (float) random.nextGaussian() / (1 << random.nextInt(24));
            float exponent = (float) random.nextGaussian() * (1 << random.nextInt(24));
            assertNear(
                    function.at(base, exponent),
                    exact.applyAsDouble(base, exponent),
                    base,
                    exponent);
            float whole = random.nextInt(41) - 20;
            float signed = (float) random.nextGaussian() * 10;
            assertNear(
                    function.at(signed, whole), exact.applyAsDouble(signed, whole), signed, whole);
        }
    }

    @Test
    void specialCasesOfTwoNumbers() {
        for (float a : SPECIAL) {
            for (float b : SPECIAL) {
                assertSame(Atan2f.atan2(a, b), StrictMath.atan2(a, b), a, b);
                boolean one = a == 1 || a == -1 && Float.isInfinite(b);
                assertSame(Powf.pow(a, b), one ? 1 : StrictMath.pow(a, b), a, b);
            }
        }
    }

    private static void assertSame(float y, double expected, float first, float second) {
        assertNear(y, expected, first, second);
        if ((float) expected == 0) {
            assertEquals((float) expected, y, first + ", " + second);
        }
    }

    @Test
    void zerosKeepTheirSigns() {
        for (float x : new float[] {0f, -0f, Float.MIN_VALUE, -Float.MIN_VALUE}) {
            assertEquals(x, Trigf.sin(x));
            assertEquals(1f, Trigf.cos(x));
            assertEquals(x, Expm1f.expm1(x));
        }
        assertEquals(-0f, Erff.erf(-0f));
        assertEquals(-0f, Erff.gelu(-0f));
        assertEquals(NAN, Erff.gelu(-INF));
        assertEquals(INF, Erff.gelu(INF));
        assertEquals(NAN, Trigf.sin(INF));
        assertEquals(NAN, Trigf.cos(NAN));
    }

    /** The bits are part of the specification: no machine and no change may alter them. */
    @Test
    void bitsAreFixed() {
        assertEquals(0xf25911488f2efe54L, bits(Trigf::sin));
        assertEquals(0xad0628ec377ef579L, bits(Trigf::cos));
        assertEquals(0x1a56669822fbf414L, bits(Expm1f::expm1));
        assertEquals(0x2d3d57240e785dd0L, bits(Erff::erf));
        assertEquals(0x9caeb2e78993f314L, bits(Erff::gelu));
        assertEquals(0x154dd14444dfc71cL, bits(x -> Powf.pow(Math.abs(x), 0.7f)));
        assertEquals(0x6e874f8bc5cb9447L, bits(x -> Atan2f.atan2(x, 0.7f)));
    }

    private static long bits(Unary function) {
        long hash = 0;
        for (long bits = Integer.MIN_VALUE; bits <= Integer.MAX_VALUE; bits += COARSE) {
            hash = hash * 31 + Float.floatToIntBits(function.at(Float.intBitsToFloat((int) bits)));
        }
        return hash;
    }
}
