package quern.formats.tflite;

import java.util.ArrayList;
import java.util.List;
import quern.error.FormatException;
import quern.op.Op;
import quern.op.shape.DynamicSlice;
import quern.op.shape.Slice;
import quern.tensor.Ints;
import quern.tensor.Shape;

/**
 * Reads one STRIDED_SLICE as a Slice and, where axes are added or dropped, a Reshape. Bits of the
 * masks belong to the entries of begin, end and strides; an ellipsis stands for as many whole axes
 * as are left.
 *
 * <p>Begin and end may depend on the model's inputs where it is known how much they take: a single
 * index, a whole axis, an offset, or what the file says about the output.
 */
final class StridedSliceReader {
    private static final int BEGIN_MASK = 0;
    private static final int END_MASK = 1;
    private static final int ELLIPSIS_MASK = 2;
    private static final int NEW_AXIS_MASK = 3;
    private static final int SHRINK_AXIS_MASK = 4;
    private static final int OFFSET = 5;

    private final TfliteOperator o;
    private final Shape x;
    private final boolean offset;
    private final boolean fixed;
    private final int[] begin;
    private final int[] end;
    private final int[] strides;
    private final int[] starts;
    private final int[] steps;
    private final int[] sizes;
    private final List<Integer> dims = new ArrayList<>();

    StridedSliceReader(TfliteOperator o) {
        o.requireInputs(4, 4);
        this.o = o;
        this.x = o.type(0).shape();
        this.offset = o.options().u8(OFFSET) != 0;
        this.strides = o.integers(3, "strides");
        this.fixed = o.constant(1).isPresent() && o.constant(2).isPresent();
        this.begin = o.constant(1).isPresent() ? o.integers(1, "begin") : strides;
        this.end = o.constant(2).isPresent() ? o.integers(2, "end") : strides;
        this.starts = new int[x.rank()];
        this.steps = Ints.repeat(1, x.rank()).toArray();
        this.sizes = Ints.repeat(-1, x.rank()).toArray();
        if (begin.length != strides.length || end.length != strides.length) {
            throw new FormatException(
                    "strides", "begin, end and strides must have as many numbers each");
        }
    }

    void read() {
        int axis = 0;
        int whole = wholeAxes();
        for (int i = 0; i < strides.length; i++) {
            if (bit(ELLIPSIS_MASK, i)) {
                for (int end = axis + whole; axis < end; axis++) {
                    keep(axis);
                }
                whole = 0;
            } else if (bit(NEW_AXIS_MASK, i)) {
                dims.add(1);
            } else {
                if (axis >= x.rank()) {
                    throw new FormatException("begin", "it has too many numbers for shape " + x);
                }
                entry(i, axis++);
            }
        }
        for (; axis < x.rank(); axis++) {
            keep(axis);
        }
        emit(fixed ? slice() : dynamic());
    }

    private void emit(Op op) {
        String[] from = fixed ? new String[] {o.input(0)} : new String[] {o.input(0), starts()};
        boolean same = dims.size() == x.rank() && !masked(NEW_AXIS_MASK);
        if (same) {
            o.emit(op, from);
        } else {
            o.emit(SliceReaders.reshape(dims), o.step("slice", op, from));
        }
    }

    private Op slice() {
        return new Slice(Ints.of(starts), Ints.of(steps), Ints.of(sizes));
    }

    private Op dynamic() {
        return new DynamicSlice(Ints.of(sizes));
    }

    /** The computed begin, which must have one number for each axis in order. */
    private String starts() {
        if (strides.length != x.rank() || masked(ELLIPSIS_MASK) || masked(NEW_AXIS_MASK)) {
            throw o.unsupported("a computed begin must have one number for each axis");
        }
        return o.input(1);
    }

    private boolean masked(int mask) {
        return o.options().s32(mask) != 0;
    }

    private boolean bit(int mask, int i) {
        return i < Integer.SIZE && (o.options().s32(mask) >> i & 1) != 0;
    }

    /** Axes that an ellipsis stands for. */
    private int wholeAxes() {
        int taken = 0;
        int ellipses = 0;
        for (int i = 0; i < strides.length; i++) {
            boolean ellipsis = bit(ELLIPSIS_MASK, i);
            ellipses += ellipsis ? 1 : 0;
            taken += ellipsis || bit(NEW_AXIS_MASK, i) ? 0 : 1;
        }
        if (ellipses > 1 || taken > x.rank()) {
            throw new FormatException(
                    "builtin_options", "more than one ellipsis, or more axes than " + x + " has");
        }
        return x.rank() - taken;
    }

    private void keep(int axis) {
        dims.add(x.dim(axis));
    }

    private void entry(int i, int axis) {
        int step = strides[i];
        int dim = x.dim(axis);
        if (step == 0) {
            throw new FormatException("strides", "a step of 0 goes nowhere");
        }
        boolean shrink = bit(SHRINK_AXIS_MASK, i);
        if (!fixed) {
            computed(i, axis, shrink);
            return;
        }
        int first = bit(BEGIN_MASK, i) ? (step > 0 ? 0 : dim - 1) : clamp(begin[i], dim, step);
        if (shrink) {
            long index =
                    bit(BEGIN_MASK, i) ? first : begin[i] < 0 ? (long) begin[i] + dim : begin[i];
            if (index < 0 || index >= dim) {
                throw new FormatException(
                        "begin", "index " + begin[i] + " is outside of axis " + axis + " of " + x);
            }
            starts[axis] = (int) index;
            sizes[axis] = 1;
            return;
        }
        long stop = offset ? (long) end[i] + begin[i] : end[i];
        int last = bit(END_MASK, i) ? (step > 0 ? dim : -1) : clamp(stop, dim, step);
        long span = step > 0 ? (long) last - first : (long) first - last;
        long size = span <= 0 ? 0 : (span - 1) / Math.abs((long) step) + 1;
        starts[axis] = size == 0 ? 0 : first;
        steps[axis] = step;
        sizes[axis] = (int) size;
        dims.add((int) size);
    }

    /** A bound moved to where elements are, or next to them. */
    private static int clamp(long bound, int dim, int step) {
        long b = bound < 0 ? bound + dim : bound;
        int low = step > 0 ? 0 : -1;
        return (int) Math.max(low, Math.min(b, dim + low));
    }

    private void computed(int i, int axis, boolean shrink) {
        boolean all = bit(BEGIN_MASK, i) && bit(END_MASK, i);
        if (shrink) {
            sizes[axis] = 1;
            return;
        }
        if (strides[i] != 1) {
            throw o.unsupported("a computed begin with steps other than 1 is not supported");
        }
        if (all) {
            keep(axis);
            return;
        }
        if (offset && o.constant(2).isPresent()) {
            sizes[axis] = end[i];
        } else if (o.declaredShape().filter(s -> s.rank() > dims.size()).isPresent()) {
            sizes[axis] = o.declaredShape().get().dim(dims.size());
        } else {
            throw o.unsupported("how much a computed begin and end take is not known");
        }
        dims.add(sizes[axis]);
    }
}
