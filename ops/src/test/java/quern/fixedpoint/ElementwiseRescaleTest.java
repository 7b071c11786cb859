package quern.fixedpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Add, Sub, Mul and code-to-code rescaling against their definitions in exact arithmetic. */
class ElementwiseRescaleTest {
    /** Ratios stay below 2^9. */
    @Provide
    Arbitrary<Float> scales() {
        return Numbers.between(0x1p-8f, 1);
    }

    @Provide
    Arbitrary<Integer> codes() {
        return Numbers.codes();
    }

    @Provide
    Arbitrary<RoundingMode> modes() {
        return Numbers.modes();
    }

    @Property(seed = "61", tries = 20000, edgeCases = EdgeCasesMode.NONE)
    void addIsTheExactDefinition(
            @ForAll("scales") float scaleA,
            @ForAll("scales") float scaleB,
            @ForAll("scales") float scaleOut,
            @ForAll("codes") int zeroA,
            @ForAll("codes") int zeroB,
            @ForAll("codes") int zeroOut,
            @ForAll("modes") RoundingMode mode,
            @ForAll("codes") int a,
            @ForAll("codes") int b) {
        AddRescale add =
                AddRescale.of(scaleA, zeroA, scaleB, zeroB, scaleOut, zeroOut, -128, 127, mode);
        int expected;
        if (mode == RoundingMode.XNNPACK && inXnnpackRange(scaleA, scaleB, scaleOut)) {
            assertEquals(mode, add.mode());
            expected = xnnpack(scaleA, a - zeroA, scaleB, b - zeroB, scaleOut, zeroOut);
        } else if (mode == RoundingMode.FLOAT_EVEN || mode == RoundingMode.ONNX_REF) {
            float ratioA = scaleA / scaleOut;
            float ratioB = scaleB / scaleOut;
            float offset = exactFma(ratioA, zeroA, ratioB * zeroB);
            assertEquals(ratioA, add.ratioA());
            assertEquals(ratioB, add.ratioB());
            assertEquals(zeroOut - offset, add.constant());
            float inner = exactFma(b, ratioB, zeroOut - offset);
            expected = Exact.clamp(Exact.tiesEven(Exact.of(exactFma(a, ratioA, inner))), -128, 127);
        } else {
            RoundingMode fixed = mode == RoundingMode.XNNPACK ? RoundingMode.DOUBLE : mode;
            assertEquals(fixed, add.mode());
            double twice = 2.0 * Math.max(scaleA, scaleB);
            BigInteger sum =
                    Exact.multiply((a - zeroA) << 20, Multiplier.of(scaleA / twice, fixed), fixed)
                            .add(
                                    Exact.multiply(
                                            (b - zeroB) << 20,
                                            Multiplier.of(scaleB / twice, fixed),
                                            fixed));
            Multiplier out = Multiplier.of(twice / (0x1p20 * scaleOut), fixed);
            BigInteger steps = Exact.multiply(sum.longValueExact(), out, fixed);
            expected = Exact.clamp(steps.add(BigInteger.valueOf(zeroOut)), -128, 127);
        }
        assertEquals(expected, add.apply(a, b));
    }

    private static boolean inXnnpackRange(float scaleA, float scaleB, float scaleOut) {
        return Math.min(scaleA, scaleB) / scaleOut >= 1 / 1024f
                && Math.max(scaleA, scaleB) / scaleOut < 256;
    }

    /** The code of XNNPACK's sum of {@code a} steps of one and {@code b} steps of another scale. */
    private static int xnnpack(
            float scaleA, int a, float scaleB, int b, float scaleOut, int zeroOut) {
        float ratioA = scaleA / scaleOut;
        float ratioB = scaleB / scaleOut;
        int shift = 20;
        for (float r = Math.max(ratioA, ratioB); r >= 2; r /= 2) {
            shift--;
        }
        for (float r = Math.max(ratioA, ratioB); r < 1; r *= 2) {
            shift++;
        }
        BigInteger factorA = Exact.tiesEven(Exact.timesPowerOfTwo(Exact.of(ratioA), shift));
        BigInteger factorB = Exact.tiesEven(Exact.timesPowerOfTwo(Exact.of(ratioB), shift));
        BigInteger sum =
                factorA.multiply(BigInteger.valueOf(a))
                        .add(factorB.multiply(BigInteger.valueOf(b)));
        BigInteger steps = Exact.tiesUp(Exact.timesPowerOfTwo(new BigDecimal(sum), -shift));
        return Exact.clamp(steps.add(BigInteger.valueOf(zeroOut)), -128, 127);
    }

    private static float exactFma(float a, float b, float c) {
        return Exact.binary32(Exact.of(a).multiply(Exact.of(b)).add(Exact.of(c)));
    }

