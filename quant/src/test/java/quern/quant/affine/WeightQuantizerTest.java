package quern.quant.affine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import quern.fixedpoint.AccumulatorBound;
import quern.reference.AccumulatorProof;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

class WeightQuantizerTest {
    private static final TensorType INPUT = TensorType.s8(0.05f, -10, 1);

    @Property(seed = "21", tries = 300)
    void everyWeightIsWithinHalfAScale(
            @ForAll @IntRange(min = 0, max = 3) int axis,
            @ForAll @IntRange(min = 2, max = 8) int bits,
            @ForAll boolean symmetric,
            @ForAll boolean perChannel,
            @ForAll long seed) {
        Random random = new Random(seed);
        Shape shape =
                Shape.of(
                        1 + random.nextInt(4),
                        1 + random.nextInt(3),
                        1 + random.nextInt(3),
                        1 + random.nextInt(5));
        Tensor w = Tensor.zeros(TensorType.of(DType.F32, shape));
        for (int i = 0; i < w.elements(); i++) {
            w.floats()[i] = (float) (random.nextGaussian() * Math.exp(random.nextInt(5)));
        }
        AffineScheme scheme = new AffineScheme(DType.S8, bits, symmetric);
        Tensor codes = new WeightQuantizer(scheme, perChannel).quantizeWeights(w, axis);
        int channels = perChannel ? shape.dim(axis) : 1;
        assertEquals(channels, codes.type().channels());
        Tensor back = Codes.dequantize(codes);
        Channels of = Channels.of(codes.type());
        for (int i = 0; i < w.elements(); i++) {
            assertTrue(codes.code(i) >= scheme.min() && codes.code(i) <= scheme.max());
            float scale = codes.type().scale(of.of(i));
            assertTrue(Math.abs(back.real(i) - w.real(i)) <= scale * 0.50002);
        }
        if (symmetric) {
            for (int c = 0; c < channels; c++) {
                assertEquals(0, codes.type().zeroPoint(c));
            }
        }
    }

    @Test
    void channelsFollowTheAxis() {
        Tensor w = Tensor.of(Shape.of(2, 1, 1, 3), 1f, 2, 3, -4, 5, 6);
        WeightQuantizer q = new WeightQuantizer(AffineScheme.S8_SYMMETRIC, true);
        assertEquals(
                Quant.perChannel(0, new float[] {3 / 127f, 6 / 127f}),
                q.quantizeWeights(w, 0).type().quant());
        Tensor last = q.quantizeWeights(w, 3);
        assertEquals(
                Quant.perChannel(3, new float[] {4 / 127f, 5 / 127f, 6 / 127f}),
                last.type().quant());
        assertEquals(-127, last.code(3));
    }

    @Test
    void fourBitsArePackedAndNarrow() {
        AffineScheme scheme = new AffineScheme(DType.S4, 4, true);
        Tensor w = Tensor.of(Shape.of(1, 4), -1, 1, 0.6f, 0);
        Tensor codes = new WeightQuantizer(scheme, false).quantizeWeights(w, 0);
        assertEquals(2, codes.bytes().length);
        assertEquals(-7, codes.code(0));
        assertEquals(7, codes.code(1));
        assertEquals(4, codes.code(2));
    }

    @Test
    void tiesGoToEven() {
        Tensor w = Tensor.of(Shape.of(1, 5), 127, 0.5f, 1.5f, -0.5f, -2.5f);
        Tensor codes = new WeightQuantizer(AffineScheme.S8_SYMMETRIC, false).quantizeWeights(w, 0);
        assertEquals(1f, codes.type().scale(0));
        assertArrayEquals(new byte[] {127, 0, 2, 0, -2}, codes.bytes());
    }

    @Test
    void aBiasThatWouldSaturateEnlargesItsChannelAlone() {
        Tensor w = Tensor.of(Shape.of(3, 2), 1e-12f, -2e-12f, 0.5f, 1, 0, 0);
        Tensor b = Tensor.of(Shape.of(3), 0.75f, -0.25f, -3f);
        WeightQuantizer q = new WeightQuantizer(AffineScheme.S8_SYMMETRIC, true);
        QuantizedWeights r = q.quantize(w, Optional.empty(), Optional.of(b), 0, INPUT);
        TensorType t = r.weights().type();
        assertTrue(t.scale(0) > 1e-9f);
        assertEquals(1 / 127f, t.scale(1));
        for (int c = 0; c < 3; c++) {
            double unit = (double) INPUT.scale(0) * t.scale(c);
            double back = r.bias().get().integer(c) * unit;
            assertEquals(b.real(c), back, Math.abs(b.real(c)) * 1e-6 + unit / 2);
        }
    }

    @Test
    void aBiasThatSaturatesIsRefusedWithItsChannel() {
        TensorType w =
                new TensorType(
                        DType.S8, Shape.of(2, 1), Quant.perChannel(0, new float[] {1, 1e-12f}));
        Tensor bias = Tensor.of(Shape.of(2), 1f, 1);
        Exception e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> BiasQuantizer.quantize(bias, 0.1f, w));
        assertTrue(e.getMessage().contains("channel 1"), e.getMessage());
    }

    @Test
    void accumulatorsFitInt32WhateverTheLength() {
        int depth = 70_000;
        float[] values = new float[2 * depth];
        Arrays.fill(values, 0, depth, 1);
        values[depth] = 1;
        Tensor w = Tensor.of(Shape.of(2, depth), values);
        TensorType input = TensorType.s8(0.05f, -128, 1, depth);
        for (boolean perChannel : new boolean[] {true, false}) {
            WeightQuantizer q = new WeightQuantizer(AffineScheme.S8_SYMMETRIC, perChannel);
            Tensor codes = q.quantize(w, Optional.empty(), Optional.empty(), 0, input).weights();
            for (long bound : AccumulatorProof.bounds(input, codes, 0, Optional.empty())) {
                assertTrue(AccumulatorBound.fitsInt32(bound));
            }
            assertEquals(2 / 127f, codes.type().scale(0));
            assertEquals(perChannel ? 1 / 127f : 2 / 127f, codes.type().scale(1));
        }
    }

    @Test
    void numbersThatAreNoneAreRefused() {
        WeightQuantizer q = new WeightQuantizer(AffineScheme.S8_SYMMETRIC, true);
        Tensor nan = Tensor.of(Shape.of(1, 2), 1, Float.NaN);
        assertThrows(IllegalArgumentException.class, () -> q.quantizeWeights(nan, 0));
        Tensor w = Tensor.of(Shape.of(1, 2), 1f, 2);
        Optional<Tensor> bias = Optional.of(Tensor.of(Shape.of(1), Float.POSITIVE_INFINITY));
        assertThrows(
                IllegalArgumentException.class,
                () -> q.quantize(w, Optional.empty(), bias, 0, INPUT));
    }
}
