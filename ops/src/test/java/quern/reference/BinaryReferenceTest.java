package quern.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import quern.error.ShapeException;
import quern.fixedpoint.RoundingMode;
import quern.op.Activation;
import quern.op.Op;
import quern.op.math.Add;
import quern.op.math.Atan2;
import quern.op.math.Div;
import quern.op.math.FloorDiv;
import quern.op.math.FloorMod;
import quern.op.math.Mul;
import quern.op.math.Pow;
import quern.op.math.SquaredDifference;
import quern.op.math.Sub;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Functions of two elements on chosen values. */
class BinaryReferenceTest {
    private static final int MIN = Integer.MIN_VALUE;
    private static final float INF = Float.POSITIVE_INFINITY;
    private static final float NAN = Float.NaN;

    private static Tensor reals(float... values) {
        return Tensor.of(Shape.of(values.length), values);
    }

    private static Tensor s32(int... values) {
        return Tensor.of(Shape.of(values.length), values);
    }

    private static Tensor codes(float scale, int zero, int... values) {
        Tensor t = Tensor.zeros(TensorType.s8(scale, zero, values.length));
        for (int i = 0; i < values.length; i++) {
            t.setInteger(i, values[i]);
        }
        return t;
    }

    private static Tensor run(Op op, Tensor a, Tensor b, Tensor y, RoundingMode mode) {
        return OneNode.run(op, List.of(a, b), y.type(), mode);
    }

    private static Tensor doubles(double... values) {
        Tensor t = Tensor.zeros(TensorType.of(DType.F64, Shape.of(values.length)));
        System.arraycopy(values, 0, t.doubles(), 0, values.length);
        return t;
    }

    @Test
    void float64NumbersBeyondFloat32() {
        Tensor a = doubles(1e200, -1e300, 0.1);
        Tensor b = doubles(3e200, 1e300, 0.2);
        assertEquals(doubles(4e200, 0, 0.1 + 0.2), OneNode.run(new Add(Activation.NONE), a, b));
        assertEquals(
                doubles(-2e200, -2e300, 0.1 - 0.2), OneNode.run(new Sub(Activation.NONE), a, b));
        assertEquals(
                doubles(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0.1 * 0.2),
                OneNode.run(new Mul(Activation.NONE), a, b));
        Add clamped = new Add(Activation.RELU);
        assertThrows(ShapeException.class, () -> OneNode.run(clamped, a, b));
    }

    @Test
    void quotientsOfReals() {
        Tensor a = reals(7, -7, 7, -7, 0, 1, -1);
        Tensor b = reals(2, 2, -2, -2, 0, 0, 0);
        assertEquals(
                reals(3.5f, -3.5f, -3.5f, 3.5f, NAN, INF, -INF),
                OneNode.run(new Div(Activation.NONE), a, b));
        assertEquals(
                reals(3.5f, 0, 0, 3.5f, NAN, 6, 0), OneNode.run(new Div(Activation.RELU6), a, b));
        assertEquals(reals(3, -4, -4, 3, NAN, INF, -INF), OneNode.run(new FloorDiv(), a, b));
        assertEquals(reals(1, 1, -1, -1, NAN, NAN, NAN), OneNode.run(new FloorMod(), a, b));
        assertEquals(
                reals(49, 81), OneNode.run(new SquaredDifference(), reals(5, -5), reals(-2, 4)));
        assertEquals(
                reals((float) (Math.PI * 3 / 4)), OneNode.run(new Atan2(), reals(2), reals(-2)));
    }

    @Test
    void quotientsOfPlainIntegers() {
        Tensor a = s32(7, -7, 7, -7, 5, MIN, MIN);
        Tensor b = s32(2, 2, -2, -2, 0, -1, 0);
        assertEquals(s32(3, -3, -3, 3, 0, MIN, 0), OneNode.run(new Div(Activation.NONE), a, b));
        assertEquals(s32(3, 0, 0, 3, 0, 0, 0), OneNode.run(new Div(Activation.RELU), a, b));
        assertEquals(s32(3, -4, -4, 3, 0, MIN, 0), OneNode.run(new FloorDiv(), a, b));
        assertEquals(s32(1, 1, -1, -1, 0, 0, 0), OneNode.run(new FloorMod(), a, b));
        assertEquals(
                s32(25, 81, 81),
                OneNode.run(new SquaredDifference(), s32(7, -7, 7), s32(2, 2, -2)));
    }

