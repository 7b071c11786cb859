package quern.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static quern.reference.Dequantized.MANTISSA;
import static quern.reference.Dequantized.U;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import quern.cases.OpCase;
import quern.cases.OpCases;
import quern.op.Op;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.op.nn.FullyConnected;
import quern.op.nn.TransposeConv;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * The integer kernels of convolution (plain, depthwise, transposed) and fully connected layers
 * against the float kernels on the dequantized operands: random shapes, strides, paddings,
 * dilations and groups, every kind of weights and every rounding mode.
 *
 * <p>With {@code x = Sx (qx - Zx)}, {@code w = Sw (qw - Zw)} and a real bias {@code b}, let {@code
 * R = b + sum x w} exactly, {@code A = |b| + sum |x w|} and {@code u = 2^-24}. One output code
 * differs from {@code R} by
 *
 * <ul>
 *   <li>the bias: it is rounded to a multiple of {@code Sx Sw}, so by at most {@code Sx Sw / 2}
 *   <li>the multiplier: it has a relative error of at most {@code d}, which acts on a value of at
 *       most {@code A + Sx Sw / 2}. In fixed point the mantissa is rounded to 31 bits, of which the
 *       first is set, after two operations in binary64, one of which may be in binary32: {@code d =
 *       (1 + 2^-31)(1 + 2^-53)(1 + u) - 1}. In float-even there are four operations in binary32:
 *       {@code d = (1 + u)^4 - 1}. Accumulators of 48 bits have a mantissa of 15 bits, {@code
 *       2^-15} instead of {@code 2^-31}
 *   <li>the rounding to a code: {@link Dequantized#rounding} steps of size {@code So}
 * </ul>
 *
 * <p>The float kernel rounds {@code x} and {@code w} once each and then each of its {@code k}
 * multiply-adds, so it differs from {@code R} by at most {@code ((1 + u)^(k+2) - 1) A}. {@code A}
 * itself is computed by the float kernel on magnitudes and is at most {@code (1 + u)^(k+2)} times
 * the number that it gives. For saturation see {@link Dequantized#assertWithin}. Accumulators of
 * S16 codes that may leave 32 bits under an S32 bias saturate and are not compared.
 */
class QuantizedWeightsErrorTest {
    /** Largest relative error of a multiplier whose mantissa is reduced to 15 bits. */
    private static final double MANTISSA_16 = 0x1p-15 + 0x1p-31;

    private static final Set<Class<? extends Op>> LAYERS =
            Set.of(Conv2d.class, DepthwiseConv2d.class, TransposeConv.class, FullyConnected.class);

    @Provide
    Arbitrary<OpCase> quantized() {
        List<OpCases.Row> rows =
                OpCases.rows().stream().filter(r -> LAYERS.contains(r.type())).toList();
        return Arbitraries.of(rows).flatMap(OpCases.Row::arbitrary).filter(OpCase::isQuantized);
    }

    static List<OpCase> awkward() {
        return OpCases.awkward().stream()
                .filter(c -> LAYERS.contains(c.node().op().getClass()) && c.isQuantized())
                .toList();
    }

    @Property(seed = "401", tries = 3000)
    void codesAreWithinTheBound(@ForAll("quantized") OpCase c, @ForAll long seed) {
        assertWithinBound(c, new Random(seed));
    }

    @ParameterizedTest
    @MethodSource("awkward")
    void codesOfAwkwardCasesAreWithinTheBound(OpCase c) {
        assertWithinBound(c, new Random(c.name().hashCode()));
    }

    private static void assertWithinBound(OpCase c, Random random) {
        Dequantized d = new Dequantized(c);
        if (!c.node().output().type().isQuantized()) {
            assertSums(d, c.node().inputs().size());
            return;
        }
        Tensor x = d.operand(0);
        Tensor w = d.operand(1);
        int axis = c.node().op() instanceof DepthwiseConv2d ? 3 : 0;
        int channels = w.shape().dim(axis);
        double[] unit = new double[channels];
        for (int i = 0; i < channels; i++) {
            unit[i] = (double) x.type().scale(0) * w.type().scale(i);
        }
        List<Tensor> codes = new ArrayList<>(List.of(x, w));
        List<Tensor> reals =
                new ArrayList<>(List.of(Dequantized.dequantized(x), Dequantized.dequantized(w)));
        boolean bias = c.node().has(2);
        boolean wide = x.dtype() == DType.S16;
        boolean int32 = bias && d.operand(2).dtype() == DType.S32;
        if (wide && int32) {
            long[] bounds = AccumulatorProof.bounds(x.type(), w, axis, Optional.of(d.operand(2)));
            if (LongStream.of(bounds).anyMatch(b -> b >= Integer.MAX_VALUE - 1)) {
                return;
            }
        }
        if (bias) {
            addBias(d.operand(2), unit, random, codes, reals);
        }
        Tensor magnitude = d.magnitude(reals);
        double step = c.node().output().type().scale(0);
        double float32 = Math.pow(1 + U, w.elements() / channels + 2);
        double multiplier =
                !c.node().rounding().isFixedPoint()
                        ? Math.pow(1 + U, 4) - 1
                        : (1 + (wide && !int32 ? MANTISSA_16 : MANTISSA)) * (1 + 0x1p-53) * (1 + U)
                                - 1;
        d.assertWithin(
                d.integer(codes),
                d.real(reals),
                i -> {
                    double s = unit[i % channels];
                    double half = bias ? s / 2 : 0;
                    double a = magnitude.real(i) * float32;
                    return half
                            + multiplier * (a + half)
                            + d.rounding(s / step) * step
                            + (float32 - 1) * a;
                });
    }

    /** Accumulators are what the operator makes of whole float32 numbers, where these are exact. */
    private static void assertSums(Dequantized d, int operands) {
        List<Tensor> codes = new ArrayList<>();
        List<Tensor> reals = new ArrayList<>();
        for (int i = 0; i < operands; i++) {
            Tensor t = d.operand(i);
            codes.add(t);
            Tensor whole = Tensor.zeros(TensorType.of(DType.F32, t.shape()));
            for (int k = 0; k < t.elements(); k++) {
                int c = t.type().channels() == 1 ? 0 : Indexing.scale(t.type(), k);
                long zero = t.type().isQuantized() ? t.type().zeroPoint(c) : 0;
                whole.setReal(k, t.integer(k) - zero);
            }
            reals.add(whole);
        }
        Tensor sums = d.integer(codes);
        Tensor real = d.real(reals);
        Tensor magnitude = d.magnitude(reals);
        for (int i = 0; i < sums.elements(); i++) {
            if (magnitude.real(i) < 1 << 24) {
                assertEquals((long) real.real(i), sums.integer(i));
            }
        }
    }

    /** A real bias near that of the case, and its codes {@code rint(b / (Sx Sw))}. */
    private static void addBias(
            Tensor near, double[] unit, Random random, List<Tensor> codes, List<Tensor> reals) {
        Tensor rounded = Tensor.zeros(near.type());
        float[] real = new float[unit.length];
        for (int i = 0; i < unit.length; i++) {
            real[i] = (float) (unit[i] * (near.integer(i) + random.nextDouble() - 0.5));
            rounded.setInteger(i, (long) Math.rint(real[i] / unit[i]));
        }
        codes.add(rounded);
        reals.add(Tensor.of(Shape.of(unit.length), real));
    }
}
