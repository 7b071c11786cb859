package quern.runtime.kernel;

import quern.op.shape.DynamicSlice;
import quern.op.shape.DynamicUpdateSlice;
import quern.op.shape.Gather;
import quern.op.shape.GatherNd;
import quern.op.shape.MirrorPad;
import quern.op.shape.Moving;
import quern.op.shape.ReverseSequence;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Microkernels;
import quern.tensor.DType.Storage;

/** Makes the kernels of operators that move runs of elements to or from computed places. */
final class IndexKernels {
    private IndexKernels() {}

    static Kernel gather(Gather op, Preparation p) {
        int[] x = p.type(0).shape().toArray();
        int batch = product(x, 0, op.batchDims());
        int outer = product(x, op.batchDims(), op.axis());
        int inner = product(x, op.axis() + 1, x.length);
        int chosen = batch == 0 ? 0 : p.input(1).elements() / batch;
        int dim = x[op.axis()];
        Operand indices = p.input(1);
        String node = p.node().name();
        Storage storage = p.output().type().dtype().storage();
        boolean simple = storage == Storage.FLOAT || storage == Storage.BYTE;
        if (simple && inner == 1 && batch == 1 && chosen > 0 && hasPlaces(indices, dim)) {
            return chosenChannels(p, outer, dim, chosen, node);
        }
        return runs(
                "gather",
                p,
                inner,
                (arena, row) -> {
                    int group = row / chosen;
                    int entry = group / outer * chosen + row % chosen;
                    int index = Moving.index(at(indices, arena, entry), dim, node);
                    return (group * dim + index) * inner;
                });
    }

    /** Whether indices are constant and lie on an axis. */
    private static boolean hasPlaces(Operand indices, int dim) {
        if (!indices.isConstant()) {
            return false;
        }
        for (int i = 0; i < indices.elements(); i++) {
            long index = indices.constant().integer(i);
            if (index < -dim || index >= dim) {
                return false;
            }
        }
        return true;
    }

    /** Elements at constant places along the last axis. */
    private static Kernel chosenChannels(
            Preparation p, int outer, int dim, int chosen, String node) {
        Operand x = p.input(0);
        Operand y = p.output();
        Microkernels micro = p.micro();
        int[] places = new int[chosen];
        for (int i = 0; i < chosen; i++) {
            places[i] = Moving.index(p.input(1).constant().integer(i), dim, node);
        }
        Storage storage = y.type().dtype().storage();
        String name = "gatherChannels" + y.type().dtype();
        int stride = stride(places, dim);
        if (stride > 0) {
            return new MapKernel(
                    name,
                    outer * chosen,
                    (arena, start, n) -> {
                        int f = x.offset(arena) + places[0] + start * stride;
                        int t = y.offset(arena) + start;
                        if (storage == Storage.FLOAT) {
                            micro.everyF32(x.floats(arena), f, stride, y.floats(arena), t, n);
                        } else {
                            micro.everyS8(x.bytes(arena), f, stride, y.bytes(arena), t, n);
                        }
                    });
        }
        return new MapKernel(
                name,
                outer,
                (arena, start, n) -> {
                    int f = x.offset(arena) + start * dim;
                    int t = y.offset(arena) + start * chosen;
                    if (storage == Storage.FLOAT) {
                        micro.gatherF32(x.floats(arena), f, dim, places, y.floats(arena), t, n);
                    } else {
                        channels(x.bytes(arena), f, dim, places, y.bytes(arena), t, n);
                    }
                });
    }

    /** How far apart chosen places are, if they are that in all rows after each other; else 0. */
    private static int stride(int[] places, int dim) {
        int stride = dim / places.length;
        boolean even = stride * places.length == dim && places[0] >= 0 && places[0] < stride;
        for (int i = 1; i < places.length; i++) {
            even &= places[i] == places[0] + i * stride;
        }
        return even ? stride : 0;
    }

    private static void channels(
            byte[] x, int from, int step, int[] places, byte[] y, int to, int rows) {
        for (int r = 0; r < rows; r++) {
            int f = from + r * step;
            int t = to + r * places.length;
            for (int i = 0; i < places.length; i++) {
                y[t + i] = x[f + places[i]];
            }
        }
    }

    static Kernel gatherNd(GatherNd op, Preparation p) {
        int[] x = p.type(0).shape().toArray();
        int[] strides = StridedCopy.strides(x);
        int[] shape = p.type(1).shape().toArray();
        int depth = shape[shape.length - 1];
        int batches = product(x, 0, op.batchDims());
        int part = product(x, op.batchDims() + depth, x.length);
        int whole = product(x, op.batchDims(), x.length);
        int rows = product(shape, 0, shape.length - 1) / Math.max(1, batches);
        Operand indices = p.input(1);
        String node = p.node().name();
        return runs(
                "gatherNd",
                p,
                part,
                (arena, row) -> {
                    int from = row / rows * whole;
                    for (int i = 0; i < depth; i++) {
                        int axis = op.batchDims() + i;
                        long index = at(indices, arena, row * depth + i);
                        from += Moving.index(index, x[axis], node) * strides[axis];
                    }
                    return from;
                });
    }

    static Kernel reverseSequence(ReverseSequence op, Preparation p) {
        int[] x = p.type(0).shape().toArray();
        int[] strides = StridedCopy.strides(x);
        int run = strides[Math.max(op.axis(), op.batchAxis())];
        int step = run == 0 ? 1 : run;
        int axisStride = strides[op.axis()] / step;
        int batchStride = strides[op.batchAxis()] / step;
        int dim = x[op.axis()];
        int batches = x[op.batchAxis()];
        Operand lengths = p.input(1);
        String node = p.node().name();
        return runs(
                "reverseSequence",
                p,
                run,
                (arena, row) -> {
                    int i = row / axisStride % dim;
                    int batch = row / batchStride % batches;
                    int length = ReverseSequence.length(at(lengths, arena, batch), dim, node);
                    return (i < length ? row + (length - 1 - 2 * i) * axisStride : row) * run;
                });
    }

