package quern.reference;

import quern.op.image.ResizeBilinear;
import quern.op.image.ResizeNearestNeighbor;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;

/**
 * Resized images, the arithmetic of TFLite.
 *
 * <p>Scale {@code s} of an axis: {@code in / out} in binary32, or {@code (in-1) / (out-1)} with
 * aligned corners and {@code out > 1}. Each operation below is rounded to binary32.
 *
 * <ul>
 *   <li>nearest: output {@code v} reads {@code floor((v + h) * s)}, {@code h} 0.5 with half pixel
 *       centers, else 0; with aligned corners the product is rounded to the nearest, ties away from
 *       zero. The last pixel is the limit.
 *   <li>bilinear, float32: {@code p = v*s}, {@code (v + 0.5)*s - 0.5} with half pixel centers;
 *       {@code lo = max(floor p, 0)}, {@code hi = min(ceil p, in-1)}, {@code d = p - lo}; the sum
 *       of {@code (x * wy) * wx} over y0x0, y1x0, y0x1, y1x1 in this order, where {@code w} is
 *       {@code 1 - d} at lo and {@code d} at hi
 *   <li>bilinear, S8 codes in double and single: {@link BilinearCodes}
 *   <li>bilinear, U8 codes in double and single (legacy models): the float32 form on the codes,
 *       then {@code + 0.5} and truncation
 *   <li>bilinear, float-even: the float32 form on the codes, rounded half to even
 * </ul>
 */
final class ResizeReference {
    private ResizeReference() {}

    static void nearest(ResizeNearestNeighbor op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor y = c.output();
        Shape from = x.shape();
        Shape to = y.shape();
        for (int i = 0; i < y.elements(); i++) {
            int[] at = Indexing.coordinates(to, i);
            for (int axis = 1; axis <= 2; axis++) {
                at[axis] = ResizeGrid.nearest(op, at[axis], from.dim(axis), to.dim(axis));
            }
            Indexing.copy(x, Indexing.index(from, at), y, i);
        }
    }

    static void bilinear(ResizeBilinear op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor y = c.output();
        for (int i = 0; i < y.elements(); i++) {
            int[] at = Indexing.coordinates(y.shape(), i);
            if (!c.isQuantized()) {
                y.setReal(i, interpolated(op, x, y.shape(), at));
            } else if (!c.isFixedPoint()) {
                y.setInteger(i, (int) Math.rint(interpolated(op, x, y.shape(), at)));
            } else if (x.dtype() == DType.U8) {
                y.setInteger(i, (int) (interpolated(op, x, y.shape(), at) + 0.5f));
            } else {
                y.setInteger(i, BilinearCodes.at(op, x, y.shape(), at, c.rounding()));
            }
        }
    }

    private static float interpolated(ResizeBilinear op, Tensor x, Shape to, int[] at) {
        float py = ResizeGrid.position(op, at[1], x.shape().dim(1), to.dim(1));
        float px = ResizeGrid.position(op, at[2], x.shape().dim(2), to.dim(2));
        int y0 = ResizeGrid.low(py, x.shape().dim(1));
        int y1 = ResizeGrid.high(py, x.shape().dim(1));
        int x0 = ResizeGrid.low(px, x.shape().dim(2));
        int x1 = ResizeGrid.high(px, x.shape().dim(2));
        float dy = py - y0;
        float dx = px - x0;
        return value(x, at, y0, x0) * (1 - dy) * (1 - dx)
                + value(x, at, y1, x0) * dy * (1 - dx)
                + value(x, at, y0, x1) * (1 - dy) * dx
                + value(x, at, y1, x1) * dy * dx;
    }

    private static float value(Tensor x, int[] at, int row, int column) {
        int i = Indexing.index(x.shape(), new int[] {at[0], row, column, at[3]});
        return x.type().isQuantized() ? x.code(i) : x.real(i);
    }
}
