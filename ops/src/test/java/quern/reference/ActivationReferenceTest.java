package quern.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import quern.error.InvalidGraphException;
import quern.fixedpoint.LogisticScale;
import quern.fixedpoint.Multiplier;
import quern.fixedpoint.Quantization;
import quern.fixedpoint.RoundingMode;
import quern.graph.Node;
import quern.numeric.Sigmoidf;
import quern.op.activation.Logistic;
import quern.op.activation.Relu;
import quern.op.activation.Softmax;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

class ActivationReferenceTest {
    private static final Quant UNIT = Quant.perTensor(1f / 256, -128);

    /** Shares of half a step and less are 0; where the sum leaves Q12.19 it saturates. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 100, 511, 512, 513, 1024, 4095, 4096, 5000, 8193, 100_000})
    void rowsOfAnyLengthHaveTheirShares(int n) {
        Tensor x = Tensor.zeros(TensorType.s8(0.1f, 0, 1, n));
        for (RoundingMode mode : List.of(RoundingMode.DOUBLE, RoundingMode.SINGLE)) {
            byte[] y = OneNode.run(new Softmax(1, 1), List.of(x), unit(1, n), mode).bytes();
            byte[] expected = new byte[n];
            long share = Math.min((long) Math.ceil(256.0 / n - 0.5), 255);
            Arrays.fill(expected, (byte) (share - 128));
            assertArrayEquals(expected, y);
        }
    }

    private static TensorType unit(int... dims) {
        return new TensorType(DType.S8, Shape.of(dims), UNIT);
    }

    @Test
    void floatEvenSoftmaxDividesAndRoundsOnce() {
        byte[] codes = {3, -20, 7, 7, -128};
        Tensor x = Tensor.of(TensorType.s8(0.3f, 5, 1, 5), codes);
        double shift = (StrictMath.log(Float.MAX_VALUE / 5) - 5) / 0.6f;
        float[] e = new float[5];
        float sum = 0;
        for (int i = 0; i < 5; i++) {
            e[i] = (float) StrictMath.exp((codes[i] - 7 + shift) * 0.6f);
            sum += e[i];
        }
        byte[] expected = new byte[5];
        for (int i = 0; i < 5; i++) {
            expected[i] = (byte) (Math.min(Math.rint(e[i] * 256 / sum), 255) - 128);
        }
        assertArrayEquals(
                expected,
                OneNode.run(new Softmax(1, 2), List.of(x), unit(1, 5), RoundingMode.FLOAT_EVEN)
                        .bytes());
    }

    @Test
    void softmaxOfNanAndInfinity() {
        float inf = Float.POSITIVE_INFINITY;
        Tensor x = Tensor.of(Shape.of(3, 2), 1f, Float.NaN, inf, 1f, -inf, 1f);
        float nan = Float.NaN;
        assertEquals(
                Tensor.of(Shape.of(3, 2), nan, nan, nan, nan, 0f, 1f),
                OneNode.run(new Softmax(1, 1), x));
    }

    @Test
    void outputsOfAnotherScaleGoThroughFloat() {
        Tensor x = allCodes(0.05f, 3);
        TensorType y = TensorType.s8(1f / 200, -100, 256);
        byte[] codes = OneNode.run(new Logistic(), List.of(x), y, RoundingMode.DOUBLE).bytes();
        for (int i = 0; i < 256; i++) {
            float real = Sigmoidf.sigmoid(Quantization.dequantize(x.code(i), 0.05f, 3));
            assertEquals(Quantization.quantizeHalfAway(real, 1f / 200, -100, -128, 127), codes[i]);
        }
        Softmax softmax = new Softmax(0, 1);
        Tensor two = Tensor.of(TensorType.s8(1, 0, 2), (byte) 4, (byte) 4);
        assertArrayEquals(
                new byte[] {50, 50},
                OneNode.run(softmax, List.of(two), TensorType.s8(0.01f, 0, 2), RoundingMode.SINGLE)
                        .bytes());
    }

    private static Tensor allCodes(float scale, int zero) {
        Tensor x = Tensor.zeros(TensorType.s8(scale, zero, 256));
        for (int i = 0; i < 256; i++) {
            x.setInteger(i, i - 128);
        }
        return x;
    }

    /** As in the reference: with a radius of 0 the zero point itself counts as saturated. */
    @ParameterizedTest
    @EnumSource(
            value = RoundingMode.class,
            names = {"DOUBLE", "SINGLE"})
    void logisticOfCoarseAndFineScales(RoundingMode mode) {
        Tensor x = Tensor.of(TensorType.s8(9, 1, 3), (byte) 0, (byte) 1, (byte) 2);
        assertEquals(0, LogisticScale.of(9, mode).radius());
        assertArrayEquals(
                new byte[] {-128, -128, 127},
                OneNode.run(new Logistic(), List.of(x), unit(3), mode).bytes());
        assertEquals(1, LogisticScale.of(7.9f, mode).radius());
        Tensor fine = Tensor.of(TensorType.s8(1e-30f, 1, 3), (byte) -128, (byte) 1, (byte) 127);
        assertArrayEquals(
                new byte[] {0, 0, 0},
                OneNode.run(new Logistic(), List.of(fine), unit(3), mode).bytes());
    }

    @Test
    void logisticOfWildFloats() {
        float inf = Float.POSITIVE_INFINITY;
        Tensor x = Tensor.of(Shape.of(4), Float.NaN, inf, -inf, -0f);
        assertEquals(
                Tensor.of(Shape.of(4), Float.NaN, 1f, 0f, 0.5f), OneNode.run(new Logistic(), x));
    }

    @Test
    void reluClampsAtTheZeroPointOfTheOutput() {
        Tensor x = Tensor.of(TensorType.s8(1, 2, 3), (byte) 1, (byte) 2, (byte) 5);
        TensorType y = TensorType.s8(0.5f, -9, 3);
        for (RoundingMode mode : RoundingMode.values()) {
            assertArrayEquals(
                    new byte[] {-9, -9, -3}, OneNode.run(new Relu(), List.of(x), y, mode).bytes());
        }
        Tensor reals = Tensor.of(Shape.of(3), Float.NaN, -0f, -1f);
        Tensor clamped = OneNode.run(new Relu(), reals);
        assertEquals(Tensor.of(Shape.of(3), Float.NaN, 0f, 0f), clamped);
    }

    @Test
    void theReluRatioIsTakenInBinary32() {
        float in = 0.1f;
        float out = 0.3f;
        assertNotEquals((double) (in / out), (double) in / out);
        TensorType y = TensorType.s8(out, 0, 1);
        Tensor x = Tensor.zeros(TensorType.s8(in, 0, 1));
        Node node = OneNode.node(new Relu(), List.of(x), y, RoundingMode.DOUBLE);
        assertEquals(
                Multiplier.of(in / out, RoundingMode.DOUBLE),
                NodeActivation.relu(node, x.type(), y));
    }

    @Test
    void aReluRatioBeyondBinary32NamesTheNode() {
        Tensor x = Tensor.zeros(TensorType.s8(1e30f, 0, 1));
        InvalidGraphException e =
                assertThrows(
                        InvalidGraphException.class,
                        () ->
                                OneNode.run(
                                        new Relu(),
                                        List.of(x),
                                        TensorType.s8(1e-30f, 0, 1),
                                        RoundingMode.DOUBLE));
        assertEquals("y", e.where());
        assertTrue(e.getMessage().contains("finite"), e.getMessage());
    }
}