    @Property(seed = "62", tries = 20000, edgeCases = EdgeCasesMode.NONE)
    void addIsWithinOneStepOfTheRealSumAndZeroIsExact(
            @ForAll("scales") float scaleA,
            @ForAll("scales") float scaleB,
            @ForAll("scales") float scaleOut,
            @ForAll("codes") int zeroA,
            @ForAll("codes") int zeroB,
            @ForAll("codes") int zeroOut,
            @ForAll("modes") RoundingMode mode,
            @ForAll("codes") int a,
            @ForAll("codes") int b) {
        AddRescale add =
                AddRescale.of(scaleA, zeroA, scaleB, zeroB, scaleOut, zeroOut, -128, 127, mode);
        double real = ((double) scaleA * (a - zeroA) + (double) scaleB * (b - zeroB)) / scaleOut;
        double limited = Math.min(Math.max(real + zeroOut, -128), 127);
        // XNNPACK's factors are exact to half a unit of 2^-13 steps or less.
        double tolerance = mode == RoundingMode.XNNPACK ? 0.54 : 0.51;
        assertEquals(limited, add.apply(a, b), tolerance);
        assertEquals(zeroOut, add.apply(zeroA, zeroB));
    }

    @Provide
    Arbitrary<RoundingMode> fixedPointModes() {
        return Arbitraries.of(RoundingMode.DOUBLE, RoundingMode.SINGLE, RoundingMode.XNNPACK);
    }

    @Property(seed = "69", tries = 20000, edgeCases = EdgeCasesMode.NONE)
    void subIsTheExactDefinitionWithinOneStepOfTheRealDifference(
            @ForAll("scales") float scaleA,
            @ForAll("scales") float scaleB,
            @ForAll("scales") float scaleOut,
            @ForAll("codes") int zeroA,
            @ForAll("codes") int zeroB,
            @ForAll("codes") int zeroOut,
            @ForAll("fixedPointModes") RoundingMode requested,
            @ForAll("codes") int a,
            @ForAll("codes") int b) {
        SubRescale sub =
                SubRescale.of(
                        scaleA, zeroA, scaleB, zeroB, scaleOut, zeroOut, -128, 127, requested);
        double real = ((double) scaleA * (a - zeroA) - (double) scaleB * (b - zeroB)) / scaleOut;
        double limited = Math.min(Math.max(real + zeroOut, -128), 127);
        assertEquals(limited, sub.apply(a, b), requested == RoundingMode.XNNPACK ? 0.54 : 0.51);
        assertEquals(zeroOut, sub.apply(zeroA, zeroB));
        boolean xnnpack = requested == RoundingMode.XNNPACK;
        if (xnnpack && inXnnpackRange(scaleA, scaleB, scaleOut)) {
            int code = xnnpack(scaleA, a - zeroA, scaleB, zeroB - b, scaleOut, zeroOut);
            assertEquals(code, sub.apply(a, b));
            return;
        }
        RoundingMode mode = xnnpack ? RoundingMode.DOUBLE : requested;
        float twice = 2 * Math.max(scaleA, scaleB);
        Multiplier factorA = Multiplier.of(scaleA / twice, mode);
        Multiplier factorB = Multiplier.of(scaleB / twice, mode);
        BigInteger difference =
                Exact.multiply((a - zeroA) << 20, factorA, mode)
                        .subtract(Exact.multiply((b - zeroB) << 20, factorB, mode));
        Multiplier out = Multiplier.of(twice / (0x1p20f * scaleOut), mode);
        BigInteger steps = Exact.multiply(difference.longValueExact(), out, mode);
        int expected = Exact.clamp(steps.add(BigInteger.valueOf(zeroOut)), -128, 127);
        assertEquals(expected, sub.apply(a, b));
    }

    @Property(seed = "63", tries = 20000, edgeCases = EdgeCasesMode.NONE)
    void mulIsTheExactDefinition(
            @ForAll("scales") float scaleA,
            @ForAll("scales") float scaleB,
            @ForAll("scales") float scaleOut,
            @ForAll("codes") int zeroA,
            @ForAll("codes") int zeroB,
            @ForAll("codes") int zeroOut,
            @ForAll("modes") RoundingMode mode,
            @ForAll("codes") int a,
            @ForAll("codes") int b) {
        MulRescale mul =
                MulRescale.of(scaleA, zeroA, scaleB, zeroB, scaleOut, zeroOut, -128, 127, mode);
        int product = (a - zeroA) * (b - zeroB);
        int expected;
        if (!mode.isFixedPoint()) {
            float ratio = (scaleA * scaleB) / scaleOut;
            assertEquals(ratio, mul.ratio());
            float scaled = Exact.binary32(Exact.of((long) product).multiply(Exact.of(ratio)));
            float v = Exact.binary32(Exact.of(scaled).add(Exact.of((long) zeroOut)));
            BigInteger outside = Exact.tiesEven(Exact.of(scaled)).add(BigInteger.valueOf(zeroOut));
            boolean inside = mode != RoundingMode.XNNPACK;
            expected = Exact.clamp(inside ? Exact.tiesEven(Exact.of(v)) : outside, -128, 127);
        } else {
            Multiplier multiplier = Multiplier.of((double) scaleA * scaleB / scaleOut, mode);
            BigInteger steps = Exact.multiply(product, multiplier, mode);
            expected = Exact.clamp(steps.add(BigInteger.valueOf(zeroOut)), -128, 127);
        }
        assertEquals(expected, mul.apply(a, b));
        assertEquals(zeroOut, mul.apply(zeroA, b));
    }

