package quern.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import quern.fixedpoint.RoundingMode;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.Op;
import quern.op.logic.Equal;
import quern.op.logic.Less;
import quern.op.logic.LogicalAnd;
import quern.op.logic.NotEqual;
import quern.op.logic.RightShift;
import quern.op.quantize.Cast;
import quern.op.reduction.ArgMax;
import quern.op.reduction.CumSum;
import quern.op.reduction.TopK;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Comparisons, casts and orders against values worked out by hand. */
class LogicReferenceTest {
    private static byte[] compared(RoundingMode mode, Op op, TensorType a, int x, TensorType b) {
        GraphBuilder g = new GraphBuilder("g").rounding(mode);
        Tensor one = Tensor.zeros(a);
        Tensor other = Tensor.zeros(b);
        one.setInteger(0, x);
        other.setInteger(0, 1);
        g.input("a", a);
        g.input("b", b);
        Graph graph = g.output(g.add("y", op, "a", "b")).build();
        return new ReferenceInterpreter(graph).run(List.of(one, other)).get(0).bytes();
    }

    /** In fixed point only whole 256ths of the real numbers are compared. */
    @Test
    void codesOfSmallScalesMayCountAsEqual() {
        TensorType fine = TensorType.s8(1f / 4096, 0, 1);
        TensorType coarse = TensorType.s8(1f / 128, 0, 1);
        RoundingMode fixed = RoundingMode.DOUBLE;
        RoundingMode real = RoundingMode.FLOAT_EVEN;
        assertArrayEquals(new byte[] {1}, compared(fixed, new Equal(), fine, 2, fine));
        assertArrayEquals(new byte[] {0}, compared(real, new Equal(), fine, 2, fine));
        assertArrayEquals(new byte[] {1}, compared(fixed, new Equal(), coarse, 1, coarse));
        assertArrayEquals(new byte[] {0}, compared(fixed, new Less(), coarse, 1, fine));
        assertArrayEquals(new byte[] {1}, compared(fixed, new Less(), fine, 1, coarse));
    }

    @Test
    void nanIsNotEvenItself() {
        Tensor x = Tensor.of(Shape.of(3), Float.NaN, -0f, 1);
        Tensor y = Tensor.of(Shape.of(3), Float.NaN, 0f, 2);
        assertArrayEquals(new byte[] {0, 1, 0}, OneNode.run(new Equal(), x, y).bytes());
        assertArrayEquals(new byte[] {1, 0, 1}, OneNode.run(new NotEqual(), x, y).bytes());
    }

    @Test
    void everyByteButZeroIsTrue() {
        Tensor x = Tensor.of(TensorType.of(DType.BOOL, Shape.of(3)), new byte[] {0, 1, 2});
        Tensor y = Tensor.of(TensorType.of(DType.BOOL, Shape.of(3)), new byte[] {1, -1, 4});
        assertArrayEquals(new byte[] {0, 1, 1}, OneNode.run(new LogicalAnd(), x, y).bytes());
        assertArrayEquals(new byte[] {0, 1, 1}, OneNode.run(new Equal(), x, y).bytes());
    }

    @Test
    void shiftsKeepTheSign() {
        Tensor x = Tensor.of(Shape.of(4), -9, -9, -9, 9);
        Tensor by = Tensor.of(Shape.of(4), 1, 100, -3, 2);
        assertEquals(Tensor.of(Shape.of(4), -5, -1, -9, 2), OneNode.run(new RightShift(), x, by));
    }

    @Test
    void castsDropTheFractionAndSaturate() {
        Tensor x = Tensor.of(Shape.of(6), -1.9f, 1.9f, 300, -1e20f, Float.NaN, 0.4f);
        assertArrayEquals(
                new byte[] {-1, 1, 127, -128, 0, 0}, OneNode.run(new Cast(DType.S8), x).bytes());
        assertArrayEquals(
                new byte[] {0, 1, -1, 0, 0, 0}, OneNode.run(new Cast(DType.U8), x).bytes());
        assertArrayEquals(
                new byte[] {1, 1, 1, 1, 1, 1}, OneNode.run(new Cast(DType.BOOL), x).bytes());
        Tensor whole = Tensor.of(Shape.of(2), 300, -1);
        assertArrayEquals(new byte[] {44, -1}, OneNode.run(new Cast(DType.S8), whole).bytes());
        Tensor unsigned = Tensor.zeros(TensorType.of(DType.U64, Shape.of(1)));
        unsigned.setInteger(0, -1);
        assertEquals(Tensor.of(Shape.of(1), 0x1p64f), OneNode.run(new Cast(DType.F32), unsigned));
    }

    @Test
    void theFirstOfEqualOnesWinsAndALaterNanNever() {
        Tensor x = Tensor.of(Shape.of(2, 3), 1, Float.NaN, 1, Float.NaN, 5, 6);
        assertEquals(Tensor.of(Shape.of(2), 0, 0), OneNode.run(new ArgMax(1, DType.S32), x));
        GraphBuilder g = new GraphBuilder("g");
        g.input("x", x.type());
        g.add(
                new Node(
                        new TopK(2, 1, true, DType.S32),
                        List.of("x"),
                        List.of(
                                new Value("v", TensorType.f32(2, 2)),
                                new Value("i", TensorType.of(DType.S32, Shape.of(2, 2)))),
                        RoundingMode.DOUBLE));
        Graph graph = g.output("v").output("i").build();
        List<Tensor> y = new ReferenceInterpreter(graph).run(List.of(x));
        assertEquals(Tensor.of(Shape.of(2, 2), Float.NaN, 1, Float.NaN, 6), y.get(0));
        assertEquals(Tensor.of(Shape.of(2, 2), 1, 0, 0, 2), y.get(1));
    }

    @Test
    void sumsOfWhatStandsBefore() {
        Tensor x = Tensor.of(Shape.of(4), 1, 2, 3, 4);
        assertEquals(
                Tensor.of(Shape.of(4), 1, 3, 6, 10), OneNode.run(new CumSum(0, false, false), x));
        assertEquals(
                Tensor.of(Shape.of(4), 0, 1, 3, 6), OneNode.run(new CumSum(0, true, false), x));
        assertEquals(Tensor.of(Shape.of(4), 9, 7, 4, 0), OneNode.run(new CumSum(0, true, true), x));
    }
}
