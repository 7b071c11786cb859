package quern.formats.tflite;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import quern.error.FormatException;
import quern.op.quantize.Dequantize;
import quern.op.shape.BatchToSpace;
import quern.op.shape.BroadcastTo;
import quern.op.shape.DepthToSpace;
import quern.op.shape.Gather;
import quern.op.shape.GatherNd;
import quern.op.shape.MirrorPad;
import quern.op.shape.OneHot;
import quern.op.shape.Pad;
import quern.op.shape.Range;
import quern.op.shape.Reshape;
import quern.op.shape.ScatterNd;
import quern.op.shape.Slice;
import quern.op.shape.SpaceToBatch;
import quern.op.shape.SpaceToDepth;
import quern.op.shape.Tile;
import quern.reference.ReferenceInterpreter;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Reads operators that look elements up, repeat them or move them between axes. */
final class MoveReaders {
    private static final int GATHER_AXIS = 0;
    private static final int GATHER_BATCH_DIMS = 1;
    private static final int MIRROR_MODE = 0;
    private static final int BLOCK_SIZE = 0;
    private static final int ONE_HOT_AXIS = 0;

    /** Most elements of diagonals that are set. */
    private static final int MAX_DIAGONALS = 1 << 20;

    private MoveReaders() {}

    static void gather(TfliteOperator o) {
        o.requireInputs(2, 2);
        int batch = o.options().s32(GATHER_BATCH_DIMS);
        batch += batch < 0 ? o.type(1).shape().rank() : 0;
        int axis = o.type(0).shape().axis(o.options().s32(GATHER_AXIS));
        o.emit(new Gather(axis, batch), o.input(0), o.input(1));
    }

    /** Codes of a table with one scale are looked up and then dequantized. */
    static void embeddingLookup(TfliteOperator o) {
        o.requireInputs(2, 2);
        Gather op = new Gather(0, 0);
        TensorType table = o.type(1);
        if (!table.isQuantized() || o.outputType().dtype() != DType.F32) {
            o.emit(op, o.input(1), o.input(0));
        } else if (table.quant() instanceof Quant.PerTensor && table.dtype().isSigned()) {
            o.emit(new Dequantize(), o.step("codes", op, o.input(1), o.input(0)));
        } else {
            o.emit(op, o.dequantized(1), o.input(0));
        }
    }

    static void gatherNd(TfliteOperator o) {
        o.requireInputs(2, 2);
        o.emit(new GatherNd(0), o.input(0), o.input(1));
    }

    static void scatterNd(TfliteOperator o) {
        o.requireInputs(3, 3);
        String zero = zeros(o, o.type(1), Ints.of(o.integers(2, "shape")));
        o.emit(new ScatterNd(true), zero, o.input(0), o.input(1));
    }

    static void sparseToDense(TfliteOperator o) {
        o.requireInputs(3, 4);
        Ints shape = Ints.of(o.integers(1, "shape"));
        Shape indices = o.type(0).shape();
        if (indices.rank() > 2) {
            throw new FormatException("indices", "a list of places was expected, not " + indices);
        }
        int places = indices.rank() == 0 ? 1 : indices.dim(0);
        Ints rows = Ints.of(places, indices.rank() < 2 ? 1 : indices.dim(1));
        String at = o.step("places", SliceReaders.reshape(list(rows)), o.input(0));
        String values = o.step("values", new BroadcastTo(Ints.of(places)), o.input(2));
        String all = o.has(3) ? filled(o, 3, shape) : zeros(o, o.type(2), shape);
        o.emit(new ScatterNd(false), all, at, values);
    }

    private static List<Integer> list(Ints ints) {
        return ints.stream().boxed().toList();
    }

    private static String zeros(TfliteOperator o, TensorType type, Ints shape) {
        Tensor zero = ReferenceInterpreter.zero(type.withShape(Shape.of()));
        return o.step("zeros", new BroadcastTo(shape), o.constant("zero", zero));
    }