    @Property(seed = "64", tries = 20000, edgeCases = EdgeCasesMode.NONE)
    void codesAreRescaledByTheExactDefinition(
            @ForAll("scales") float scaleIn,
            @ForAll("scales") float scaleOut,
            @ForAll("codes") int zeroIn,
            @ForAll @IntRange(max = 255) int zeroOut,
            @ForAll("modes") RoundingMode mode,
            @ForAll("codes") int q) {
        Rescale rescale = Rescale.of(scaleIn, zeroIn, scaleOut, zeroOut, 0, 255, mode);
        int expected;
        if (!mode.isFixedPoint()) {
            BigDecimal real = Exact.of(scaleIn).multiply(Exact.of((long) q - zeroIn));
            float steps = Exact.binary32(real) / scaleOut;
            BigInteger rounded = Exact.tiesEven(Exact.of(steps));
            expected = Exact.clamp(rounded.add(BigInteger.valueOf(zeroOut)), 0, 255);
        } else {
            Multiplier multiplier = Multiplier.of((double) scaleIn / scaleOut, mode);
            BigInteger steps = Exact.multiply((long) q - zeroIn, multiplier, mode);
            expected = Exact.clamp(steps.add(BigInteger.valueOf(zeroOut)), 0, 255);
        }
        assertEquals(expected, rescale.apply(q));
        assertEquals(zeroOut, rescale.apply(zeroIn));
        if (q < 127) {
            assertTrue(rescale.apply(q) <= rescale.apply(q + 1));
        }
    }

    @Test
    void inFloatEvenTheZeroPointOfAddAndMulStandsInsideTheRounding() {
        // 0.5 + 1 is a tie that goes to the even 2; rounded first it would be 0 + 1.
        AddRescale add = AddRescale.of(0.5f, 0, 0.5f, 0, 1, 1, -128, 127, RoundingMode.FLOAT_EVEN);
        assertEquals(2, add.apply(1, 0));
        MulRescale mul = MulRescale.of(0.5f, 0, 1, 0, 1, 1, -128, 127, RoundingMode.FLOAT_EVEN);
        assertEquals(2, mul.apply(1, 1));
        Rescale rescale = Rescale.of(0.5f, 0, 1, 1, -128, 127, RoundingMode.FLOAT_EVEN);
        assertEquals(1, rescale.apply(1));
        AddRescale xnnpack = AddRescale.of(0.5f, 0, 0.5f, 0, 1, 1, -128, 127, RoundingMode.XNNPACK);
        assertEquals(2, xnnpack.apply(1, 0));
        assertEquals(1, xnnpack.apply(-1, 0));
        MulRescale outside = MulRescale.of(0.5f, 0, 1, 0, 1, 1, -128, 127, RoundingMode.XNNPACK);
        assertEquals(1, outside.apply(1, 1));
    }

    /** Inputs on which neither a product rounded by itself nor the other order gives this code. */
    @Test
    void floatEvenAddFusesInThisOrder() {
        RoundingMode mode = RoundingMode.FLOAT_EVEN;
        AddRescale first =
                AddRescale.of(
                        0.1024015f, 109, 0.015841754f, -82, 0.034745697f, 75, -128, 127, mode);
        assertEquals(-92, first.apply(50, -68));
        AddRescale second =
                AddRescale.of(1.1503491f, 63, 0.119148634f, 27, 0.023665477f, 17, -128, 127, mode);
        assertEquals(35, second.apply(79, -124));
    }

    @Test
    void refusals() {
        RoundingMode mode = RoundingMode.FLOAT_EVEN;
        refused(() -> AddRescale.of(0, 0, 1, 0, 1, 0, -128, 127, mode));
        refused(() -> AddRescale.of(1, 0, 1, 0, Float.MIN_VALUE, 0, -128, 127, mode));
        refused(() -> MulRescale.of(1, 0, Float.NaN, 0, 1, 0, -128, 127, mode));
        refused(() -> MulRescale.of(1e30f, 0, 1e30f, 0, 1, 0, -128, 127, mode));
        refused(() -> Rescale.of(1, 0, -1, 0, -128, 127, mode));
        refused(() -> Rescale.of(1, 0, 1, 0, 127, -128, mode));
    }

    private static void refused(Runnable call) {
        assertThrows(IllegalArgumentException.class, call::run);
    }
}
