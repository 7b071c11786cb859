package quern.runtime.kernel;

import quern.op.shape.Moving;
import quern.op.shape.OneHot;
import quern.op.shape.Range;
import quern.op.shape.ScatterNd;
import quern.runtime.arena.Arena;
import quern.tensor.DType;
import quern.tensor.DType.Storage;

/** Makes the kernels of operators that write to computed places, and of counting. */
final class ScatterKernels {
    private ScatterKernels() {}

    static Kernel scatterNd(ScatterNd op, Preparation p) {
        DType dtype = p.type(0).dtype();
        if (dtype.isPacked()) {
            return p.reference(ShapeKernels.PACKED);
        }
        int[] dims = p.type(0).shape().toArray();
        int[] strides = StridedCopy.strides(dims);
        int[] shape = p.type(1).shape().toArray();
        int depth = shape[shape.length - 1];
        int part = IndexKernels.product(dims, depth, dims.length);
        Operand x = p.input(0);
        Operand indices = p.input(1);
        Operand updates = p.input(2);
        Operand y = p.output();
        boolean none = updates.elements() == 0 || y.elements() == 0;
        int parts = none ? 0 : updates.elements() / part;
        Storage storage = dtype.storage();
        String node = p.node().name();
        return new IndexKernels.Step(
                "scatterNd" + dtype,
                arena -> {
                    Object to = y.array(arena);
                    int begin = y.offset(arena);
                    System.arraycopy(x.array(arena), x.offset(arena), to, begin, x.elements());
                    for (int i = 0; i < parts; i++) {
                        int t = begin;
                        for (int axis = 0; axis < depth; axis++) {
                            long index = IndexKernels.at(indices, arena, i * depth + axis);
                            t += Moving.index(index, dims[axis], node) * strides[axis];
                        }
                        int f = updates.offset(arena) + i * part;
                        if (op.add()) {
                            add(dtype, updates.array(arena), f, to, t, part);
                        } else {
                            Elements.copy(storage, updates.array(arena), f, to, t, part);
                        }
                    }
                });
    }

    private static void add(DType dtype, Object from, int f, Object to, int t, int n) {
        for (int i = 0; i < n; i++) {
            switch (dtype.storage()) {
                case FLOAT -> ((float[]) to)[t + i] += ((float[]) from)[f + i];
                case INT -> ((int[]) to)[t + i] += ((int[]) from)[f + i];
                case LONG -> ((long[]) to)[t + i] += ((long[]) from)[f + i];
                case SHORT -> ((short[]) to)[t + i] += ((short[]) from)[f + i];
                default -> {
                    byte[] y = (byte[]) to;
                    byte x = ((byte[]) from)[f + i];
                    y[t + i] = (byte) (dtype == DType.BOOL ? y[t + i] | x : y[t + i] + x);
                }
            }
        }
    }

    static Kernel oneHot(OneHot op, Preparation p) {
        DType dtype = p.type(1).dtype();
        if (dtype.isPacked()) {
            return p.reference(ShapeKernels.PACKED);
        }
        int[] shape = p.type(0).shape().toArray();
        int inner = IndexKernels.product(shape, op.axis(), shape.length);
        Operand indices = p.input(0);
        Operand on = p.input(1);
        Operand off = p.input(2);
        Operand y = p.output();
        int count = y.elements() == 0 ? 0 : indices.elements();
        Storage storage = dtype.storage();
        return new IndexKernels.Step(
                "oneHot" + dtype,
                arena -> {
                    Object to = y.array(arena);
                    int t = y.offset(arena);
                    Object rest = off.array(arena);
                    Elements.fill(storage, rest, off.offset(arena), to, t, y.elements());
                    for (int i = 0; i < count; i++) {
                        long index = IndexKernels.at(indices, arena, i);
                        if (index >= 0 && index < op.depth()) {
                            int row = i / inner * op.depth() + (int) index;
                            int at = t + row * inner + i % inner;
                            Elements.copy(storage, on.array(arena), on.offset(arena), to, at, 1);
                        }
                    }
                });
    }

    static Kernel range(Range op, Preparation p) {
        Operand start = p.input(0);
        Operand step = p.input(1);
        Operand y = p.output();
        DType dtype = y.type().dtype();
        return new IndexKernels.Step(
                "range" + dtype,
                arena -> {
                    if (dtype == DType.F32) {
                        reals(op.count(), start, step, y, arena);
                    } else {
                        wholes(op.count(), start, step, y, arena);
                    }
                });
    }

    private static void reals(int count, Operand start, Operand step, Operand y, Arena arena) {
        float[] to = y.floats(arena);
        int t = y.offset(arena);
        float delta = step.floats(arena)[step.offset(arena)];
        float value = start.floats(arena)[start.offset(arena)];
        for (int i = 0; i < count; i++) {
            to[t + i] = value;
            value += delta;
        }
    }

    private static void wholes(int count, Operand start, Operand step, Operand y, Arena arena) {
        Object to = y.array(arena);
        int t = y.offset(arena);
        long delta = IndexKernels.at(step, arena, 0);
        long value = IndexKernels.at(start, arena, 0);
        for (int i = 0; i < count; i++) {
            if (to instanceof int[] ints) {
                ints[t + i] = (int) value;
            } else {
                ((long[]) to)[t + i] = value;
            }
            value += delta;
        }
    }
}
