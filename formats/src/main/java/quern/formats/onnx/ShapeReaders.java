package quern.formats.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import quern.op.dynamic.BroadcastBy;
import quern.op.dynamic.PadBy;
import quern.op.dynamic.RangeBy;
import quern.op.dynamic.ReshapeBy;
import quern.op.dynamic.ShapeOf;
import quern.op.dynamic.SliceBy;
import quern.op.dynamic.TileBy;
import quern.op.quantize.Cast;
import quern.op.reduction.ReduceProd;
import quern.op.shape.BroadcastTo;
import quern.op.shape.Concat;
import quern.op.shape.Gather;
import quern.op.shape.Slice;
import quern.op.shape.Transpose;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Operators that make constants, compute with shapes and move elements. */
final class ShapeReaders {
    /** Most elements of a constant of one value that is stored. */
    private static final int MOST_STORED = 1 << 16;

    private ShapeReaders() {}

    static void identity(OnnxNode o) {
        o.alias(0, o.input(0));
    }

    static void constant(OnnxNode o) {
        if (o.hasAttribute("value")) {
            o.emitTensor("value");
        } else if (o.hasAttribute("value_float")) {
            o.emitConstant(Tensor.of(Shape.of(), o.real("value_float")));
        } else if (o.hasAttribute("value_floats")) {
            float[] all = o.reals("value_floats");
            o.emitConstant(Tensor.of(Shape.of(all.length), all));
        } else if (o.hasAttribute("value_int")) {
            Tensor t = Tensor.zeros(TensorType.of(DType.S64, Shape.of()));
            t.setInteger(0, o.whole("value_int"));
            o.emitConstant(t);
        } else if (o.hasAttribute("value_ints")) {
            o.alias(0, o.wholes("value_ints"));
        } else {
            throw o.unsupported("a constant of text or a sparse one is not read");
        }
    }

    static void constantOfShape(OnnxNode o) {
        Tensor value =
                o.hasAttribute("value")
                        ? o.tensor("value")
                        : Tensor.of(Shape.of(), new float[] {0f});
        if (value.elements() != 1) {
            throw o.error("the value must be one number, not " + value.type());
        }
        Tensor scalar = value.as(value.type().withShape(Shape.of()));
        Optional<Tensor> dims = o.constant(0);
        if (dims.isEmpty()) {
            o.emit(new BroadcastBy(), o.constant(scalar), o.input(0));
            return;
        }
        Shape shape = Shape.of(o.integers(0, "the dimensions"));
        if (shape.elements() > MOST_STORED) {
            o.emit(new BroadcastTo(OnnxNode.dims(shape)), o.constant(scalar));
            return;
        }
        Tensor all = Tensor.zeros(scalar.type().withShape(shape));
        int width = all.elements();
        for (int i = 0; i < width; i++) {
            System.arraycopy(scalar.array(), scalar.offset(), all.array(), i, 1);
        }
        o.emitConstant(all);
    }

    static void shape(OnnxNode o) {
        int rank = o.rank(0);
        int start = bound(o.integer("start", 0), rank);
        int end = bound(o.integer("end", rank), rank);
        if (start == 0 && end == rank) {
            o.emit(new ShapeOf(), o.input(0));
            return;
        }
        String all = o.add(new ShapeOf(), o.input(0));
        o.emit(Slice.of(Ints.of(start), Ints.of(Math.max(0, end - start))), all);
    }

    private static int bound(int place, int rank) {
        return Math.max(0, Math.min(place < 0 ? place + rank : place, rank));
    }

    static void size(OnnxNode o) {
        String all = o.add(new ShapeOf(), o.input(0));
        o.emit(new ReduceProd(Ints.of(0), false), all);
    }

    static void reshape(OnnxNode o) {
        if (o.opset() < 5) {
            o.emit(new ReshapeBy(false), o.input(0), o.list(o.ints("shape")));
            return;
        }
        o.emit(new ReshapeBy(o.flag("allowzero", false)), o.input(0), o.input(1));
    }

    static void flatten(OnnxNode o) {
        Shape x = o.shape(0);
        int axis = o.integer("axis", 1);
        int split = axis < 0 ? axis + x.rank() : axis;
        if (split < 0 || split > x.rank()) {
            throw o.error("axis " + axis + " is outside a tensor of shape " + x);
        }
        String first = product(o, 0, split);
        String second = product(o, split, x.rank());
        String dims = o.add(new Concat(0), first, second);
        o.emit(new ReshapeBy(true), o.input(0), dims);
    }

