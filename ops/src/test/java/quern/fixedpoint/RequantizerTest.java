package quern.fixedpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RequantizerTest {
    private static final int[] ACCUMULATORS = {
        Integer.MIN_VALUE,
        Integer.MIN_VALUE + 1,
        -(1 << 30),
        -(1 << 24) - 1,
        -1,
        0,
        1,
        (1 << 24) + 1,
        1 << 30,
        Integer.MAX_VALUE - 1,
        Integer.MAX_VALUE
    };

    @Provide
    Arbitrary<Float> scales() {
        return Numbers.between(0x1p-16f, 0x1p6f);
    }

    @Provide
    Arbitrary<RoundingMode> modes() {
        return Numbers.modes();
    }

    /** Of every magnitude alike. */
    @Provide
    Arbitrary<Integer> accumulators() {
        return Arbitraries.integers()
                .between(0, 31)
                .flatMap(
                        shift ->
                                Arbitraries.integers()
                                        .withDistribution(RandomDistribution.uniform())
                                        .map(x -> x >> shift));
    }

    @Property(seed = "51", tries = 20000, edgeCases = EdgeCasesMode.NONE)
    void isTheExactDefinition(
            @ForAll("scales") float in,
            @ForAll("scales") float weight,
            @ForAll("scales") float out,
            @ForAll @IntRange(min = -128, max = 127) int zeroPoint,
            @ForAll("modes") RoundingMode mode,
            @ForAll("accumulators") int accumulator) {
        Requantizer requantizer =
                Requantizer.ofConv(in, new float[] {weight}, out, zeroPoint, -128, 127, mode);
        int safe = requantizer.safeAccumulator(0);
        int within = accumulator % safe;
        assertEquals(expected(requantizer, in, weight, out, within), requantizer.apply(within, 0));
        for (int extreme : ACCUMULATORS) {
            int limited = Math.min(Math.max(extreme, -safe), safe);
            assertEquals(
                    expected(requantizer, in, weight, out, limited), requantizer.apply(limited, 0));
        }
    }

    private static int expected(
            Requantizer requantizer, float in, float weight, float out, int acc) {
        int zeroPoint = requantizer.zeroPoint();
        if (requantizer.mode() == RoundingMode.ONNX_REF) {
            double factor = (double) in * weight / out;
            assertEquals(factor, requantizer.factor(0));
            double product = Exact.of((long) acc).multiply(Exact.of(factor)).doubleValue();
            double code = Exact.of(product).add(Exact.of((long) zeroPoint)).doubleValue();
            return Exact.clamp(Exact.tiesEven(Exact.of(code)), -128, 127);
        }
        if (!requantizer.mode().isFixedPoint()) {
            float factor = (in * weight) / out;
            float converted = Exact.binary32(Exact.of((long) acc));
            float v = Exact.binary32(Exact.of(converted).multiply(Exact.of(factor)));
            BigInteger steps = Exact.tiesEven(Exact.of(v));
            return Exact.clamp(steps.add(BigInteger.valueOf(zeroPoint)), -128, 127);
        }
        Multiplier multiplier = Multiplier.of((double) in * weight / out, requantizer.mode());
        BigInteger steps = Exact.multiply(acc, multiplier, requantizer.mode());
        return Exact.clamp(steps.add(BigInteger.valueOf(zeroPoint)), -128, 127);
    }

    @Property(seed = "52", tries = 20000, edgeCases = EdgeCasesMode.NONE)
    void isMonotoneInTheAccumulator(
            @ForAll("scales") float in,
            @ForAll("scales") float out,
            @ForAll @IntRange(min = -128, max = 127) int zeroPoint,
            @ForAll("modes") RoundingMode mode,
            @ForAll("accumulators") int a,
            @ForAll("accumulators") int b,
            @ForAll @IntRange(max = 3) int step) {
        Requantizer requantizer =
                Requantizer.ofConv(in, new float[] {0.01f}, out, zeroPoint, -128, 127, mode);
        int safe = requantizer.safeAccumulator(0);
        int low = Math.min(a % safe, b % safe);
        int high = Math.max(a % safe, b % safe);
        assertTrue(requantizer.apply(low, 0) <= requantizer.apply(high, 0));
        int next = Math.min(low + step, safe);
        assertTrue(requantizer.apply(low, 0) <= requantizer.apply(next, 0));
    }

    @Property(seed = "53")
    void zeroIsTheZeroPointAndTheRangeHolds(
            @ForAll("scales") float in,
            @ForAll("scales") float out,
            @ForAll @IntRange(min = -100, max = 100) int zeroPoint,
            @ForAll("modes") RoundingMode mode,
            @ForAll("accumulators") int accumulator) {
        Requantizer requantizer =
                Requantizer.ofConv(in, new float[] {0.5f}, out, zeroPoint, -101, 102, mode);
        assertEquals(zeroPoint, requantizer.apply(0, 0));
        int q = requantizer.apply(accumulator, 0);
        assertTrue(q >= -101 && q <= 102);
    }

    @Test
    void aChannelUsesItsOwnFactor() {
        float[] filter = {0.5f, 0.25f, 0};
        for (RoundingMode mode : RoundingMode.values()) {
            Requantizer requantizer = Requantizer.ofConv(1, filter, 1, 3, -128, 127, mode);
            assertTrue(requantizer.perChannel());
            assertEquals(13, requantizer.apply(20, 0));
            assertEquals(8, requantizer.apply(20, 1));
            assertEquals(3, requantizer.apply(20, 2));
        }
        Requantizer single =
                Requantizer.ofConv(1, new float[] {0.5f}, 1, 3, -128, 127, RoundingMode.DOUBLE);
        assertFalse(single.perChannel());
        assertEquals(13, single.apply(20, 7));
    }

    @Test
    void theModesDifferOnTies() {
        // Onnx-ref rounds with the zero point 1 added, so its ties go to an odd number of steps.
        int[][] expected = {
            {-3, -2, -1, 1, 2, 3},
            {-2, -1, 0, 1, 2, 3},
            {-2, -2, 0, 0, 2, 2},
            {-2, -2, 0, 0, 2, 2},
            {-3, -1, -1, 1, 1, 3}
        };
        for (RoundingMode mode : RoundingMode.values()) {
            Requantizer quarter = Requantizer.ofConv(0.25f, new float[] {1}, 1, 1, -128, 127, mode);
            for (int i = 0; i < 6; i++) {
                int odd = 2 * i - 5;
                assertEquals(
                        1 + expected[mode.ordinal()][i], quarter.apply(2 * odd, 0), mode.label());
            }
        }
    }

    @Test
    void fullyConnectedRoundsTheProductToBinary32() {
        float in = 0.0788642466f;
        float filter = 0.00697986549f;
        float out = 0.159853622f;
        double exact = (double) in * filter / out;
        double rounded = (double) (in * filter) / out;
        Multiplier ofExact = Multiplier.of(exact, RoundingMode.DOUBLE);
        Multiplier ofRounded = Multiplier.of(rounded, RoundingMode.DOUBLE);
        assertNotEquals(ofExact, ofRounded);
        float[] one = {filter};
        float[] two = {filter, filter};
        assertEquals(ofRounded.mantissa(), fullyConnected(in, one, out).mantissa(0));
        assertEquals(ofRounded.shift(), fullyConnected(in, one, out).shift(0));
        assertEquals(ofExact.mantissa(), fullyConnected(in, two, out).mantissa(1));
        Requantizer conv = Requantizer.ofConv(in, one, out, 0, -128, 127, RoundingMode.DOUBLE);
        assertEquals(ofExact.mantissa(), conv.mantissa(0));
    }

    private static Requantizer fullyConnected(float in, float[] filter, float out) {
        return Requantizer.ofFullyConnected(in, filter, out, 0, -128, 127, RoundingMode.DOUBLE);
    }

    @Test
    void givenMultipliersAreCopied() {
        int[] mantissas = {1 << 30, 1 << 30};
        int[] shifts = {0, 1};
        Requantizer requantizer =
                Requantizer.ofMultipliers(mantissas, shifts, 0, -128, 127, RoundingMode.SINGLE);
        mantissas[0] = 0;
        shifts[1] = 5;
        assertEquals(5, requantizer.apply(10, 0));
        assertEquals(10, requantizer.apply(10, 1));
    }

    @Test
    void largeStepsDoNotOverflowWithTheZeroPoint() {
        Requantizer requantizer =
                Requantizer.ofMultipliers(
                        new int[] {Integer.MAX_VALUE},
                        new int[] {0},
                        127,
                        -128,
                        127,
                        RoundingMode.DOUBLE);
        assertEquals(127, requantizer.apply(Integer.MAX_VALUE, 0));
        assertEquals(-128, requantizer.apply(Integer.MIN_VALUE, 0));
    }

    @Test
    void inOnnxRefTheZeroPointStandsInsideTheRounding() {
        float[] half = {0.5f};
        // 0.5 + 1 is a tie that goes to the even 2; rounded first it would be 0 + 1.
        assertEquals(
                2, Requantizer.ofConv(1, half, 1, 1, -128, 127, RoundingMode.ONNX_REF).apply(1, 0));
        for (RoundingMode mode : List.of(RoundingMode.FLOAT_EVEN, RoundingMode.XNNPACK)) {
            assertEquals(1, Requantizer.ofConv(1, half, 1, 1, -128, 127, mode).apply(1, 0));
        }
    }

    /** 2^24 + 1 is not a binary32 number: the tie above it is one in binary64 alone. */
    @Test
    void onnxRefConvertsNoAccumulatorToBinary32() {
        float[] scale = {0x1p-25f};
        int acc = (1 << 24) + 1;
        assertEquals(
                1, Requantizer.ofConv(1, scale, 1, 0, 0, 9, RoundingMode.ONNX_REF).apply(acc, 0));
        assertEquals(
                0, Requantizer.ofConv(1, scale, 1, 0, 0, 9, RoundingMode.XNNPACK).apply(acc, 0));
    }

    @Test
    void refusals() {
        float[] none = {};
        float[] negative = {1, -1};
        float[] huge = {Float.MAX_VALUE};
        float[] fine = {1};
        refused(() -> Requantizer.ofConv(1, none, 1, 0, -128, 127, RoundingMode.DOUBLE));
        refused(() -> Requantizer.ofConv(1, negative, 1, 0, -128, 127, RoundingMode.DOUBLE));
        refused(() -> Requantizer.ofConv(0, fine, 1, 0, -128, 127, RoundingMode.DOUBLE));
        refused(() -> Requantizer.ofConv(1, fine, Float.NaN, 0, 0, 1, RoundingMode.DOUBLE));
        refused(() -> Requantizer.ofConv(1, fine, 1, 0, 1, 0, RoundingMode.DOUBLE));
        refused(() -> Requantizer.ofConv(2, huge, 1, 0, 0, 1, RoundingMode.FLOAT_EVEN));
        int[] two = {1 << 30, 1 << 30};
        int[] one = {0};
        int[] wide = {31};
        int[] mantissa = {1 << 30};
        refused(() -> Requantizer.ofMultipliers(two, one, 0, -128, 127, RoundingMode.DOUBLE));
        refused(() -> Requantizer.ofMultipliers(mantissa, wide, 0, 0, 1, RoundingMode.SINGLE));
        refused(() -> Requantizer.ofMultipliers(mantissa, one, 0, 0, 1, RoundingMode.FLOAT_EVEN));
    }

    private static void refused(Runnable call) {
        assertThrows(IllegalArgumentException.class, call::run);
    }

    @Test
    void theSafeAccumulatorIsTheLastThatDoesNotWrap() {
        Requantizer left =
                Requantizer.ofMultipliers(
                        new int[] {Integer.MAX_VALUE},
                        new int[] {4},
                        0,
                        Integer.MIN_VALUE,
                        Integer.MAX_VALUE,
                        RoundingMode.DOUBLE);
        int safe = left.safeAccumulator(0);
        assertEquals((1 << 27) - 1, safe);
        BigDecimal exact = new BigDecimal(Exact.multiplyDouble(safe, Integer.MAX_VALUE, 4));
        assertEquals(exact.intValueExact(), left.apply(safe, 0));
        assertTrue(left.apply(safe + 1, 0) < 0);
    }
}