    /** Where a run of the output begins in the first input. */
    @FunctionalInterface
    private interface Source {
        int of(Arena arena, int row);
    }

    /** The output in runs of {@code run} neighbouring elements. */
    private static Kernel runs(String name, Preparation p, int run, Source source) {
        if (p.type(0).dtype().isPacked()) {
            return p.reference(ShapeKernels.PACKED);
        }
        Operand x = p.input(0);
        Operand y = p.output();
        Storage storage = y.type().dtype().storage();
        int rows = y.elements() == 0 ? 0 : y.elements() / run;
        return new MapKernel(
                name + y.type().dtype(),
                rows,
                (arena, start, n) -> {
                    Object from = x.array(arena);
                    Object to = y.array(arena);
                    int f = x.offset(arena);
                    int t = y.offset(arena);
                    for (int row = start; row < start + n; row++) {
                        int at = f + source.of(arena, row);
                        Elements.copy(storage, from, at, to, t + row * run, run);
                    }
                });
    }

    static Kernel mirrorPad(MirrorPad op, Preparation p) {
        if (p.type(0).dtype().isPacked()) {
            return p.reference(ShapeKernels.PACKED);
        }
        Operand x = p.input(0);
        Operand y = p.output();
        int[] from = x.type().shape().toArray();
        int[] to = y.type().shape().toArray();
        int axis = from.length - 1;
        while (axis > 0 && from[axis] == to[axis]) {
            axis--;
        }
        if (axis < 0 || y.elements() == 0) {
            return new CopyStep(x, y);
        }
        int last = axis;
        int run = product(from, last + 1, from.length);
        int[] strides = StridedCopy.strides(from);
        Storage storage = y.type().dtype().storage();
        int before = op.before().at(last);
        return new MapKernel(
                "mirrorPad" + y.type().dtype(),
                product(to, 0, last),
                (arena, start, n) -> {
                    Object source = x.array(arena);
                    Object target = y.array(arena);
                    for (int row = start; row < start + n; row++) {
                        int f = x.offset(arena);
                        int rest = row;
                        for (int i = last - 1; i >= 0; i--) {
                            f += op.source(i, from[i], rest % to[i]) * strides[i];
                            rest /= to[i];
                        }
                        int t = y.offset(arena) + row * to[last] * run;
                        int whole = from[last] * run;
                        Elements.copy(storage, source, f, target, t + before * run, whole);
                        for (int i = 0; i < to[last] - from[last]; i++) {
                            int at = i < before ? i : i + from[last];
                            int s = f + op.source(last, from[last], at) * run;
                            Elements.copy(storage, source, s, target, t + at * run, run);
                        }
                    }
                });
    }

    static Kernel slice(DynamicSlice op, Preparation p) {
        return box("dynamicSlice", p, p.input(0), p.output(), p.input(1), true);
    }

    static Kernel updateSlice(DynamicUpdateSlice op, Preparation p) {
        return box("dynamicUpdateSlice", p, p.output(), p.input(1), p.input(2), false);
    }

    /** Copies a box out of a tensor, or a tensor into another one that gets a copy of its own. */
    private static Kernel box(
            String name, Preparation p, Operand whole, Operand box, Operand starts, boolean out) {
        if (p.type(0).dtype().isPacked()) {
            return p.reference(ShapeKernels.PACKED);
        }
        int[] dims = whole.type().shape().toArray();
        int[] sizes = box.type().shape().toArray();
        int[] strides = StridedCopy.strides(dims);
        int[] own = StridedCopy.strides(sizes);
        Operand x = p.input(0);
        Storage storage = x.type().dtype().storage();
        StridedCopy copy =
                out
                        ? new StridedCopy(sizes, strides, 0, own, 0)
                        : new StridedCopy(sizes, own, 0, strides, 0);
        return new Step(
                name + x.type().dtype(),
                arena -> {
                    int begin = whole.offset(arena);
                    for (int axis = 0; axis < dims.length; axis++) {
                        long start = at(starts, arena, axis);
                        start += out && start < 0 ? dims[axis] : 0;
                        begin += Moving.clamp(start, sizes[axis], dims[axis]) * strides[axis];
                    }
                    Object inside = whole.array(arena);
                    Object single = box.array(arena);
                    if (out) {
                        copy.run(storage, inside, begin, single, box.offset(arena));
                        return;
                    }
                    Object before = x.array(arena);
                    int to = whole.offset(arena);
                    System.arraycopy(before, x.offset(arena), inside, to, x.elements());
                    copy.run(storage, single, box.offset(arena), inside, begin);
                });
    }

    /** What a kernel does in one piece. */
    @FunctionalInterface
    interface Body {
        void run(Arena arena);
    }

    record Step(String name, Body body) implements Kernel {
        @Override
        public void run(Arena arena, int part, int parts) {
            body.run(arena);
        }
    }

    /** Element {@code i} of an operand of indices. */
    static long at(Operand indices, Arena arena, int i) {
        Object array = indices.array(arena);
        int at = indices.offset(arena) + i;
        return switch (indices.type().dtype().storage()) {
            case SHORT -> ((short[]) array)[at];
            case INT -> ((int[]) array)[at];
            default -> ((long[]) array)[at];
        };
    }

    static int product(int[] dims, int from, int to) {
        int n = 1;
        for (int axis = from; axis < to; axis++) {
            n *= dims[axis];
        }
        return n;
    }
}