    /** The product of the dimensions from one axis to another as a list of one number. */
    private static String product(OnnxNode o, int from, int to) {
        String all = o.add(new ShapeOf(), o.input(0));
        String part = o.add(Slice.of(Ints.of(from), Ints.of(to - from)), all);
        return o.add(new ReduceProd(Ints.of(0), true), part);
    }

    static void squeeze(OnnxNode o) {
        Shape x = o.shape(0);
        Optional<int[]> axes = o.integers("axes", 1);
        boolean[] gone = new boolean[x.rank()];
        if (axes.isPresent()) {
            for (int a : axes.get()) {
                gone[o.axis(a, x.rank())] = true;
            }
        } else {
            for (int i = 0; i < gone.length; i++) {
                if (x.isSymbolic(i)) {
                    throw o.unsupported("without axes the input's shape must be known");
                }
                gone[i] = x.dim(i) == 1;
            }
        }
        for (int i = 0; i < gone.length; i++) {
            if (gone[i] && !x.isSymbolic(i) && x.dim(i) != 1) {
                throw o.error("axis " + i + " of shape " + x + " is not 1");
            }
        }
        o.emitReshape(
                o.input(0),
                IntStream.range(0, x.rank()).filter(i -> !gone[i]).map(i -> -1 - i).toArray());
    }

    static void unsqueeze(OnnxNode o) {
        int[] axes = o.integers("axes", 1).orElseThrow(() -> o.error("the axes are missing"));
        int rank = o.rank(0) + axes.length;
        int[] dims = new int[rank];
        for (int a : axes) {
            int axis = o.axis(a, rank);
            if (dims[axis] == 1) {
                throw o.error("axis " + axis + " is given twice");
            }
            dims[axis] = 1;
        }
        int from = 0;
        for (int i = 0; i < rank; i++) {
            dims[i] = dims[i] == 1 ? 1 : -1 - from++;
        }
        o.emitReshape(o.input(0), dims);
    }

    static void expand(OnnxNode o) {
        o.emit(new BroadcastBy(), o.input(0), o.input(1));
    }

    static void tile(OnnxNode o) {
        if (o.opset() < 6) {
            throw o.unsupported("export the model with opset 6 or later");
        }
        o.emit(new TileBy(), o.input(0), o.input(1));
    }

