package quern.quant.calibration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import quern.quant.affine.AffineScheme;
import quern.quant.affine.Range;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;

class StatisticsTest {
    private static final AffineScheme S8 = AffineScheme.S8_ASYMMETRIC;

    @SafeVarargs
    private static Statistics of(float momentum, List<float[]>... runs) {
        Statistics s = new Statistics(momentum);
        for (List<float[]> run : runs) {
            run.forEach(values -> s.observe(Tensor.of(Shape.of(values.length), values)));
        }
        return s;
    }

    private static byte[] bytes(Statistics s) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new Calibration(Map.of("x", s), s.samples()).write(new DataOutputStream(out));
        return out.toByteArray();
    }

    /** All but the moving average, which has momentum 0 and the extremes of the last sample. */
    @Property(seed = "31")
    void shardsMergeInAnyOrderAndGrouping(
            @ForAll("samples") List<float[]> a,
            @ForAll("samples") List<float[]> b,
            @ForAll("samples") List<float[]> c)
            throws IOException {
        List<float[]> last = List.of(new float[] {0.5f, -0.25f});
        byte[] once = bytes(of(0, a, b, c, last));
        Statistics x = of(0, a);
        Statistics y = of(0, b);
        Statistics z = of(0, c);
        Statistics end = of(0, last);
        assertArrayEquals(once, bytes(x.merge(y).merge(z).merge(end)));
        assertArrayEquals(once, bytes(x.merge(y.merge(z)).merge(end)));
        assertArrayEquals(once, bytes(z.merge(x).merge(y).merge(end)));
        assertArrayEquals(once, bytes(y.merge(z.merge(x)).merge(end)));
    }

    @Property(seed = "32")
    void theAverageOfTwoRunsIsThatOfOneInTheSameOrder(
            @ForAll("samples") List<float[]> a, @ForAll("samples") List<float[]> b) {
        assertNear(of(0.75f, a, b).averageRange(), of(0.75f, a).merge(of(0.75f, b)).averageRange());
    }

    @Test
    void theAverageForgets() {
        Statistics s = of(0.75f, List.of(new float[] {-4, 8}, new float[] {0, 0}));
        // (0.25 * 0.75 * 8 + 0.25 * 0) / (1 - 0.75^2)
        assertNear(Optional.of(new Range(-12 / 7.0, 24 / 7.0)), s.averageRange());
        Statistics constant = of(0.75f, List.of(new float[] {-1, 3}, new float[] {-1, 3}));
        assertNear(Optional.of(new Range(-1, 3)), constant.averageRange());
        Statistics other = of(0.5f);
        assertThrows(IllegalArgumentException.class, () -> s.merge(other));
    }

    @Property(seed = "33")
    void momentsAreExact(@ForAll("samples") List<float[]> a) {
        Statistics s = of(0, a);
        BigDecimal sum = BigDecimal.ZERO;
        BigDecimal squares = BigDecimal.ZERO;
        for (float[] sample : a) {
            for (float v : sample) {
                sum = sum.add(new BigDecimal(v));
                squares = squares.add(new BigDecimal(v).multiply(new BigDecimal(v)));
            }
        }
        long n = Math.max(1, s.elements());
        assertEquals(sum.doubleValue() / n, s.mean());
        assertEquals(squares.doubleValue() / n, s.power());
    }

    @Property(seed = "34")
    void aBinCountsTheNumbersInIt(@ForAll("samples") List<float[]> a) {
        Histogram h = of(0, a).histogram();
        long[] counts = new long[h.bins()];
        for (float[] sample : a) {
            for (float v : sample) {
                int bin = 0;
                while (bin < h.bins() - 1 && h.start(bin + 1) <= v) {
                    bin++;
                }
                counts[bin]++;
            }
        }
        for (int i = 0; i < counts.length; i++) {
            assertEquals(counts[i], h.count(i), "bin " + i);
        }
    }

    @Test
    void nothingObservedIsNoRange() {
        Statistics none = of(0, List.of(new float[0]));
        assertEquals(1, none.samples());
        assertEquals(Optional.empty(), none.range());
        assertEquals(Range.ZERO, new RangeMethod.MeanSquared().choose(none, S8));
        assertEquals(Range.ZERO, new RangeMethod.Entropy().choose(none, S8));
        assertEquals(Range.ZERO, new RangeMethod.Percentile(99).choose(none, S8));
        assertEquals(
                Optional.of(new Range(1, 1)), none.merge(of(0, List.of(new float[] {1}))).range());
    }

    @Test
    void numbersThatAreNoneAreRefused() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            List<float[]> sample = List.of(new float[] {1, bad});
            assertThrows(IllegalArgumentException.class, () -> of(0, sample));
        }
    }

    @Test
    void outliersAreLeftOutWhereThatLosesLess() {
        Random random = new Random(1);
        float[] x = new float[100_000];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextGaussian();
        }
        x[17] = 300;
        Statistics s = of(0, List.of(x));
        Range all = new RangeMethod.MinMax().choose(s, S8);
        assertEquals(300, all.max());
        AffineScheme few = new AffineScheme(DType.S8, 4, false);
        for (String word : List.of("mse", "entropy", "percentile:99.9")) {
            Range r = RangeMethod.parse(word).choose(s, few);
            assertTrue(r.max() < 30 && r.max() > 2, word + " " + r);
            assertTrue(r.min() >= all.min() && r.min() < -2, word + " " + r);
        }
        Range best = new RangeMethod.MeanSquared().choose(s, few);
        assertTrue(s.noise(few, best) < s.noise(few, all));
        // With many codes the outlier is worth its share of them.
        assertTrue(new RangeMethod.MeanSquared().choose(s, S8).max() > 200);
    }

    @Test
    void percentilesCutBothEnds() {
        float[] x = new float[1000];
        for (int i = 0; i < x.length; i++) {
            x[i] = i - 500;
        }
        Range r = new RangeMethod.Percentile(90).choose(of(0, List.of(x)), S8);
        assertEquals(-450, r.min(), 2);
        assertEquals(450, r.max(), 2);
    }

    @Test
    void convergenceIsTheErrorOfTheMeanWidth() {
        Statistics same = of(0, List.of(new float[] {0, 1}, new float[] {-1, 0}));
        assertEquals(0, same.convergence());
        Statistics two = of(0, List.of(new float[] {0, 1}, new float[] {0, 3}));
        assertEquals(0.5, two.convergence(), 1e-12);
        assertEquals(Double.POSITIVE_INFINITY, of(0, List.of(new float[] {1})).convergence());
    }

    @Property(seed = "35")
    void whatIsWrittenIsReadBack(@ForAll("samples") List<float[]> a) throws IOException {
        byte[] written = bytes(of(0.5f, a));
        Calibration read = Calibration.read(new DataInputStream(new ByteArrayInputStream(written)));
        assertArrayEquals(written, bytes(read.of("x")));
    }

    @Test
    void damagedBytesAreRefused() throws IOException {
        byte[] written = bytes(of(0.5f, List.of(new float[] {1, -3, 0.1f})));
        for (int length = 0; length < written.length; length += 13) {
            byte[] cut = java.util.Arrays.copyOf(written, length);
            assertThrows(
                    IOException.class,
                    () -> Calibration.read(new DataInputStream(new ByteArrayInputStream(cut))));
        }
        Random random = new Random(4);
        for (int i = 0; i < 2000; i++) {
            byte[] damaged = written.clone();
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            try {
                Calibration.read(new DataInputStream(new ByteArrayInputStream(damaged)));
            } catch (IOException expected) {
                assertTrue(expected.getMessage() == null || !expected.getMessage().isEmpty());
            }
        }
    }

    @Test
    void methodsAreReadFromTheirLabels() {
        for (String label :
                List.of("minmax", "average", "average:0.5", "percentile:99.99", "entropy", "mse")) {
            assertEquals(label, RangeMethod.parse(label).label());
        }
        for (String label :
                List.of(
                        "",
                        "MinMax",
                        "average:",
                        "average:1",
                        "percentile",
                        "percentile:50",
                        "kl")) {
            assertThrows(IllegalArgumentException.class, () -> RangeMethod.parse(label));
        }
    }

    @Provide
    Arbitrary<List<float[]>> samples() {
        return Arbitraries.oneOf(
                        Arbitraries.floats().between(-100, 100),
                        Arbitraries.of(0f, -0f, Float.MIN_VALUE, -1e-30f, 3e10f, -64f, 64f))
                .array(float[].class)
                .ofMaxSize(4)
                .list()
                .ofMaxSize(4)
                .withoutEdgeCases();
    }

    private static void assertNear(Optional<Range> expected, Optional<Range> actual) {
        assertEquals(expected.isPresent(), actual.isPresent());
        if (expected.isPresent()) {
            double bound = 1e-6 * Math.max(1, expected.get().magnitude());
            assertEquals(expected.get().min(), actual.get().min(), bound);
            assertEquals(expected.get().max(), actual.get().max(), bound);
        }
    }
}
