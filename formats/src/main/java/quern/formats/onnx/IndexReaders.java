package quern.formats.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import quern.op.Activation;
import quern.op.detection.BoxSelection;
import quern.op.dynamic.NonZero;
import quern.op.dynamic.ReshapeBy;
import quern.op.logic.Less;
import quern.op.logic.Select;
import quern.op.math.Add;
import quern.op.math.Mul;
import quern.op.quantize.Cast;
import quern.op.shape.Gather;
import quern.op.shape.GatherNd;
import quern.op.shape.Pad;
import quern.op.shape.ReverseSequence;
import quern.op.shape.ScatterNd;
import quern.op.shape.Slice;
import quern.op.shape.Transpose;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Elements chosen and placed by indices, and elements moved between axes. */
final class IndexReaders {
    private IndexReaders() {}

    /** Pads by indices: each axis is a gather of itself. */
    static void padByIndex(OnnxNode o, String mode, int[] pads) {
        String y = o.input(0);
        Shape x = o.shape(0);
        for (int axis = 0; axis < x.rank(); axis++) {
            int before = pads[axis];
            int after = pads[x.rank() + axis];
            if (before == 0 && after == 0) {
                continue;
            }
            int size = known(o, x, axis);
            int[] at = new int[Math.max(0, before + size + after)];
            for (int i = 0; i < at.length; i++) {
                at[i] = index(o, mode, i - before, size);
            }
            y = o.add(new Gather(axis, 0), y, o.list(at));
        }
        o.alias(0, y);
    }

    private static int index(OnnxNode o, String mode, int i, int size) {
        switch (mode) {
            case "edge":
                return Math.max(0, Math.min(i, size - 1));
            case "wrap":
                return Math.floorMod(i, size);
            case "reflect":
                int period = Math.max(1, 2 * (size - 1));
                int at = Math.floorMod(i, period);
                return at < size ? at : period - at;
            default:
                throw o.unsupported("mode " + mode);
        }
    }

    private static int known(OnnxNode o, Shape x, int axis) {
        if (x.isSymbolic(axis)) {
            throw o.unsupported("axis " + axis + " of shape " + x + " must be known");
        }
        return x.dim(axis);
    }

    /** S64 indices counted from the front. */
    private static String fromFront(OnnxNode o, String indices, String size) {
        DType type = o.type(indices).dtype();
        String wide = type == DType.S64 ? indices : o.add(new Cast(DType.S64), indices);
        String below = o.add(new Less(), wide, o.reshape(o.list(0)));
        return o.add(new Select(), below, o.add(new Add(Activation.NONE), wide, size), wide);
    }

    /** For each index of a tensor the place in all elements, with the coordinates that it has. */
    private static String places(OnnxNode o, String indices, int axis, Shape x) {
        Shape s = o.shape(indices);
        if (!s.isStatic() || !x.isStatic() || s.rank() != x.rank()) {
            throw o.unsupported("shapes " + x + " and " + s + " must be known and of one rank");
        }
        int[] strides = new int[x.rank()];
        int stride = 1;
        for (int i = x.rank() - 1; i >= 0; i--) {
            strides[i] = stride;
            stride = Math.multiplyExact(stride, x.dim(i));
        }
        Tensor offsets = Tensor.zeros(TensorType.of(DType.S64, s));
        for (int i = 0; i < offsets.elements(); i++) {
            long at = 0;
            int rest = i;
            for (int d = s.rank() - 1; d >= 0; d--) {
                at += d == axis ? 0 : (long) (rest % s.dim(d)) * strides[d];
                rest /= s.dim(d);
            }
            offsets.setInteger(i, at);
        }
        String front = fromFront(o, indices, o.reshape(o.list(x.dim(axis))));
        String scaled = o.add(new Mul(Activation.NONE), front, o.reshape(o.list(strides[axis])));
        return o.add(new Add(Activation.NONE), scaled, o.constant(offsets));
    }

    static void gatherElements(OnnxNode o) {
        int axis = o.axis(o.integer("axis", 0), o.rank(0));
        String at = places(o, o.input(1), axis, o.shape(0));
        o.emit(new Gather(0, 0), o.reshape(o.input(0), o.shape(0).elements()), at);
    }

    static void gatherNd(OnnxNode o) {
        int batch = o.integer("batch_dims", 0);
        Shape x = o.shape(0);
        int depth = known(o, o.shape(1), o.rank(1) - 1);
        int[] sizes = IntStream.range(batch, batch + depth).map(i -> known(o, x, i)).toArray();
        o.emit(new GatherNd(batch), o.input(0), fromFront(o, o.input(1), o.list(sizes)));
    }

