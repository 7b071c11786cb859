package quern.runtime.kernel;

import java.util.Arrays;
import quern.tensor.Shape;

/**
 * An elementwise operation on two broadcast operands as rows: along a row each operand advances by
 * one element or stays. Axes over which both operands lie alike are merged. Immutable.
 */
final class Broadcast {
    private final int[] dims;
    private final int[] aStrides;
    private final int[] bStrides;
    private final int outer;

    private Broadcast(int[] dims, int[] aStrides, int[] bStrides, int rank) {
        this.dims = Arrays.copyOf(dims, rank);
        this.aStrides = Arrays.copyOf(aStrides, rank);
        this.bStrides = Arrays.copyOf(bStrides, rank);
        this.outer = rank - 1;
    }

    /** The rows of an operation on {@code a} and {@code b} whose result has shape {@code y}. */
    static Broadcast of(Shape a, Shape b, Shape y) {
        int rank = y.rank();
        int[] aAll = strides(a, rank);
        int[] bAll = strides(b, rank);
        int[] dims = new int[rank + 1];
        int[] aStrides = new int[rank + 1];
        int[] bStrides = new int[rank + 1];
        int n = 0;
        for (int axis = 0; axis < rank; axis++) {
            int d = y.dim(axis);
            boolean merged =
                    n > 0 && aStrides[n - 1] == aAll[axis] * d && bStrides[n - 1] == bAll[axis] * d;
            if (d != 1 && !merged) {
                n++;
            }
            if (d != 1) {
                dims[n - 1] = merged ? dims[n - 1] * d : d;
                aStrides[n - 1] = aAll[axis];
                bStrides[n - 1] = bAll[axis];
            }
        }
        if (n == 0) {
            dims[n++] = 1;
        }
        return new Broadcast(dims, aStrides, bStrides, n);
    }

    /** Elements to go along each axis of the result; 0 where the operand is broadcast. */
    private static int[] strides(Shape s, int rank) {
        int[] strides = new int[rank];
        int stride = 1;
        for (int axis = s.rank() - 1; axis >= 0; axis--) {
            strides[rank - s.rank() + axis] = s.dim(axis) == 1 ? 0 : stride;
            stride *= s.dim(axis);
        }
        return strides;
    }

    /** Elements of a row. */
    int length() {
        return dims[outer];
    }

    /** How far the first operand advances along a row: 0 or 1. */
    int aStep() {
        return aStrides[outer];
    }

    /** How far the second operand advances along a row: 0 or 1. */
    int bStep() {
        return bStrides[outer];
    }

    /** Where a row begins in the first operand. */
    int aOffset(int row) {
        return offset(row, aStrides);
    }

    /** Where a row begins in the second operand. */
    int bOffset(int row) {
        return offset(row, bStrides);
    }

    private int offset(int row, int[] strides) {
        int rest = row;
        int offset = 0;
        for (int axis = outer - 1; axis >= 0; axis--) {
            offset += rest % dims[axis] * strides[axis];
            rest /= dims[axis];
        }
        return offset;
    }
}
