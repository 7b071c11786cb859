package quern.runtime.kernel;

import java.util.Arrays;
import quern.tensor.DType.Storage;

/**
 * Moves a box of elements from one tensor to another: along each axis both sides have a stride of
 * their own, which may be negative or, in the source, 0. Axes over which both lie alike are merged,
 * and the innermost loop runs over many elements. Immutable.
 */
final class StridedCopy {
    /** Shorter rows than this make room for the longest axis as the innermost one. */
    private static final int SHORT_ROW = 16;

    /** Elements of a row that is walked by strides, so that its cache lines are used again. */
    private static final int CHUNK = 256;

    private int[] dims;
    private int[] fromStrides;
    private int[] toStrides;
    private final int fromStart;
    private final int toStart;
    private final int planes;

    /**
     * @param dims size of the box along each axis
     * @param fromStrides elements from one index to the next in the source
     * @param fromStart where the box begins in the source
     * @param toStrides elements from one index to the next in the target, larger ones first
     * @param toStart where the box begins in the target
     */
    StridedCopy(int[] dims, int[] fromStrides, int fromStart, int[] toStrides, int toStart) {
        this.fromStart = fromStart;
        this.toStart = toStart;
        merge(dims, fromStrides, toStrides);
        int last = this.dims.length - 1;
        if (this.dims[last] < SHORT_ROW) {
            int longest = last;
            for (int axis = 0; axis < last; axis++) {
                longest = this.dims[axis] > this.dims[longest] ? axis : longest;
            }
            moveToEnd(this.dims, longest);
            moveToEnd(this.fromStrides, longest);
            moveToEnd(this.toStrides, longest);
        }
        int n = this.dims[last] == 0 ? 0 : 1;
        for (int axis = 0; axis < last - 1; axis++) {
            n *= this.dims[axis];
        }
        this.planes = n;
    }

    private void merge(int[] sizes, int[] from, int[] to) {
        int[] d = new int[sizes.length + 2];
        int[] f = new int[d.length];
        int[] t = new int[d.length];
        // A plane has two axes at least; these are the ones of a scalar.
        d[0] = 1;
        d[1] = 1;
        int n = 1;
        for (int axis = 0; axis < sizes.length; axis++) {
            if (sizes[axis] == 1) {
                continue;
            }
            boolean merged =
                    n > 1
                            && f[n - 1] == from[axis] * sizes[axis]
                            && t[n - 1] == to[axis] * sizes[axis];
            n += merged ? 0 : 1;
            d[n - 1] = merged ? d[n - 1] * sizes[axis] : sizes[axis];
            f[n - 1] = from[axis];
            t[n - 1] = to[axis];
        }
        n = Math.max(n, 2);
        dims = Arrays.copyOf(d, n);
        fromStrides = Arrays.copyOf(f, n);
        toStrides = Arrays.copyOf(t, n);
    }

    private static void moveToEnd(int[] values, int axis) {
        int moved = values[axis];
        System.arraycopy(values, axis + 1, values, axis, values.length - axis - 1);
        values[values.length - 1] = moved;
    }

    /** Copies the box; both arrays are of the storage type. */
    void run(Storage storage, Object from, int fromOffset, Object to, int toOffset) {
        int last = dims.length - 1;
        for (int plane = 0; plane < planes; plane++) {
            int f = fromOffset + fromStart;
            int t = toOffset + toStart;
            int rest = plane;
            for (int axis = last - 2; axis >= 0; axis--) {
                int at = rest % dims[axis];
                rest /= dims[axis];
                f += at * fromStrides[axis];
                t += at * toStrides[axis];
            }
            plane(storage, from, f, to, t);
        }
    }

    private void plane(Storage storage, Object from, int f, Object to, int t) {
        int last = dims.length - 1;
        int rows = dims[last - 1];
        int length = dims[last];
        int fStep = fromStrides[last];
        int tStep = toStrides[last];
        if (rows == Interleave.ROWS && fStep == 1 && toStrides[last - 1] == 1) {
            if (Interleave.run(storage, from, f, fromStrides[last - 1], to, t, tStep, length)) {
                return;
            }
        }
        int chunk = fStep == 1 && tStep == 1 || rows == 1 ? length : CHUNK;
        for (int begin = 0; begin < length; begin += chunk) {
            int n = Math.min(chunk, length - begin);
            int fRow = f + begin * fStep;
            int tRow = t + begin * tStep;
            for (int row = 0; row < rows; row++) {
                Elements.copy(storage, from, fRow, fStep, to, tRow, tStep, n);
                fRow += fromStrides[last - 1];
                tRow += toStrides[last - 1];
            }
        }
    }

    /** The strides of a row-major tensor. */
    static int[] strides(int[] dims) {
        int[] strides = new int[dims.length];
        int stride = 1;
        for (int axis = dims.length - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= dims[axis];
        }
        return strides;
    }
}
