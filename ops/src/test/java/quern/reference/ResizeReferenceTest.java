package quern.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import quern.cases.OpCase;
import quern.cases.OpCases;
import quern.error.ShapeException;
import quern.op.image.ResizeBilinear;
import quern.op.image.ResizeNearestNeighbor;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;

/** Resized images against small ones done by hand and against interpolation in binary64. */
class ResizeReferenceTest {
    private static final double LARGE = 1e30;
    private static final Tensor ROW = Tensor.of(Shape.of(1, 1, 4, 1), 10f, 20, 40, 80);

    @Test
    void bilinearOfARow() {
        assertArrayEquals(new float[] {10, 15, 20, 30, 40, 60, 80, 80}, bilinear(8, false, false));
        assertArrayEquals(new float[] {10, 15, 20, 30, 40, 60, 80}, bilinear(7, true, false));
        assertArrayEquals(
                new float[] {10, 12.5f, 17.5f, 25, 35, 50, 70, 80}, bilinear(8, false, true));
        assertArrayEquals(new float[] {10}, bilinear(1, true, false));
    }

    @Test
    void nearestOfARow() {
        assertArrayEquals(new float[] {10, 10, 20, 20, 40, 40, 80, 80}, nearest(8, false, false));
        assertArrayEquals(new float[] {10, 20, 20, 40, 40, 80, 80}, nearest(7, true, false));
        assertArrayEquals(new float[] {20, 80}, nearest(2, false, true));
        assertArrayEquals(new float[] {10, 40}, nearest(2, false, false));
    }

    @Test
    void bothGridsAtOnce() {
        // Positions (v + 0.5) * 3/6 - 0.5 and round((v + 0.5) * 3/6).
        assertArrayEquals(new float[] {10, 12.5f, 17.5f, 25, 35, 50, 70}, bilinear(7, true, true));
        assertArrayEquals(new float[] {10, 20, 20, 40, 40, 80, 80}, nearest(7, true, true));
        // One output pixel has the scale of the whole image.
        assertArrayEquals(new float[] {30}, bilinear(1, true, true));
        assertArrayEquals(new float[] {40}, nearest(1, true, true));
    }

    @Test
    void imagesWithoutPixelsAreRefused() {
        assertThrows(ShapeException.class, () -> new ResizeBilinear(Ints.of(0, 2), false, false));
        Tensor none = Tensor.of(Shape.of(1, 0, 2, 1), new float[0]);
        assertThrows(
                ShapeException.class,
                () -> OneNode.run(new ResizeBilinear(Ints.of(2, 2), false, false), none));
    }

    private static float[] bilinear(int width, boolean corners, boolean half) {
        return OneNode.run(new ResizeBilinear(Ints.of(1, width), corners, half), ROW).floats();
    }

    private static float[] nearest(int width, boolean corners, boolean half) {
        return OneNode.run(new ResizeNearestNeighbor(Ints.of(1, width), corners, half), ROW)
                .floats();
    }

    @Provide
    Arbitrary<OpCase> cases() {
        return OpCases.row(ResizeBilinear.class).arbitrary().filter(OpCase::isFinite);
    }

    /**
     * A position in 1024ths is off by at most {@code (out + 3) / 2048} pixels, and an image changes
     * by at most its range from one pixel to the next; binary32 loses far less.
     */
    @Property(seed = "421", tries = 1500)
    void bilinearIsNearBinary64(@ForAll("cases") OpCase c) {
        ResizeBilinear op = (ResizeBilinear) c.node().op();
        Tensor x = c.inputs().get(0);
        Tensor y = new ReferenceInterpreter(c.graph()).run(c.inputs()).get(0);
        boolean real = x.dtype() == DType.F32;
        Assume.that(all(x).allMatch(v -> Math.abs(v) < LARGE));
        double least = all(x).min().orElse(0);
        double most = all(x).max().orElse(0);
        double steps =
                (op.size().at(0) + op.size().at(1) + 6) / (real ? (double) (1 << 20) : 2048.0);
        double largest = Math.max(Math.abs(least), Math.abs(most));
        double bound = (most - least) * steps + largest * 0x1p-20 + (real ? 1e-44 : 0.5);
        for (int i = 0; i < y.elements(); i++) {
            int[] at = Indexing.coordinates(y.shape(), i);
            double expected = expected(op, x, at);
            double error = Math.abs(value(y, i) - expected);
            assertTrue(error <= bound, () -> c + "\nexpected " + expected);
        }
        assertEquals(x.type().quant(), y.type().quant());
    }

    private static DoubleStream all(Tensor t) {
        return IntStream.range(0, t.elements()).mapToDouble(i -> value(t, i));
    }

    private static double value(Tensor t, int i) {
        return t.dtype() == DType.F32 ? t.real(i) : t.code(i);
    }

    private static double expected(ResizeBilinear op, Tensor x, int[] at) {
        double y = position(op, at[1], x.shape().dim(1), op.size().at(0));
        double z = position(op, at[2], x.shape().dim(2), op.size().at(1));
        int row = (int) y;
        int column = (int) z;
        return (row + 1 - y) * between(x, at, row, column, z)
                + (y - row) * between(x, at, row + 1, column, z);
    }

    private static double between(Tensor x, int[] at, int row, int column, double z) {
        return (column + 1 - z) * pixel(x, at, row, column)
                + (z - column) * pixel(x, at, row, column + 1);
    }

    private static double pixel(Tensor x, int[] at, int row, int column) {
        int h = Math.min(row, x.shape().dim(1) - 1);
        int w = Math.min(column, x.shape().dim(2) - 1);
        return value(x, Indexing.index(x.shape(), new int[] {at[0], h, w, at[3]}));
    }

    private static double position(ResizeBilinear op, int v, int in, int out) {
        double scale = op.alignCorners() && out > 1 ? (in - 1.0) / (out - 1) : (double) in / out;
        double p = op.halfPixelCenters() ? (v + 0.5) * scale - 0.5 : v * scale;
        return Math.min(Math.max(p, 0), in - 1);
    }
}
