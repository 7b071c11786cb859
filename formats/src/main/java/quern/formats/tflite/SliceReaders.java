package quern.formats.tflite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import quern.error.FormatException;
import quern.op.shape.Concat;
import quern.op.shape.DynamicSlice;
import quern.op.shape.DynamicUpdateSlice;
import quern.op.shape.Reshape;
import quern.op.shape.ReverseSequence;
import quern.op.shape.Slice;
import quern.tensor.Ints;
import quern.tensor.Shape;

/** Reads operators that take tensors apart, put them together or turn them around. */
final class SliceReaders {
    private static final int PACK_AXIS = 1;
    private static final int REVERSE_AXIS = 0;
    private static final int REVERSE_BATCH_AXIS = 1;

    private SliceReaders() {}

    static void slice(TfliteOperator o) {
        o.requireInputs(3, 3);
        int[] sizes = o.integers(2, "sizes");
        if (o.constant(1).isEmpty()) {
            o.emit(new DynamicSlice(Ints.of(whole(o, sizes))), o.input(0), o.input(1));
            return;
        }
        int[] begin = o.integers(1, "begin");
        for (int b : begin) {
            if (b < 0) {
                throw new FormatException("begin", b + " is negative");
            }
        }
        if (begin.length != sizes.length) {
            throw new FormatException(
                    "begin", begin.length + " numbers do not fit " + sizes.length + " sizes");
        }
        o.emit(Slice.of(Ints.of(begin), Ints.of(sizes)), o.input(0));
    }

    /** Sizes to the end of an axis (-1) as numbers, where the begin of the axis is known. */
    private static int[] whole(TfliteOperator o, int[] sizes) {
        Shape x = o.type(0).shape();
        List<OptionalLong> begin = o.values().elements(o.index(1));
        for (int i = 0; i < sizes.length; i++) {
            if (sizes[i] == -1) {
                boolean known = i < x.rank() && i < begin.size() && begin.get(i).isPresent();
                long from = known ? begin.get(i).getAsLong() : -1;
                if (from < 0 || from > x.dim(i)) {
                    throw o.unsupported(
                            "a slice to the end of axis "
                                    + i
                                    + ", whose begin depends on the model's inputs, is not supported");
                }
                sizes[i] = x.dim(i) - (int) from;
            }
        }
        return sizes;
    }

    static void stridedSlice(TfliteOperator o) {
        new StridedSliceReader(o).read();
    }

    static void split(TfliteOperator o) {
        o.requireInputs(2, 2);
        Shape x = o.type(1).shape();
        int axis = o.axis(0, x);
        int parts = o.outputs();
        if (x.dim(axis) % parts != 0) {
            throw new FormatException(
                    "outputs",
                    parts + " equal parts of axis " + axis + " of " + x + " do not exist");
        }
        int[] sizes = new int[parts];
        Arrays.fill(sizes, x.dim(axis) / parts);
        split(o, 1, axis, sizes);
    }

    static void splitV(TfliteOperator o) {
        o.requireInputs(3, 3);
        Shape x = o.type(0).shape();
        int axis = o.axis(2, x);
        int[] sizes = o.integers(1, "size_splits");
        long rest = x.dim(axis);
        int open = -1;
        for (int i = 0; i < sizes.length; i++) {
            open = sizes[i] == -1 && open < 0 ? i : open;
            rest -= i == open ? 0 : sizes[i];
        }
        if (open >= 0) {
            sizes[open] = (int) rest;
            rest = 0;
        }
        boolean negative = Arrays.stream(sizes).anyMatch(size -> size < 0);
        if (rest != 0 || negative || sizes.length != o.outputs()) {
            throw new FormatException(
                    "size_splits",
                    Ints.of(sizes) + " do not split axis " + axis + " of " + x + " into outputs");
        }
        split(o, 0, axis, sizes);
    }

    private static void split(TfliteOperator o, int input, int axis, int[] sizes) {
        int rank = o.type(input).shape().rank();
        int begin = 0;
        for (int i = 0; i < sizes.length; i++) {
            o.emit(i, part(rank, axis, begin, sizes[i]), o.input(input));
            begin += sizes[i];
        }
    }

    /** A part of one axis and all of the others. */
    private static Slice part(int rank, int axis, int begin, int size) {
        int[] starts = new int[rank];
        int[] sizes = Ints.repeat(-1, rank).toArray();
        starts[axis] = begin;
        sizes[axis] = size;
        return Slice.of(Ints.of(starts), Ints.of(sizes));
    }

    static void pack(TfliteOperator o) {
        o.requireInputs(1, Integer.MAX_VALUE);
        List<Integer> dims = dims(o.type(0).shape());
        int axis = o.options().s32(PACK_AXIS);
        axis += axis < 0 ? dims.size() + 1 : 0;
        if (axis < 0 || axis > dims.size()) {
            throw new FormatException(
                    "builtin_options",
                    "axis " + axis + " cannot be added to shape " + o.type(0).shape());
        }
        dims.add(axis, 1);
        String[] from = new String[o.inputs()];
        for (int i = 0; i < from.length; i++) {
            if (!o.type(i).shape().equals(o.type(0).shape())) {
                throw new FormatException(
                        "inputs", o.type(i) + " and " + o.type(0) + " cannot be packed");
            }
            from[i] = o.step("expanded" + i, reshape(dims), o.input(i));
        }
        o.emit(new Concat(axis), from);
    }

    static void unpack(TfliteOperator o) {
        o.requireInputs(1, 1);
        Shape x = o.type(0).shape();
        int axis = x.axis(o.options().s32(PACK_AXIS));
        if (x.dim(axis) != o.outputs()) {
            throw new FormatException(
                    "outputs", "axis " + axis + " of " + x + " does not give " + o.outputs());
        }
        List<Integer> dims = dims(x);
        dims.remove(axis);
        for (int i = 0; i < o.outputs(); i++) {
            String part = o.step("part" + i, part(x.rank(), axis, i, 1), o.input(0));
            o.emit(i, reshape(dims), part);
        }
    }

    static void reverse(TfliteOperator o) {
        o.requireInputs(2, 2);
        Shape x = o.type(0).shape();
        int[] starts = new int[x.rank()];
        int[] steps = Ints.repeat(1, x.rank()).toArray();
        for (int a : o.integers(1, "axes")) {
            starts[x.axis(a)] = -1;
            steps[x.axis(a)] = -1;
        }
        Ints all = Ints.repeat(-1, x.rank());
        o.emit(new Slice(Ints.of(starts), Ints.of(steps), all), o.input(0));
    }

    static void reverseSequence(TfliteOperator o) {
        o.requireInputs(2, 2);
        Shape x = o.type(0).shape();
        int axis = x.axis(o.options().s32(REVERSE_AXIS));
        int batch = x.axis(o.options().s32(REVERSE_BATCH_AXIS));
        o.emit(new ReverseSequence(axis, batch), o.input(0), o.input(1));
    }

    static void dynamicUpdateSlice(TfliteOperator o) {
        o.requireInputs(3, 3);
        o.emit(new DynamicUpdateSlice(), o.input(0), o.input(1), o.input(2));
    }

    static Reshape reshape(List<Integer> dims) {
        return new Reshape(Ints.of(dims.stream().mapToInt(d -> d).toArray()));
    }

    static List<Integer> dims(Shape shape) {
        List<Integer> dims = new ArrayList<>();
        for (int i = 0; i < shape.rank(); i++) {
            dims.add(shape.dim(i));
        }
        return dims;
    }
}