    private static String filled(TfliteOperator o, int input, Ints shape) {
        return o.step("filled", new BroadcastTo(shape), o.scalar(input, "the default value"));
    }

    static void fill(TfliteOperator o) {
        o.requireInputs(2, 2);
        Ints shape = Ints.of(o.integers(0, "dims"));
        o.emit(new BroadcastTo(shape), o.scalar(1, "the value"));
    }

    static void zerosLike(TfliteOperator o) {
        o.requireInputs(1, 1);
        TensorType x = o.type(0);
        Tensor zero = ReferenceInterpreter.zero(x.withShape(Shape.of()));
        o.emit(new BroadcastTo(Ints.of(x.shape().toArray())), o.constant("zero", zero));
    }

    static void range(TfliteOperator o) {
        o.requireInputs(3, 3);
        Optional<Tensor> start = o.constant(0);
        Optional<Tensor> limit = o.constant(1);
        Optional<Tensor> step = o.constant(2);
        if (start.isEmpty() || limit.isEmpty() || step.isEmpty()) {
            throw o.unsupported(
                    "a range whose length depends on the model's inputs is not supported");
        }
        int count = Range.count(start.get(), limit.get(), step.get());
        o.emit(new Range(count), o.scalar(0, "the start"), o.scalar(2, "the step"));
    }

    static void oneHot(TfliteOperator o) {
        o.requireInputs(4, 4);
        int depth = o.integer(1, "depth");
        int rank = o.type(0).shape().rank();
        int axis = o.options().s32(ONE_HOT_AXIS);
        axis += axis < 0 ? rank + 1 : 0;
        String on = o.scalar(2, "the value at the index");
        o.emit(new OneHot(depth, axis), o.input(0), on, o.scalar(3, "the value elsewhere"));
    }

    static void tile(TfliteOperator o) {
        o.requireInputs(2, 2);
        o.emit(new Tile(Ints.of(o.integers(1, "multiples"))), o.input(0));
    }

    static void broadcastTo(TfliteOperator o) {
        o.requireInputs(2, 2);
        o.emit(new BroadcastTo(Ints.of(o.integers(1, "shape"))), o.input(0));
    }

    /** The shape that two shapes are broadcast to. */
    static void broadcastArgs(TfliteOperator o) {
        o.requireInputs(2, 2);
        Shape a = Shape.of(o.integers(0, "shape"));
        int[] y = Shape.broadcast(a, Shape.of(o.integers(1, "shape"))).toArray();
        Tensor t = Tensor.zeros(TensorType.of(o.outputType().dtype(), Shape.of(y.length)));
        for (int i = 0; i < y.length; i++) {
            t.setInteger(i, y[i]);
        }
        o.emit(t);
    }

    static void mirrorPad(TfliteOperator o) {
        o.requireInputs(2, 2);
        int mode = o.options().u8(MIRROR_MODE);
        if (mode > 1) {
            throw new FormatException("builtin_options", "mode number " + mode + " is unknown");
        }
        Ints[] sides = sides(o, 1, o.type(0).shape().rank());
        o.emit(new MirrorPad(sides[0], sides[1], mode == 1), o.input(0));
    }

    static void spaceToDepth(TfliteOperator o) {
        o.requireInputs(1, 1);
        o.emit(new SpaceToDepth(o.options().s32(BLOCK_SIZE)), o.input(0));
    }

    static void depthToSpace(TfliteOperator o) {
        o.requireInputs(1, 1);
        o.emit(new DepthToSpace(o.options().s32(BLOCK_SIZE), false), o.input(0));
    }

    static void spaceToBatch(TfliteOperator o) {
        o.requireInputs(3, 3);
        Ints block = Ints.of(o.integers(1, "block shape"));
        Ints[] sides = sides(o, 2, block.size());
        o.emit(new SpaceToBatch(block, sides[0], sides[1]), o.input(0));
    }