    static void scatterElements(OnnxNode o) {
        Shape x = o.shape(0);
        int axis = o.axis(o.integer("axis", 0), x.rank());
        String at = places(o, o.input(1), axis, x);
        int count = o.shape(1).elements();
        String all = o.reshape(o.input(0), x.elements());
        String places = o.reshape(at, count, 1);
        String updates = o.reshape(o.input(2), count);
        String y = scattered(o, all, places, updates);
        o.emitReshape(y, x.toArray());
    }

    static void scatterNd(OnnxNode o) {
        Shape x = o.shape(0);
        if (!x.isStatic()) {
            throw o.unsupported("the shape of its data must be known");
        }
        int depth = known(o, o.shape(1), o.rank(1) - 1);
        int[] sizes = IntStream.range(0, depth).map(x::dim).toArray();
        String at = fromFront(o, o.input(1), o.list(sizes));
        o.alias(0, scattered(o, o.input(0), at, o.input(2)));
    }

    /** Data with updates at places, by the reduction of the node. */
    private static String scattered(OnnxNode o, String data, String places, String updates) {
        String reduction = o.text("reduction", "none");
        if (!reduction.equals("add") && !reduction.equals("none")) {
            throw o.unsupported("reduction " + reduction + " is not there yet; none and add are");
        }
        return o.add(new ScatterNd(reduction.equals("add")), data, places, updates);
    }

    static void depthToSpace(OnnxNode o) {
        int block = o.integer("blocksize");
        Shape x = o.shape(0);
        int channels = known(o, x, 1) / (block * block);
        int height = known(o, x, 2);
        int width = known(o, x, 3);
        boolean columnsFirst = o.text("mode", "DCR").equals("DCR");
        String split =
                columnsFirst
                        ? o.reshape(o.input(0), -1, block, block, channels, height, width)
                        : o.reshape(o.input(0), -1, channels, block, block, height, width);
        Ints order = columnsFirst ? Ints.of(0, 3, 4, 1, 5, 2) : Ints.of(0, 1, 4, 2, 5, 3);
        String moved = o.add(new Transpose(order), split);
        o.emitReshape(moved, -1, channels, height * block, width * block);
    }

    static void spaceToDepth(OnnxNode o) {
        int block = o.integer("blocksize");
        Shape x = o.shape(0);
        int channels = known(o, x, 1);
        int height = known(o, x, 2) / block;
        int width = known(o, x, 3) / block;
        String split = o.reshape(o.input(0), -1, channels, height, block, width, block);
        String moved = o.add(new Transpose(Ints.of(0, 3, 5, 1, 2, 4)), split);
        o.emitReshape(moved, -1, channels * block * block, height, width);
    }

    static void reverseSequence(OnnxNode o) {
        int batch = o.integer("batch_axis", 1);
        int time = o.integer("time_axis", 0);
        o.emit(new ReverseSequence(time, batch), o.input(0), o.input(1));
    }

    static void nonZero(OnnxNode o) {
        o.emit(new NonZero(), o.input(0));
    }

    /** The elements of an axis for which a condition holds. */
    static void compress(OnnxNode o) {
        boolean flat = !o.hasAttribute("axis");
        int axis = flat ? 0 : o.axis(o.integer("axis"), o.rank(0));
        String x = flat ? o.reshape(o.input(0), o.shape(0).elements()) : o.input(0);
        String places = o.add(new NonZero(), o.input(1));
        String list = o.add(new ReshapeBy(false), places, o.list(-1));
        o.emit(new Gather(axis, 0), x, list);
    }

    static void nonMaxSuppression(OnnxNode o) {
        List<String> from = new ArrayList<>(List.of(o.input(0), o.input(1)));
        for (int i = 2; i < 5; i++) {
            String number = o.inputOrAbsent(i);
            from.add(number.isEmpty() || o.rank(i) == 0 ? number : o.reshape(number));
        }
        o.emit(0, new BoxSelection(o.flag("center_point_box", false)), from);
    }

    /** A part of an image around its middle, or zeros around it. */
    static void centerCropPad(OnnxNode o) {
        Shape x = o.shape(0);
        int[] to = o.integers(1, "the shape");
        int[] axes = o.ints("axes", IntStream.range(0, x.rank()).toArray());
        int[] before = new int[x.rank()];
        int[] after = new int[x.rank()];
        int[] starts = new int[x.rank()];
        int[] sizes = Ints.repeat(-1, x.rank()).toArray();
        for (int i = 0; i < axes.length; i++) {
            int axis = o.axis(axes[i], x.rank());
            int more = to[i] - known(o, x, axis);
            before[axis] = Math.max(0, more / 2);
            after[axis] = Math.max(0, more - more / 2);
            starts[axis] = Math.max(0, -more / 2);
            sizes[axis] = Math.min(to[i], x.dim(axis));
        }
        String cut = o.add(Slice.of(Ints.of(starts), Ints.of(sizes)), o.input(0));
        o.emit(new Pad(Ints.of(before), Ints.of(after), 0f), cut);
    }
}
