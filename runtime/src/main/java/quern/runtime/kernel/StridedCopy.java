package quern.runtime.kernel;

import java.util.Arrays;
import quern.tensor.DType.Storage;

/**
 * Moves a box of elements from one row-major tensor to another: along each axis both sides have a
 * stride of their own. Axes over which both lie alike are merged. Immutable.
 */
final class StridedCopy {
    private final int[] dims;
    private final int[] fromStrides;
    private final int[] toStrides;
    private final int start;

    /**
     * @param dims size of the box along each axis
     * @param fromStrides elements from one index to the next in the source
     * @param toStrides elements from one index to the next in the target
     * @param start where the box begins in the target
     */
    StridedCopy(int[] dims, int[] fromStrides, int[] toStrides, int start) {
        int[] d = new int[dims.length + 1];
        int[] f = new int[d.length];
        int[] t = new int[d.length];
        int n = 0;
        for (int axis = 0; axis < dims.length; axis++) {
            if (dims[axis] == 1) {
                continue;
            }
            boolean merged =
                    n > 0
                            && f[n - 1] == fromStrides[axis] * dims[axis]
                            && t[n - 1] == toStrides[axis] * dims[axis];
            n += merged ? 0 : 1;
            d[n - 1] = merged ? d[n - 1] * dims[axis] : dims[axis];
            f[n - 1] = fromStrides[axis];
            t[n - 1] = toStrides[axis];
        }
        if (n == 0) {
            d[0] = 1;
            f[0] = 1;
            t[0] = 1;
            n = 1;
        }
        this.dims = Arrays.copyOf(d, n);
        this.fromStrides = Arrays.copyOf(f, n);
        this.toStrides = Arrays.copyOf(t, n);
        this.start = start;
    }

    /** Copies the box; both arrays are of the storage type. */
    void run(Storage storage, Object from, int fromOffset, Object to, int toOffset) {
        int last = dims.length - 1;
        int rows = 1;
        for (int axis = 0; axis < last; axis++) {
            rows *= dims[axis];
        }
        for (int row = 0; row < rows; row++) {
            int f = fromOffset;
            int t = toOffset + start;
            int rest = row;
            for (int axis = last - 1; axis >= 0; axis--) {
                int at = rest % dims[axis];
                rest /= dims[axis];
                f += at * fromStrides[axis];
                t += at * toStrides[axis];
            }
            row(storage, from, f, fromStrides[last], to, t, toStrides[last], dims[last]);
        }
    }

    private static void row(
            Storage storage, Object from, int f, int fStep, Object to, int t, int tStep, int n) {
        if (fStep == 1 && tStep == 1) {
            System.arraycopy(from, f, to, t, n);
        } else if (storage == Storage.BYTE) {
            row((byte[]) from, f, fStep, (byte[]) to, t, tStep, n);
        } else if (storage == Storage.FLOAT) {
            row((float[]) from, f, fStep, (float[]) to, t, tStep, n);
        } else {
            for (int i = 0; i < n; i++) {
                System.arraycopy(from, f + i * fStep, to, t + i * tStep, 1);
            }
        }
    }

    private static void row(byte[] from, int f, int fStep, byte[] to, int t, int tStep, int n) {
        for (int i = 0; i < n; i++) {
            to[t + i * tStep] = from[f + i * fStep];
        }
    }

    private static void row(float[] from, int f, int fStep, float[] to, int t, int tStep, int n) {
        for (int i = 0; i < n; i++) {
            to[t + i * tStep] = from[f + i * fStep];
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
