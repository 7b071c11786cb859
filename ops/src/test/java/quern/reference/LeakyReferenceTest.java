package quern.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import quern.error.ShapeException;
import quern.fixedpoint.RoundingMode;
import quern.op.Op;
import quern.op.activation.HardSwish;
import quern.op.activation.LeakyRelu;
import quern.op.activation.PRelu;
import quern.op.activation.Tanh;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Activations with a slope or a gate on chosen values. */
class LeakyReferenceTest {
    private static final float INF = Float.POSITIVE_INFINITY;

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

    private static Tensor run(Op op, Tensor x, TensorType y, RoundingMode mode) {
        return OneNode.run(op, List.of(x), y, mode);
    }

    @Test
    void realsBelowZeroAreScaled() {
        Tensor x = reals(2, -2, -0f, INF, -INF, Float.NaN);
        assertEquals(
                reals(2, -0.5f, -0f, INF, -INF, Float.NaN), OneNode.run(new LeakyRelu(0.25f), x));
        assertEquals(reals(2, -0f, 4), OneNode.run(new LeakyRelu(0), reals(2, -3, 4)));
    }

    @Test
    void everyPlaceHasItsSlope() {
        Tensor x = Tensor.of(Shape.of(2, 2), 1f, -1f, -4f, -4f);
        assertEquals(
                Tensor.of(Shape.of(2, 2), 1f, 2f, -2f, 8f),
                OneNode.run(new PRelu(), x, reals(0.5f, -2)));
    }

    @Test
    void theSlopeMustBeFinite() {
        assertThrows(ShapeException.class, () -> new LeakyRelu(Float.NaN));
        assertThrows(ShapeException.class, () -> new LeakyRelu(INF));
    }

    @ParameterizedTest
    @EnumSource(RoundingMode.class)
    void codesHaveTheirOwnZeroPoints(RoundingMode mode) {
        Tensor x = codes(0.5f, 10, 10, 14, 6, 127, -128);
        Tensor y = codes(0.25f, -20, -20, -12, -24, 127, -128);
        assertEquals(y, run(new LeakyRelu(0.5f), x, y.type(), mode));
        Tensor slopes = codes(0.125f, 1, 5, 5, 5, 5, 5);
        assertEquals(y, OneNode.run(new PRelu(), List.of(x, slopes), y.type(), mode));
    }

    @Test
    void theGateOpensBetweenMinusThreeAndThree() {
        Tensor x = reals(-4, -3, -1.5f, 0, 1.5f, 3, 4, INF, Float.NaN, -INF);
        Tensor y = reals(-0f, -0f, -0.375f, 0, 1.125f, 3, 4, INF, Float.NaN, Float.NaN);
        assertEquals(y, OneNode.run(new HardSwish(), x));
    }

    /** An output scale too fine for 16 bits goes through reals. */
    @ParameterizedTest
    @EnumSource(RoundingMode.class)
    void aVeryFineOutputIsStillRight(RoundingMode mode) {
        Tensor x = codes(1, 0, 0, -1, -2, -3, 3);
        Tensor y = codes(1f / 256, 0, 0, -85, -85, 0, 127);
        assertEquals(y, run(new HardSwish(), x, y.type(), mode));
    }

    @ParameterizedTest
    @EnumSource(RoundingMode.class)
    void theTangentSaturatesAndMayHaveAnyScale(RoundingMode mode) {
        Tensor x = codes(1, -1, -1, -128, 127, 0);
        Tensor unit = codes(1f / 128, 0, 0, -128, 127, 97);
        assertEquals(unit, run(new Tanh(), x, unit.type(), mode));
        Tensor wide = codes(1f / 64, 5, 5, -59, 69, 54);
        assertEquals(wide, run(new Tanh(), x, wide.type(), mode));
    }
}
