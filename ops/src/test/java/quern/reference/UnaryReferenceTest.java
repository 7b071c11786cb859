package quern.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import quern.error.ShapeException;
import quern.fixedpoint.RoundingMode;
import quern.op.Op;
import quern.op.activation.Elu;
import quern.op.activation.Gelu;
import quern.op.activation.Relu0To1;
import quern.op.activation.ReluN1To1;
import quern.op.math.Abs;
import quern.op.math.Exp;
import quern.op.math.Floor;
import quern.op.math.Log;
import quern.op.math.Round;
import quern.op.math.Rsqrt;
import quern.op.math.Sign;
import quern.op.math.Sin;
import quern.op.math.Sqrt;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Functions of one element on chosen values. */
class UnaryReferenceTest {
    private static final float INF = Float.POSITIVE_INFINITY;
    private static final float NAN = Float.NaN;

    private static Tensor reals(float... values) {
        return Tensor.of(Shape.of(values.length), values);
    }

    private static Tensor codes(float scale, int zero, int... values) {
        Tensor t = Tensor.zeros(TensorType.s8(scale, zero, values.length));
        for (int i = 0; i < values.length; i++) {
            t.setInteger(i, values[i]);
        }
        return t;
    }

    private static Tensor run(Op op, Tensor x, Tensor y, RoundingMode mode) {
        return OneNode.run(op, List.of(x), y.type(), mode);
    }

    @Test
    void reals() {
        assertEquals(reals(1, 0, INF, NAN), OneNode.run(new Abs(), reals(-1, -0f, -INF, NAN)));
        assertEquals(
                reals(-1, -0f, 0, 1, NAN), OneNode.run(new Sign(), reals(-5, -0f, 0, INF, NAN)));
        assertEquals(reals(0, 2, 2, -0f), OneNode.run(new Round(), reals(.5f, 1.5f, 2.5f, -.5f)));
        assertEquals(reals(-1, -0f, 2), OneNode.run(new Floor(), reals(-.5f, -0f, 2.9f)));
        assertEquals(reals(0, -INF, NAN), OneNode.run(new Log(), reals(1, -0f, -1)));
        assertEquals(reals(.5f, INF, -INF, NAN), OneNode.run(new Rsqrt(), reals(4, 0, -0f, -1)));
        assertEquals(
                reals(-1, -.5f, 1, NAN), OneNode.run(new ReluN1To1(), reals(-3, -.5f, INF, NAN)));
        assertEquals(reals(0, .5f, 1, 0), OneNode.run(new Relu0To1(), reals(-3, .5f, 2, -0f)));
        assertEquals(reals(-2, 3, -0f), OneNode.run(new Elu(2), reals(-INF, 3, -0f)));
        assertEquals(0.8413447f, new Gelu(false).apply(1), 1e-7f);
        assertEquals(-0.15865526f, new Gelu(false).apply(-1), 1e-7f);
        assertEquals(0.841192f, new Gelu(true).apply(1), 1e-6f);
        assertEquals(-0.158808f, new Gelu(true).apply(-1), 1e-6f);
        assertEquals(reals(0.84147096f), OneNode.run(new Sin(), reals(1)));
        assertThrows(ShapeException.class, () -> new Elu(NAN));
    }

    @ParameterizedTest
    @EnumSource(RoundingMode.class)
    void magnitudesAreRescaled(RoundingMode mode) {
        Tensor x = codes(0.5f, 10, 10, 14, 6, 127, -128);
        Tensor y = codes(0.25f, -20, -20, -12, -12, 127, 127);
        assertEquals(y, run(new Abs(), x, y, mode));
        Tensor same = codes(0.5f, -20, -20, -16, -16, 97, 118);
        assertEquals(same, run(new Abs(), x, same, mode));
        Tensor huge = codes(1e-6f, 0, 0, 127, 127, 127, 127);
        assertEquals(huge, run(new Abs(), x, huge, mode));
        Tensor far = codes(1e30f, 0, 0, 1, -1);
        Tensor near = codes(1e-30f, 0, 0, 127, 127);
        assertEquals(near, run(new Abs(), far, near, mode));
    }