    @Test
    void powersOfPlainIntegers() {
        Tensor a = s32(3, -2, -2, 0, 0, 1, -1, -1, 2, 2, 3);
        Tensor b = s32(4, 3, 4, 0, -2, -9, -3, -4, -1, 40, 41);
        // 3^41 modulo 2^32.
        int wrapped = java.math.BigInteger.valueOf(3).pow(41).intValue();
        assertEquals(s32(81, -8, 16, 1, 0, 1, -1, 1, 0, 0, wrapped), OneNode.run(new Pow(), a, b));
    }

    @ParameterizedTest
    @EnumSource(RoundingMode.class)
    void quotientsOfCodes(RoundingMode mode) {
        Tensor a = codes(0.5f, 10, 18, 2, 18, 2, 10, 11, 9, 10, 127);
        Tensor b = codes(0.25f, -3, 5, 5, -11, -11, 5, -3, -3, -3, -2);
        Tensor y = codes(0.125f, 4, 20, -12, -12, 20, 4, 127, -128, -128, 127);
        assertEquals(y, run(new Div(Activation.NONE), a, b, y, mode));
        Tensor relu = codes(0.125f, 4, 20, 4, 4, 20, 4, 127, 4, 4, 127);
        assertEquals(relu, run(new Div(Activation.RELU), a, b, relu, mode));
    }

    @ParameterizedTest
    @EnumSource(RoundingMode.class)
    void quotientsOfCodesBeyondAllScales(RoundingMode mode) {
        Tensor a = codes(1, 0, 1, -1, 0);
        Tensor b = codes(1e-20f, 0, 1, 1, 1);
        Tensor y = codes(1e-10f, 0, 127, -128, 0);
        assertEquals(y, run(new Div(Activation.NONE), a, b, y, mode));
        Tensor tiny = codes(1e-30f, 0, 127, -128, 0);
        assertEquals(tiny, run(new Div(Activation.NONE), a, b, tiny, mode));
        Tensor one = codes(1, 0, 1, -1, 5);
        Tensor coarse = codes(1e20f, 5, 5, 5, 5);
        assertEquals(coarse, run(new Div(Activation.NONE), one, one, coarse, mode));
    }

    @ParameterizedTest
    @EnumSource(RoundingMode.class)
    void squaresOfDifferencesOfCodes(RoundingMode mode) {
        Tensor a = codes(0.5f, 10, 18, 2, 10, 127, -128);
        Tensor b = codes(0.25f, -3, 5, 5, -3, -128, 127);
        Tensor y = codes(0.5f, -100, -92, -28, -100, 127, 127);
        assertEquals(y, run(new SquaredDifference(), a, b, y, mode));
        Tensor fine = codes(1e-9f, 3, 127, 127, 3, 127, 127);
        assertEquals(fine, run(new SquaredDifference(), a, b, fine, mode));
    }

    /** Without bits behind the point 0.5 * 5 is 3, and its square 9 not 25 / 4. */
    @Test
    void squaresOfDifferencesOfWideCodesAreCoarse() {
        TensorType type = new TensorType(DType.S16, Shape.of(1), new Quant.PerTensor(1, 0, 16));
        Tensor a = Tensor.zeros(type);
        Tensor b = Tensor.zeros(type.withQuant(new Quant.PerTensor(0.5f, 0, 16)));
        a.setInteger(0, 5);
        for (RoundingMode mode : RoundingMode.values()) {
            TensorType y = type.withQuant(new Quant.PerTensor(8, 0, 16));
            Tensor square = OneNode.run(new SquaredDifference(), List.of(a, b), y, mode);
            assertEquals(mode.isFixedPoint() ? 5 : 3, square.code(0), mode.label());
        }
    }

    @Test
    void functionsRefuseWhatTheyDoNotTake() {
        Tensor codes = codes(1, 0, 1);
        for (Op op : List.of(new Pow(), new FloorDiv(), new FloorMod(), new Atan2())) {
            assertThrows(ShapeException.class, () -> OneNode.run(op, codes, codes));
        }
        assertThrows(ShapeException.class, () -> OneNode.run(new Atan2(), s32(1), s32(1)));
        Tensor wide = Tensor.zeros(TensorType.of(DType.S64, Shape.of(1)));
        assertThrows(ShapeException.class, () -> OneNode.run(new Pow(), s32(1), wide));
    }
}
