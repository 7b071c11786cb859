package quern.reference;

import quern.fixedpoint.RoundingMode;
import quern.op.TypeRules;
import quern.op.image.ResizeBilinear;
import quern.tensor.Shape;
import quern.tensor.Tensor;

/**
 * Bilinear interpolation of S8 or S16 codes in integers, positions in 1024ths of a pixel.
 *
 * <p>Scale of an axis: {@code s = (1024*in + out/2) / out}, with aligned corners and {@code out >
 * 1} {@code (1024*(in-1) + (out-1)/2) / (out-1)}. Position of output {@code v}: {@code p = v*s},
 * with half pixel centers {@code v*s + s/2 - 512}. Neighbours {@code lo = min(max(p/1024, 0),
 * in-1)}, {@code hi = min((p+1023)/1024, in-1)}; {@code f = p - 1024*lo} weighs hi, {@code 1024 -
 * f} weighs lo. Divisions truncate. The sum of the four products is divided by {@code 2^20}: half
 * away from zero in double, half up in single; the low 8 or 16 bits are the result.
 */
final class BilinearCodes {
    private static final int ONE = ResizeGrid.ONE;
    private static final int UNIT = ONE * ONE;

    private BilinearCodes() {}

    static int at(ResizeBilinear op, Tensor x, Shape to, int[] at, RoundingMode mode) {
        int rows = x.shape().dim(1);
        int columns = x.shape().dim(2);
        long py = ResizeGrid.steps(op, at[1], rows, to.dim(1));
        long px = ResizeGrid.steps(op, at[2], columns, to.dim(2));
        int y0 = ResizeGrid.low(py, rows);
        int y1 = ResizeGrid.high(py, rows);
        int x0 = ResizeGrid.low(px, columns);
        int x1 = ResizeGrid.high(px, columns);
        long fy = py - (long) ONE * y0;
        long fx = px - (long) ONE * x0;
        long sum =
                code(x, at, y0, x0) * (ONE - fy) * (ONE - fx)
                        + code(x, at, y1, x0) * fy * (ONE - fx)
                        + code(x, at, y0, x1) * (ONE - fy) * fx
                        + code(x, at, y1, x1) * fy * fx;
        long code =
                mode == RoundingMode.SINGLE
                        ? Math.floorDiv(sum + UNIT / 2, UNIT)
                        : (sum + (sum > 0 ? UNIT / 2 : -UNIT / 2)) / UNIT;
        return TypeRules.isWide(x.type()) ? (short) code : (byte) code;
    }

    private static long code(Tensor x, int[] at, int row, int column) {
        return x.code(Indexing.index(x.shape(), new int[] {at[0], row, column, at[3]}));
    }
}
