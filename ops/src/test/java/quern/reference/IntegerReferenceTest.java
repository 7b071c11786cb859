package quern.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import quern.error.FormatException;
import quern.fixedpoint.RoundingMode;
import quern.op.Activation;
import quern.op.Op;
import quern.op.math.Abs;
import quern.op.math.Add;
import quern.op.math.Maximum;
import quern.op.math.Minimum;
import quern.op.math.Mul;
import quern.op.math.Neg;
import quern.op.math.Sign;
import quern.op.math.Sub;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Arithmetic of plain S32 and S64 numbers on chosen values. */
class IntegerReferenceTest {
    private static final int MIN = Integer.MIN_VALUE;
    private static final int MAX = Integer.MAX_VALUE;

    private static Tensor s32(int... values) {
        return Tensor.of(Shape.of(values.length), values);
    }

    private static Tensor s64(long... values) {
        TensorType type = TensorType.of(DType.S64, Shape.of(values.length));
        return Tensor.view(type, values, 0);
    }

    private static Op add(Activation activation) {
        return new Add(activation);
    }

    @Test
    void whatLeavesTheTypeWraps() {
        Tensor a = s32(MAX, MIN, 7, -7);
        Tensor b = s32(1, -1, 3, 3);
        assertEquals(s32(MIN, MAX, 10, -4), OneNode.run(add(Activation.NONE), a, b));
        assertEquals(s32(MAX - 1, MIN + 1, 4, -10), OneNode.run(new Sub(Activation.NONE), a, b));
        assertEquals(s32(MAX, MIN, 21, -21), OneNode.run(new Mul(Activation.NONE), a, b));
        assertEquals(s32(MAX, -1, 7, 3), OneNode.run(new Maximum(), a, b));
        assertEquals(s32(1, MIN, 3, -7), OneNode.run(new Minimum(), a, b));
        assertEquals(
                s64(Long.MIN_VALUE, 6_000_000_000L),
                OneNode.run(
                        add(Activation.NONE),
                        s64(Long.MAX_VALUE, 5_000_000_000L),
                        s64(1, 1_000_000_000L)));
    }

    @Test
    void theActivationLimitsWhatHasWrapped() {
        Tensor a = s32(MAX, MIN, 7, -7);
        Tensor b = s32(1, -1, 3, 3);
        assertEquals(s32(0, MAX, 10, 0), OneNode.run(add(Activation.RELU), a, b));
        assertEquals(s32(0, 6, 6, 0), OneNode.run(add(Activation.RELU6), a, b));
        assertEquals(s32(-1, 1, 1, -1), OneNode.run(add(Activation.RELU_N1_TO_1), a, b));
    }

    @Test
    void functionsOfOneNumber() {
        Tensor x = s32(MIN, -3, 0, 5);
        assertEquals(s32(MIN, 3, 0, 5), OneNode.run(new Abs(), x));
        assertEquals(s32(MIN, 3, 0, -5), OneNode.run(new Neg(), x));
        assertEquals(s32(-1, -1, 0, 1), OneNode.run(new Sign(), x));
        assertEquals(s64(Long.MIN_VALUE, 3), OneNode.run(new Abs(), s64(Long.MIN_VALUE, -3)));
    }

    @Test
    void kindsOfNumbersAreNotMixed() {
        Tensor a = s32(1, 2);
        assertThrows(FormatException.class, () -> OneNode.run(add(Activation.NONE), a, s64(1, 2)));
        assertThrows(
                FormatException.class,
                () ->
                        OneNode.run(
                                add(Activation.NONE),
                                List.of(a, a),
                                TensorType.s8(1, 0, 2),
                                RoundingMode.DOUBLE));
        assertThrows(
                FormatException.class,
                () ->
                        OneNode.run(
                                add(Activation.NONE),
                                List.of(a, a),
                                s64(1, 2).type(),
                                RoundingMode.DOUBLE));
    }
}
