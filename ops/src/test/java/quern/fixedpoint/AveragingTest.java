package quern.fixedpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Mean and average pool. */
class AveragingTest {
    @Provide
    Arbitrary<RoundingMode> modes() {
        return Numbers.modes();
    }

    @Provide
    Arbitrary<Float> scales() {
        return Numbers.between(0.01f, 1);
    }

    @Provide
    Arbitrary<Integer> codes() {
        return Numbers.codes();
    }

    /** A mean input code. */
    @Provide
    Arbitrary<Double> levels() {
        return Arbitraries.doubles().between(-128, 127).ofScale(9);
    }

    @Property(seed = "71", tries = 20000, edgeCases = EdgeCasesMode.NONE)
    void meanIsWithinOneStepOfTheRealMean(
            @ForAll("scales") float scaleIn,
            @ForAll("scales") float scaleOut,
            @ForAll("codes") int zeroIn,
            @ForAll("codes") int zeroOut,
            @ForAll @IntRange(min = 1, max = 100000) int count,
            @ForAll("levels") double level,
            @ForAll("modes") RoundingMode mode) {
        int sum = (int) Math.rint(level * count);
        MeanRescale mean =
                MeanRescale.of(scaleIn, zeroIn, scaleOut, zeroOut, count, -128, 127, mode);
        // Rounded to halves, then to integers, mode double may miss by 3/4.
        double tolerance = mode == RoundingMode.DOUBLE ? 0.76 : 0.51;
        double real = (double) scaleIn * ((double) sum / count - zeroIn) / scaleOut + zeroOut;
        assertEquals(Math.min(Math.max(real, -128), 127), mean.apply(sum), tolerance);
        assertEquals(zeroOut, mean.apply(count * zeroIn));
    }

    @Property(seed = "72", tries = 20000, edgeCases = EdgeCasesMode.NONE)
    void meanIsTheExactDefinition(
            @ForAll("scales") float scaleIn,
            @ForAll("scales") float scaleOut,
            @ForAll("codes") int zeroIn,
            @ForAll("codes") int zeroOut,
            @ForAll @IntRange(min = 1, max = 5000) int count,
            @ForAll("levels") double level,
            @ForAll("modes") RoundingMode mode) {
        int sum = (int) Math.rint(level * count);
        int centred = sum - count * zeroIn;
        MeanRescale mean =
                MeanRescale.of(scaleIn, zeroIn, scaleOut, zeroOut, count, -128, 127, mode);
        BigInteger steps;
        if (!mode.isFixedPoint()) {
            float factor =
                    scaleIn / Exact.binary32(Exact.of(scaleOut).multiply(Exact.of((long) count)));
            assertEquals(factor, mean.factor());
            float product = Exact.binary32(Exact.of((long) centred).multiply(Exact.of(factor)));
            steps = Exact.tiesEven(Exact.of(product));
        } else {
            Multiplier ratio = Multiplier.of((double) scaleIn / scaleOut, mode);
            int left = BigInteger.valueOf(count).bitLength() - 1;
            BigInteger mantissa =
                    BigInteger.valueOf(ratio.mantissa())
                            .shiftLeft(left)
                            .divide(BigInteger.valueOf(count));
            Multiplier divided = new Multiplier(mantissa.intValueExact(), ratio.shift() - left);
            steps = Exact.multiply(centred, divided, mode);
        }
        int expected = Exact.clamp(steps.add(BigInteger.valueOf(zeroOut)), -128, 127);
        assertEquals(expected, mean.apply(sum));
    }

    @Test
    void theShiftOfAMeanStopsAtItsLimit() {
        // The ratio's shift is -29: only two of the ten bits of 1024 fit.
        MeanRescale mean = MeanRescale.of(0x1p-30f, 0, 1, 0, 1024, -128, 127, RoundingMode.DOUBLE);
        assertEquals(new Multiplier(1 << 22, -31), mean.multiplier());
        assertThrows(
                IllegalArgumentException.class,
                () -> MeanRescale.of(1, 0, 1, 0, 0, -128, 127, RoundingMode.DOUBLE));
    }

    @Property(seed = "73", tries = 20000, edgeCases = EdgeCasesMode.NONE)
    void integerPoolsAreTheExactAverage(
            @ForAll @IntRange(min = -12800, max = 12800) int sum,
            @ForAll @IntRange(min = 1, max = 100) int n) {
        BigDecimal exact = Exact.of((long) sum).divide(Exact.of((long) n), MathContext.DECIMAL128);
        assertEquals(
                Exact.tiesAway(exact).intValueExact(),
                AveragePoolRounding.halfAwayFromZero(sum, n));
        if (sum >= 0) {
            assertEquals(Exact.tiesUp(exact).intValueExact(), AveragePoolRounding.tiesUp(sum, n));
        }
    }

    @Test
    void floatPoolRoundsTheZeroPointWithTheMean() {
        float sum = AveragePoolRounding.tap(4, 0.5f, 1) + AveragePoolRounding.tap(2, 0.5f, 1);
        assertEquals(2f, sum);
        // 1 / 2 + 1 = 1.5 goes to 2; rounded first it would be 0 + 1.
        assertEquals(2, AveragePoolRounding.floatEven(sum, 2, 2, 1, -128, 127));
        assertEquals(127, AveragePoolRounding.floatEven(1e30f, 2, 2, 1, -128, 127));
        assertEquals(-128, AveragePoolRounding.floatEven(-1e30f, 2, 2, 1, -128, 127));
    }

    @Provide
    Arbitrary<Float> sums() {
        return Numbers.between(0.01f, 1000).flatMap(x -> Arbitraries.of(x, -x));
    }

    @Property(seed = "74", tries = 20000, edgeCases = EdgeCasesMode.NONE)
    void floatPoolIsTheExactDefinition(
            @ForAll("sums") float sum,
            @ForAll @IntRange(min = 1, max = 100) int n,
            @ForAll("scales") float scale,
            @ForAll("codes") int zero) {
        float steps = (sum / n) / scale;
        float v = Exact.binary32(Exact.of(steps).add(Exact.of((long) zero)));
        assertEquals(
                Exact.clamp(Exact.tiesEven(Exact.of(v)), -128, 127),
                AveragePoolRounding.floatEven(sum, n, scale, zero, -128, 127));
    }
}