    static void slice(OnnxNode o) {
        if (o.opset() >= 10) {
            List<String> from = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                from.add(o.inputOrAbsent(i));
            }
            o.emit(0, new SliceBy(), from);
            return;
        }
        String starts = o.list(o.ints("starts"));
        String ends = o.list(o.ints("ends"));
        if (o.hasAttribute("axes")) {
            o.emit(new SliceBy(), o.input(0), starts, ends, o.list(o.ints("axes")));
        } else {
            o.emit(new SliceBy(), o.input(0), starts, ends);
        }
    }

    static void concat(OnnxNode o) {
        if (o.inputs() == 1) {
            o.alias(0, o.input(0));
            return;
        }
        int axis = o.axis(o.integer("axis", 1), o.rank(0));
        o.emit(0, new Concat(axis), o.allInputs());
    }

    static void transpose(OnnxNode o) {
        int rank = o.rank(0);
        int[] reversed = IntStream.range(0, rank).map(i -> rank - 1 - i).toArray();
        o.emit(new Transpose(Ints.of(o.ints("perm", reversed))), o.input(0));
    }

    static void gather(OnnxNode o) {
        o.emit(new Gather(o.axis(o.integer("axis", 0), o.rank(0)), 0), o.input(0), o.input(1));
    }

    static void split(OnnxNode o) {
        Shape x = o.shape(0);
        int axis = o.axis(o.integer("axis", 0), x.rank());
        int[] sizes = o.integers("split", 1).orElseGet(() -> equalParts(o, x, axis));
        if (sizes.length != o.outputs()) {
            throw o.error(sizes.length + " parts do not fit " + o.outputs() + " outputs");
        }
        int start = 0;
        for (int i = 0; i < sizes.length; i++) {
            int[] starts = new int[x.rank()];
            int[] all = Ints.repeat(-1, x.rank()).toArray();
            starts[axis] = start;
            all[axis] = sizes[i];
            o.emit(i, Slice.of(Ints.of(starts), Ints.of(all)), List.of(o.input(0)));
            start += sizes[i];
        }
        if (!x.isSymbolic(axis) && start != x.dim(axis)) {
            throw o.error(
                    "parts of "
                            + Arrays.toString(sizes)
                            + " do not add up to axis "
                            + axis
                            + " of "
                            + x);
        }
    }

    private static int[] equalParts(OnnxNode o, Shape x, int axis) {
        int parts = o.outputs();
        if (x.isSymbolic(axis)) {
            throw o.unsupported("equal parts of an axis of unknown size are not possible");
        }
        int size = o.opset() >= 18 ? (x.dim(axis) + parts - 1) / parts : x.dim(axis) / parts;
        if (o.opset() < 18 && size * parts != x.dim(axis)) {
            throw o.error("axis " + axis + " of " + x + " has no " + parts + " equal parts");
        }
        int[] sizes = new int[parts];
        for (int i = 0; i < parts; i++) {
            sizes[i] = Math.max(0, Math.min(size, x.dim(axis) - i * size));
        }
        return sizes;
    }

    static void pad(OnnxNode o) {
        String mode = o.text("mode", "constant");
        boolean old = o.opset() < 11;
        String pads = old ? o.list(o.ints(o.opset() < 2 ? "paddings" : "pads")) : o.input(1);
        if (o.has(3)) {
            pads = o.list(ofAllAxes(o, o.integers(1, "pads"), o.integers(3, "axes")));
        }
        if (!mode.equals("constant")) {
            Tensor known =
                    o.constant(pads)
                            .orElseThrow(() -> o.unsupported("pads (input 1) must be constant"));
            IndexReaders.padByIndex(o, mode, OnnxNode.integers(known));
            return;
        }
        String x = o.input(0);
        Optional<int[]> numbers = o.constant(pads).map(OnnxNode::integers);
        if (numbers.isPresent() && Arrays.stream(numbers.get()).anyMatch(p -> p < 0)) {
            x = cut(o, x, numbers.get());
            pads = o.list(Arrays.stream(numbers.get()).map(p -> Math.max(0, p)).toArray());
        }
        if (old) {
            o.emit(new PadBy(), x, pads, o.scalar(o.real("value", 0f)));
        } else if (o.has(2)) {
            String value = o.rank(2) == 0 ? o.input(2) : o.reshape(o.input(2));
            o.emit(new PadBy(), x, pads, value);
        } else {
            o.emit(new PadBy(), x, pads);
        }
    }

    private static int[] ofAllAxes(OnnxNode o, int[] some, int[] axes) {
        int rank = o.rank(0);
        int[] all = new int[2 * rank];
        if (some.length != 2 * axes.length) {
            throw o.error("pads must be two numbers for each of " + axes.length + " axes");
        }
        for (int i = 0; i < axes.length; i++) {
            int axis = o.axis(axes[i], rank);
            all[axis] = some[i];
            all[rank + axis] = some[axes.length + i];
        }
        return all;
    }

    /** Cuts off what negative pads say. */
    private static String cut(OnnxNode o, String x, int[] pads) {
        int rank = pads.length / 2;
        int[] starts = Arrays.stream(pads).limit(rank).map(p -> Math.max(0, -p)).toArray();
        int[] ends =
                Arrays.stream(pads).skip(rank).map(p -> p < 0 ? p : Integer.MAX_VALUE).toArray();
        return o.add(new SliceBy(), x, o.list(starts), o.list(ends));
    }

    static void range(OnnxNode o) {
        o.emit(new RangeBy(), o.input(0), o.input(1), o.input(2));
    }

    static void cast(OnnxNode o) {
        castTo(o, DataTypes.of(o.integer("to")));
    }

    /** Emits a value in another element type, if it is not its own. */
    static void emitCast(OnnxNode o, DType to, String value) {
        if (o.type(value).dtype() == to) {
            o.alias(0, value);
        } else {
            o.emit(new Cast(to), value);
        }
    }

    /** Casts; to 16-bit numbers means to round to one, which F32 then holds, as it does F64. */
    static void castTo(OnnxNode o, DType to) {
        if (to == DType.F64) {
            emitCast(o, DType.F32, o.input(0));
        } else if (DataTypes.isOtherReal(to)) {
            o.emit(new Cast(DType.F32), o.add(new Cast(to), o.input(0)));
        } else {
            emitCast(o, to, o.input(0));
        }
    }
}