    static void batchToSpace(TfliteOperator o) {
        o.requireInputs(3, 3);
        Ints block = Ints.of(o.integers(1, "block shape"));
        Ints[] sides = sides(o, 2, block.size());
        o.emit(new BatchToSpace(block, sides[0], sides[1]), o.input(0));
    }

    /** What a constant of shape [axes,2] says about both sides of each axis. */
    static Ints[] sides(TfliteOperator o, int input, int axes) {
        int[] sides = o.integers(input, "paddings");
        if (sides.length != 2 * axes) {
            throw new FormatException(
                    "paddings", sides.length + " numbers do not fit " + axes + " axes");
        }
        int[] before = new int[axes];
        int[] after = new int[axes];
        Arrays.setAll(before, i -> sides[2 * i]);
        Arrays.setAll(after, i -> sides[2 * i + 1]);
        return new Ints[] {Ints.of(before), Ints.of(after)};
    }

    /** Each element of the diagonal replaces one of its matrix, all matrices in a row. */
    static void matrixSetDiag(TfliteOperator o) {
        o.requireInputs(2, 2);
        Shape x = o.type(0).shape();
        if (x.rank() < 2) {
            throw new FormatException("inputs", "matrices were expected, not " + o.type(0));
        }
        int rows = x.dim(x.rank() - 2);
        int columns = x.dim(x.rank() - 1);
        int n = Math.min(rows, columns);
        int elements = o.type(1).shape().elements();
        long area = (long) rows * columns;
        if (elements > MAX_DIAGONALS
                || n == 0 && elements > 0
                || elements * area != (long) x.elements() * n) {
            throw new FormatException(
                    "inputs", o.type(1) + " are no diagonals of " + o.type(0) + ", or too many");
        }
        Tensor places = Tensor.zeros(TensorType.of(DType.S32, Shape.of(elements, 2)));
        for (int i = 0; i < elements; i++) {
            places.setInteger(2 * i, i / n * rows + i % n);
            places.setInteger(2 * i + 1, i % n);
        }
        String matrix = o.step("matrix", new Reshape(Ints.of(-1, columns)), o.input(0));
        String diagonal = o.step("diagonal", new Reshape(Ints.of(elements)), o.input(1));
        String at = o.constant("places", places);
        String set = o.step("set", new ScatterNd(false), matrix, at, diagonal);
        o.emit(SliceReaders.reshape(SliceReaders.dims(x)), set);
    }

    /** A vector becomes the diagonal: as rows of one element and as many zeros as there are. */
    static void matrixDiag(TfliteOperator o) {
        o.requireInputs(1, 1);
        List<Integer> dims = SliceReaders.dims(o.type(0).shape());
        if (dims.isEmpty()) {
            throw new FormatException("inputs", "a diagonal needs an axis, but there is none");
        }
        int rank = dims.size();
        int n = dims.get(rank - 1);
        if (n > 1 << 15) {
            throw new FormatException("inputs", "a matrix of " + n + " columns is too large");
        }
        dims.add(1);
        String column = o.step("column", SliceReaders.reshape(dims), o.input(0));
        int[] after = new int[rank + 1];
        after[rank] = n;
        Pad pad = new Pad(Ints.repeat(0, rank + 1), Ints.of(after), 0);
        String shifted = o.step("shifted", pad, column);
        dims.set(rank - 1, n * (n + 1));
        dims.remove(rank);
        String flat = o.step("flat", SliceReaders.reshape(dims), shifted);
        int[] sizes = Ints.repeat(-1, rank).toArray();
        sizes[rank - 1] = n * n;
        Slice slice = Slice.of(Ints.repeat(0, rank), Ints.of(sizes));
        dims.set(rank - 1, n);
        dims.add(n);
        o.emit(SliceReaders.reshape(dims), o.step("square", slice, flat));
    }
}
