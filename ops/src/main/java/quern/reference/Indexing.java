package quern.reference;

import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Where elements stand: row-major indices, coordinates, broadcasting, scales. */
final class Indexing {
    private Indexing() {}

    /** The coordinates of row-major element {@code index}. */
    static int[] coordinates(Shape shape, int index) {
        int[] at = new int[shape.rank()];
        int rest = index;
        for (int axis = shape.rank() - 1; axis >= 0; axis--) {
            at[axis] = rest % shape.dim(axis);
            rest /= shape.dim(axis);
        }
        return at;
    }

    /** The row-major index of the element at the coordinates. */
    static int index(Shape shape, int[] at) {
        int index = 0;
        for (int axis = 0; axis < shape.rank(); axis++) {
            index = index * shape.dim(axis) + at[axis];
        }
        return index;
    }

    /**
     * The element of an operand of shape {@code from} that element {@code index} of the broadcast
     * shape {@code to} reads.
     */
    static int broadcast(Shape to, int index, Shape from) {
        int[] at = coordinates(to, index);
        int[] source = new int[from.rank()];
        for (int axis = 0; axis < from.rank(); axis++) {
            int coordinate = at[to.rank() - from.rank() + axis];
            source[axis] = from.dim(axis) == 1 ? 0 : coordinate;
        }
        return index(from, source);
    }

    /** Which of the scales of a per-channel or per-block type element {@code index} has. */
    static int scale(TensorType type, int index) {
        int[] at = coordinates(type.shape(), index);
        if (type.quant() instanceof Quant.PerChannel p) {
            return at[p.axis()];
        }
        Quant.PerBlock p = (Quant.PerBlock) type.quant();
        int scale = 0;
        for (int axis = 0; axis < at.length; axis++) {
            int dim = type.shape().dim(axis);
            boolean blocked = axis == p.axis();
            int blocks = blocked ? (dim - 1) / p.blockSize() + 1 : dim;
            scale = scale * blocks + (blocked ? at[axis] / p.blockSize() : at[axis]);
        }
        return scale;
    }

    /** Copies an element between tensors of one element type. */
    static void copy(Tensor from, int i, Tensor to, int j) {
        switch (from.dtype()) {
            case F32 -> to.setReal(j, from.real(i));
            case F64 -> to.doubles()[to.offset() + j] = from.doubles()[from.offset() + i];
            case F16, BF16 -> to.shorts()[to.offset() + j] = from.shorts()[from.offset() + i];
            default -> to.setInteger(j, from.integer(i));
        }
    }
}
