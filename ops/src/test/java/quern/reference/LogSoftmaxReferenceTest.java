package quern.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import quern.fixedpoint.RoundingMode;
import quern.op.Activation;
import quern.op.Padding;
import quern.op.activation.LogSoftmax;
import quern.op.pooling.L2Pool2d;
import quern.op.reduction.LocalResponseNormalization;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Rows and windows that normalize, on chosen values. */
class LogSoftmaxReferenceTest {
    /** Of 256 equal codes each is -ln 256, 88.7 sixteenths; of far ones the least. */
    @ParameterizedTest
    @EnumSource(RoundingMode.class)
    void rowsOfCodes(RoundingMode mode) {
        LogSoftmax op = new LogSoftmax(1);
        Tensor equal = Tensor.zeros(TensorType.s8(0.1f, 3, 1, 256));
        Tensor y = OneNode.run(op, List.of(equal), TensorType.s8(1 / 16f, 127, 1, 256), mode);
        assertEquals(127 - 89, y.code(0));
        assertEquals(127 - 89, y.code(255));
        Tensor x = Tensor.of(TensorType.s8(1, 0, 1, 4), (byte) 100, (byte) 98, (byte) 0, (byte) 90);
        byte[] codes = OneNode.run(op, List.of(x), TensorType.s8(1 / 16f, 127, 1, 4), mode).bytes();
        // ln(1 + e^-2 + e^-10) is 2.03 sixteenths.
        assertArrayEquals(new byte[] {125, 93, -128, -35}, codes);
    }

    @Test
    void rowsOfReals() {
        Tensor x = Tensor.of(Shape.of(2, 2), 0f, 0f, 1000f, 0f);
        float half = (float) Math.log(0.5);
        assertEquals(
                Tensor.of(Shape.of(2, 2), half, half, 0f, -1000f),
                OneNode.run(new LogSoftmax(1), x));
    }

    /** With alpha 1, bias 0 and beta 1/2 each number is divided by the length of its window. */
    @Test
    void neighboursOnBothSidesCount() {
        Tensor x = Tensor.of(Shape.of(1, 4), 3f, 4f, 0f, 12f);
        Tensor y = OneNode.run(new LocalResponseNormalization(1, 0, 1, 0.5f), x);
        assertEquals(0.6f, y.real(0), 1e-6f);
        assertEquals(0.8f, y.real(1), 1e-6f);
        assertEquals(0f, y.real(2));
        assertEquals(1f, y.real(3), 1e-6f);
    }

    @Test
    void theRootOfTheMeanSquareCountsTapsInTheImage() {
        Padding pad = new Padding.Explicit(1, 0, 0, 0);
        L2Pool2d op = new L2Pool2d(Ints.of(2, 2), Ints.of(2, 2), pad, Activation.NONE);
        Tensor x = Tensor.of(Shape.of(1, 3, 2, 1), 1f, -7f, 1f, 2f, 3f, 4f);
        float lower = (float) Math.sqrt(30 / 4f);
        assertEquals(Tensor.of(Shape.of(1, 2, 1, 1), 5f, lower), OneNode.run(op, x));
    }
}