    @ParameterizedTest
    @EnumSource(RoundingMode.class)
    void boundsBecomeCodes(RoundingMode mode) {
        Tensor x = codes(0.5f, 10, 10, 12, 13, 8, 7, 127, -128, 11);
        Tensor y = codes(0.25f, -20, -20, -16, -16, -24, -24, -16, -24, -18);
        assertEquals(y, run(new ReluN1To1(), x, y, mode));
        Tensor z = codes(0.25f, -20, -20, -16, -16, -20, -20, -16, -20, -18);
        assertEquals(z, run(new Relu0To1(), x, z, mode));
    }

    /** sqrt(2) is 14.14 steps, sqrt(3) is 17.32, sqrt(3.5) is 18.71. */
    @Test
    void rootsDropTheirFractionInFixedPoint() {
        Tensor x = codes(0.5f, 0, 4, 6, 7, 0, -1);
        Tensor y = codes(0.1f, 0, 14, 17, 18, 0, -128);
        assertEquals(y, run(new Sqrt(), x, y, RoundingMode.DOUBLE));
        assertEquals(y, run(new Sqrt(), x, y, RoundingMode.SINGLE));
        Tensor rounded = codes(0.1f, 0, 14, 17, 19, 0, -128);
        assertEquals(rounded, run(new Sqrt(), x, rounded, RoundingMode.FLOAT_EVEN));
    }

    @ParameterizedTest
    @EnumSource(RoundingMode.class)
    void reciprocalRootsOfZeroAndLess(RoundingMode mode) {
        Tensor x = codes(0.25f, 3, 2, 3, 4, 7, 19);
        Tensor y = codes(0.0625f, -3, -128, 127, 29, 13, 5);
        assertEquals(y, run(new Rsqrt(), x, y, mode));
    }

    @ParameterizedTest
    @EnumSource(RoundingMode.class)
    void logarithmsOfZeroAndLessAreTheSmallestCode(RoundingMode mode) {
        Tensor x = codes(0.5f, 1, 0, 1, 3, 127);
        Tensor y = codes(0.25f, 10, -128, -128, 10, 27);
        assertEquals(y, run(new Log(), x, y, mode));
    }

    /** Steps are made by a product with 1/scale in fixed point, else by a quotient. */
    @Test
    void tablesMultiplyByTheInverseScale() {
        float scale = 0.1f;
        int differences = 0;
        for (int code = -128; code < 128; code++) {
            Tensor x = codes(0.01f, 0, code);
            Tensor y = codes(scale, 0, 0);
            float e = new Exp().apply((float) (0.01f * (double) code));
            int product = (int) Math.min(127, Math.floor(e * (1 / scale) + 0.5));
            assertArrayEquals(
                    new byte[] {(byte) product}, run(new Exp(), x, y, RoundingMode.DOUBLE).bytes());
            differences += Math.abs(e * (1 / scale) - e / scale) > 0 ? 1 : 0;
        }
        assertEquals(true, differences > 0, "the two never differ here");
    }

    private static Tensor wide(float scale, int... values) {
        TensorType type =
                new TensorType(
                        DType.S16, Shape.of(values.length), new Quant.PerTensor(scale, 0, 16));
        Tensor t = Tensor.zeros(type);
        for (int i = 0; i < values.length; i++) {
            t.setInteger(i, values[i]);
        }
        return t;
    }

    /** Entries of the tables stand at nearly every 128th code: three steps off at most here. */
    @Test
    void wideCodesAreInterpolated() {
        float in = 1f / 4096;
        float out = 1f / 1024;
        Tensor x = wide(in, 0, 4096, 8192, 64, -32768);
        Tensor exp = run(new Exp(), x, wide(out, 0, 0, 0, 0, 0), RoundingMode.DOUBLE);
        double[] expected = {1024, 1024 * Math.exp(1), 1024 * Math.exp(2), 1040, 0};
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], exp.code(i), 3);
        }
        Tensor log = run(new Log(), x, exp, RoundingMode.SINGLE);
        assertEquals(0, log.code(1), 2);
        assertEquals(1024 * Math.log(2), log.code(2), 2);
        assertEquals(-32768, log.code(4));
    }
}
