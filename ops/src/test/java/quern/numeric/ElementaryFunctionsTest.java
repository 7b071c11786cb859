package quern.numeric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The functions of this package against StrictMath over a stride of all floats. */
class ElementaryFunctionsTest {
    private static final int COARSE = 10007;
    private static final int FINE = 61;
    private static final float INFINITY = Float.POSITIVE_INFINITY;

    private interface FloatFunction {
        float at(float x);
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
        check(Expf::exp, StrictMath::exp, 0.78, stride);
        check(Sigmoidf::sigmoid, x -> 1 / (1 + StrictMath.exp(-x)), 1.5, stride);
        check(Tanhf::tanh, StrictMath::tanh, 1.5, stride);
        check(Logf::log, StrictMath::log, 0.81, stride);
    }

    private static void check(
            FloatFunction function, DoubleUnaryOperator exact, double bound, int stride) {
        for (long bits = Integer.MIN_VALUE; bits <= Integer.MAX_VALUE; bits += stride) {
            float x = Float.intBitsToFloat((int) bits);
            float y = function.at(x);
            double expected = exact.applyAsDouble(x);
            float nearest = (float) expected;
            boolean close =
                    Float.isFinite(nearest)
                            ? Math.abs(y - expected) <= bound * Math.ulp(nearest)
                            : Float.compare(y, nearest) == 0;
            assertTrue(close, () -> y + " is not " + nearest + " at " + x);
        }
    }

    /** The bits are part of the specification: no machine and no change may alter them. */
    @Test
    void bitsAreFixed() {
        assertEquals(0xcac6e2a95d85a9f8L, bits(Expf::exp));
        assertEquals(0xda8f4715387a2f6eL, bits(Sigmoidf::sigmoid));
        assertEquals(0xf35e8346aa2987a6L, bits(Tanhf::tanh));
        assertEquals(0x2a5fa5ca89b3ebf6L, bits(Logf::log));
    }

    private static long bits(FloatFunction function) {
        long hash = 0;
        for (long bits = Integer.MIN_VALUE; bits <= Integer.MAX_VALUE; bits += COARSE) {
            float y = function.at(Float.intBitsToFloat((int) bits));
            hash = hash * 31 + Float.floatToIntBits(y);
        }
        return hash;
    }

    @Test
    void expAtItsEdges() {
        assertEquals(1f, Expf.exp(0f));
        assertEquals(1f, Expf.exp(-0f));
        assertEquals(INFINITY, Expf.exp(INFINITY));
        assertEquals(0f, Expf.exp(-INFINITY));
        assertEquals(Float.NaN, Expf.exp(Float.NaN));
        // The last float below ln(2^128) and the one after it.
        assertTrue(Float.isFinite(Expf.exp(88.72283f)));
        assertEquals(INFINITY, Expf.exp(88.72284f));
        // Around ln(2^-150), half the smallest subnormal.
        assertEquals(Float.MIN_VALUE, Expf.exp(-103.97207f));
        assertEquals(0f, Expf.exp(-103.97209f));
        assertEquals(Float.MIN_VALUE, Expf.exp(-103.27893f));
    }

    @Test
    void sigmoidAtItsEdges() {
        assertEquals(0.5f, Sigmoidf.sigmoid(0f));
        assertEquals(0.5f, Sigmoidf.sigmoid(-0f));
        assertEquals(1f, Sigmoidf.sigmoid(INFINITY));
        assertEquals(0f, Sigmoidf.sigmoid(-INFINITY));
        assertEquals(Float.NaN, Sigmoidf.sigmoid(Float.NaN));
        assertEquals(Float.MIN_VALUE, Sigmoidf.sigmoid(-103.5f));
    }

    @Test
    void tanhAtItsEdges() {
        for (float x : new float[] {0f, -0f, Float.MIN_VALUE, -Float.MIN_NORMAL, 1e-20f}) {
            assertEquals(x, Tanhf.tanh(x));
        }
        assertEquals(1f, Tanhf.tanh(INFINITY));
        assertEquals(-1f, Tanhf.tanh(-INFINITY));
        assertEquals(1f, Tanhf.tanh(9.5f));
        assertEquals(Float.NaN, Tanhf.tanh(Float.NaN));
    }

    @Test
    void logAtItsEdges() {
        assertEquals(0f, Logf.log(1f));
        assertEquals(-INFINITY, Logf.log(0f));
        assertEquals(-INFINITY, Logf.log(-0f));
        assertEquals(INFINITY, Logf.log(INFINITY));
        assertEquals(Float.NaN, Logf.log(-Float.MIN_VALUE));
        assertEquals(Float.NaN, Logf.log(-INFINITY));
        assertEquals(Float.NaN, Logf.log(Float.NaN));
        assertEquals((float) StrictMath.log(Float.MIN_VALUE), Logf.log(Float.MIN_VALUE));
    }

    @Test
    void resultsDoNotExceedTheFunctionsRange() {
        for (float x = -20; x <= 20; x += 0.001f) {
            assertTrue(Math.abs(Tanhf.tanh(x)) <= 1);
            float y = Sigmoidf.sigmoid(x);
            assertTrue(y >= 0 && y <= 1);
        }
    }
}
