package quern.reference;

import java.util.Arrays;
import quern.op.shape.DynamicSlice;
import quern.op.shape.DynamicUpdateSlice;
import quern.op.shape.Gather;
import quern.op.shape.GatherNd;
import quern.op.shape.Moving;
import quern.op.shape.OneHot;
import quern.op.shape.ReverseSequence;
import quern.op.shape.ScatterNd;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;

/** Operators whose elements go to or come from places that an input tells. */
final class IndexReference {
    private IndexReference() {}

    static void gather(Gather op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor indices = c.input(1);
        Tensor y = c.output();
        int chosen = indices.shape().rank() - op.batchDims();
        for (int i = 0; i < y.elements(); i++) {
            int[] at = Indexing.coordinates(y.shape(), i);
            int[] entry = new int[indices.shape().rank()];
            System.arraycopy(at, 0, entry, 0, op.batchDims());
            System.arraycopy(at, op.axis(), entry, op.batchDims(), chosen);
            int[] from = new int[x.shape().rank()];
            System.arraycopy(at, 0, from, 0, op.axis());
            int rest = from.length - op.axis() - 1;
            System.arraycopy(at, op.axis() + chosen, from, op.axis() + 1, rest);
            long index = indices.integer(Indexing.index(indices.shape(), entry));
            from[op.axis()] = Moving.index(index, x.shape().dim(op.axis()), c.node().name());
            Indexing.copy(x, Indexing.index(x.shape(), from), y, i);
        }
    }

    static void gatherNd(GatherNd op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor indices = c.input(1);
        Tensor y = c.output();
        int last = indices.shape().rank() - 1;
        int depth = indices.shape().dim(last);
        int parts = parts(indices.shape());
        int part = y.elements() / parts;
        for (int i = 0; i < parts; i++) {
            int[] from = new int[x.shape().rank()];
            int[] row = Indexing.coordinates(Shape.of(prefix(indices.shape(), last)), i);
            System.arraycopy(row, 0, from, 0, op.batchDims());
            for (int j = 0; j < depth; j++) {
                int axis = op.batchDims() + j;
                long index = indices.integer(i * depth + j);
                from[axis] = Moving.index(index, x.shape().dim(axis), c.node().name());
            }
            int begin = Indexing.index(x.shape(), from);
            for (int j = 0; j < part; j++) {
                Indexing.copy(x, begin + j, y, i * part + j);
            }
        }
    }

    static void scatterNd(ScatterNd op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor indices = c.input(1);
        Tensor updates = c.input(2);
        Tensor y = c.output();
        for (int i = 0; i < x.elements(); i++) {
            Indexing.copy(x, i, y, i);
        }
        if (updates.elements() == 0) {
            return;
        }
        int depth = indices.shape().dim(indices.shape().rank() - 1);
        int parts = parts(indices.shape());
        int part = updates.elements() / parts;
        for (int i = 0; i < parts; i++) {
            int[] to = new int[y.shape().rank()];
            for (int axis = 0; axis < depth; axis++) {
                long index = indices.integer(i * depth + axis);
                to[axis] = Moving.index(index, y.shape().dim(axis), c.node().name());
            }
            int begin = Indexing.index(y.shape(), to);
            for (int j = 0; j < part; j++) {
                if (op.add()) {
                    add(updates, i * part + j, y, begin + j);
                } else {
                    Indexing.copy(updates, i * part + j, y, begin + j);
                }
            }
        }
    }

    private static void add(Tensor from, int i, Tensor to, int j) {
        if (to.dtype() == DType.F32) {
            to.setReal(j, to.real(j) + from.real(i));
        } else if (to.dtype() == DType.BOOL) {
            to.setInteger(j, to.integer(j) | from.integer(i));
        } else {
            to.setInteger(j, to.integer(j) + from.integer(i));
        }
    }

    /** Number of rows of indices. */
    private static int parts(Shape indices) {
        return Shape.of(prefix(indices, indices.rank() - 1)).elements();
    }

    private static int[] prefix(Shape shape, int rank) {
        return Arrays.copyOf(shape.toArray(), rank);
    }

    static void slice(DynamicSlice op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor y = c.output();
        int[] starts = new int[x.shape().rank()];
        for (int axis = 0; axis < starts.length; axis++) {
            int dim = x.shape().dim(axis);
            long start = c.input(1).integer(axis);
            starts[axis] = Moving.clamp(start < 0 ? start + dim : start, y.shape().dim(axis), dim);
        }
        for (int i = 0; i < y.elements(); i++) {
            Indexing.copy(x, shifted(y.shape(), i, starts, x.shape()), y, i);
        }
    }

    static void updateSlice(DynamicUpdateSlice op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor box = c.input(1);
        Tensor y = c.output();
        int[] starts = new int[x.shape().rank()];
        for (int axis = 0; axis < starts.length; axis++) {
            int dim = x.shape().dim(axis);
            starts[axis] = Moving.clamp(c.input(2).integer(axis), box.shape().dim(axis), dim);
        }
        for (int i = 0; i < x.elements(); i++) {
            Indexing.copy(x, i, y, i);
        }
        for (int i = 0; i < box.elements(); i++) {
            Indexing.copy(box, i, y, shifted(box.shape(), i, starts, y.shape()));
        }
    }

    /** Where element {@code i} of a box that begins at {@code starts} lies in the whole. */
    private static int shifted(Shape box, int i, int[] starts, Shape whole) {
        int[] at = Indexing.coordinates(box, i);
        for (int axis = 0; axis < at.length; axis++) {
            at[axis] += starts[axis];
        }
        return Indexing.index(whole, at);
    }

    static void reverseSequence(ReverseSequence op, KernelContext c) {
        Tensor x = c.input(0);
        int dim = x.shape().dim(op.axis());
        for (int i = 0; i < x.elements(); i++) {
            int[] at = Indexing.coordinates(x.shape(), i);
            long given = c.input(1).integer(at[op.batchAxis()]);
            int length = ReverseSequence.length(given, dim, c.node().name());
            if (at[op.axis()] < length) {
                at[op.axis()] = length - 1 - at[op.axis()];
            }
            Indexing.copy(x, Indexing.index(x.shape(), at), c.output(), i);
        }
    }

    static void oneHot(OneHot op, KernelContext c) {
        Tensor indices = c.input(0);
        Tensor y = c.output();
        for (int i = 0; i < y.elements(); i++) {
            int[] at = Indexing.coordinates(y.shape(), i);
            int[] entry = new int[at.length - 1];
            System.arraycopy(at, 0, entry, 0, op.axis());
            System.arraycopy(at, op.axis() + 1, entry, op.axis(), entry.length - op.axis());
            long index = indices.integer(Indexing.index(indices.shape(), entry));
            Indexing.copy(c.input(at[op.axis()] == index ? 1 : 2), 0, y, i);
        }
    }
}
