package quern.quant.affine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;

class AffineSchemeTest {
    @Property(seed = "11")
    void anErrorInsideTheRangeIsAtMostHalfAScale(
            @ForAll("schemes") AffineScheme scheme,
            @ForAll("ranges") Range range,
            @ForAll("fractions") double fraction) {
        Quant.PerTensor q = scheme.parameters(range);
        float x = (float) (range.min() + (range.max() - range.min()) * fraction);
        Tensor codes = Codes.quantize(Tensor.of(Shape.of(1), x), scheme, q);
        assertTrue(codes.code(0) >= scheme.min() && codes.code(0) <= scheme.max());
        double error = Math.abs(Codes.dequantize(codes).real(0) - (double) x);
        // Scale, quotient and product are each rounded to the 24 digits of binary32.
        double rounding = q.scale() * Math.scalb(1.0, scheme.bits() - 22) + Float.MIN_VALUE;
        assertTrue(error <= 0.5 * q.scale() + rounding, () -> x + " is off by " + error + ", " + q);
    }

    @Property(seed = "12")
    void zeroIsExact(@ForAll("schemes") AffineScheme scheme, @ForAll("ranges") Range range) {
        Quant.PerTensor q = scheme.parameters(range);
        Tensor codes = Codes.quantize(Tensor.of(Shape.of(2), 0f, -0f), scheme, q);
        assertEquals(q.zeroPoint(), codes.code(0));
        assertEquals(q.zeroPoint(), codes.code(1));
        assertEquals(0f, Codes.dequantize(codes).real(0));
    }

    @Property(seed = "13")
    void codesGrowWithTheNumbers(
            @ForAll("schemes") AffineScheme scheme,
            @ForAll("ranges") Range range,
            @ForAll("fractions") double a,
            @ForAll("fractions") double b) {
        Quant.PerTensor q = scheme.parameters(range);
        float low = (float) (3 * range.magnitude() * (Math.min(a, b) - 0.5));
        float high = (float) (3 * range.magnitude() * (Math.max(a, b) - 0.5));
        Tensor codes = Codes.quantize(Tensor.of(Shape.of(2), low, high), scheme, q);
        assertTrue(codes.code(0) <= codes.code(1));
    }

    @Property(seed = "14")
    void aSmallestScaleIsKept(
            @ForAll("schemes") AffineScheme scheme, @ForAll("ranges") Range range) {
        Assume.that(range.magnitude() > 0);
        float scale = scheme.parameters(range).scale();
        assertEquals(4 * scale, scheme.parameters(range, 4.0 * scale).scale());
        assertEquals(scale, scheme.parameters(range, scale / 4.0).scale());
    }

    @Test
    void formulasOfTheSpecification() {
        assertEquals(
                new Quant.PerTensor((float) (6.0 / 255), -128, 8),
                AffineScheme.S8_ASYMMETRIC.parameters(new Range(0.5, 6)));
        assertEquals(
                new Quant.PerTensor((float) (4.0 / 255), -64, 8),
                AffineScheme.S8_ASYMMETRIC.parameters(new Range(-1, 3)));
        assertEquals(
                new Quant.PerTensor((float) (3.0 / 127), 0, 8),
                AffineScheme.S8_SYMMETRIC.parameters(new Range(-1, 3)));
        assertEquals(-127, AffineScheme.S8_SYMMETRIC.min());
        assertEquals(-7, new AffineScheme(DType.S4, 4, true).min());
        assertEquals(-1, new AffineScheme(DType.S8, 2, true).min());
        assertEquals(1, new AffineScheme(DType.S8, 2, true).max());
        AffineScheme unsigned = new AffineScheme(DType.U8, 8, true);
        assertEquals(
                new Quant.PerTensor((float) (3.0 / 127), 128, 8),
                unsigned.parameters(new Range(-1, 3)));
        assertEquals(1, unsigned.min());
    }

    @Test
    void degenerateRanges() {
        assertEquals(
                new Quant.PerTensor(1, -128, 8), AffineScheme.S8_ASYMMETRIC.parameters(Range.ZERO));
        assertEquals(
                new Quant.PerTensor(1, 0, 8), AffineScheme.S8_SYMMETRIC.parameters(Range.ZERO));
        Quant.PerTensor one = AffineScheme.S8_ASYMMETRIC.parameters(new Range(-2.5, -2.5));
        assertEquals(new Quant.PerTensor((float) (2.5 / 255), 127, 8), one);
        Range tiny = new Range(0, Float.MIN_VALUE);
        assertEquals(Float.MIN_NORMAL, AffineScheme.S8_ASYMMETRIC.parameters(tiny).scale());
    }

    @Test
    void rangesThatAreNoneAreRefused() {
        Range huge = new Range(-Float.MAX_VALUE, Float.MAX_VALUE);
        Exception wide =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> AffineScheme.S8_ASYMMETRIC.parameters(huge));
        assertTrue(wide.getMessage().contains("too wide"), wide.getMessage());
        assertThrows(IllegalArgumentException.class, () -> new Range(1, 0));
        assertThrows(IllegalArgumentException.class, () -> new Range(Double.NaN, 0));
        assertThrows(IllegalArgumentException.class, () -> new Range(0, Double.POSITIVE_INFINITY));
        assertThrows(IllegalArgumentException.class, () -> new AffineScheme(DType.S8, 9, false));
        assertThrows(IllegalArgumentException.class, () -> new AffineScheme(DType.S16, 1, false));
        assertThrows(IllegalArgumentException.class, () -> new AffineScheme(DType.S32, 8, false));
    }

    @Provide
    Arbitrary<AffineScheme> schemes() {
        return Combinators.combine(
                        Arbitraries.integers().between(2, 16),
                        Arbitraries.of(true, false),
                        Arbitraries.of(true, false))
                .as(
                        (bits, symmetric, signed) ->
                                new AffineScheme(
                                        bits <= 8
                                                ? signed ? DType.S8 : DType.U8
                                                : signed ? DType.S16 : DType.U16,
                                        bits,
                                        symmetric));
    }

    @Provide
    Arbitrary<Range> ranges() {
        Arbitrary<Double> ends =
                Combinators.combine(
                                Arbitraries.doubles().between(-1, 1),
                                Arbitraries.integers().between(-60, 60))
                        .as((m, e) -> (double) (float) Math.scalb(m, e));
        Arbitrary<Range> any =
                Combinators.combine(ends, ends)
                        .as((a, b) -> new Range(Math.min(a, b), Math.max(a, b)));
        return Arbitraries.oneOf(any, ends.map(e -> new Range(Math.min(e, 0), Math.max(e, 0))));
    }

    @Provide
    Arbitrary<Double> fractions() {
        return Arbitraries.oneOf(
                Arbitraries.doubles().between(0, 1), Arbitraries.of(0.0, 1.0, 0.5));
    }
}
