package quern.formats.tflite;

import java.util.Arrays;
import java.util.List;
import quern.error.FormatException;
import quern.formats.io.TensorBytes;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Makes a sparse tensor dense. The dimensions, some of them cut into blocks, are stored level by
 * level in traversal order; a level is dense or lists, for each entry of the level before, which of
 * its indices have elements. Elements that the file leaves out are zero.
 */
final class SparseTensor {
    private static final int TRAVERSAL_ORDER = 0;
    private static final int BLOCK_MAP = 1;
    private static final int LEVELS = 2;
    private static final int FORMAT = 0;
    private static final int DENSE_SIZE = 1;
    private static final int SEGMENTS = 2;
    private static final int INDICES = 4;

    /** How many dense bytes a byte of the reading budget pays for. */
    private static final int CHARGE = 8;

    /**
     * One level.
     *
     * @param dimension which dimension it runs over; from the rank on, which block
     * @param size indices it has
     * @param segments where the indices of each entry of the level before begin; none if dense
     */
    private record Level(int dimension, int size, int[] segments, int[] indices) {
        boolean isDense() {
            return segments.length == 0;
        }
    }

    private final FlatBuffer file;
    private final Shape shape;
    private final int[] blockMap;
    private final int[] blockSizes;
    private final Level[] levels;
    private final Tensor from;
    private final Tensor to;
    private final int[] index;
    private int taken;

    private SparseTensor(
            FlatBuffer file, FlatTable sparsity, long at, long bytes, TensorType type) {
        this.file = file;
        this.shape = type.shape();
        int rank = shape.rank();
        this.blockMap = sparsity.ints(BLOCK_MAP);
        int[] order = sparsity.ints(TRAVERSAL_ORDER);
        List<FlatTable> tables = sparsity.tables(LEVELS, ".dim_metadata");
        if (order.length != rank + blockMap.length || tables.size() != order.length) {
            throw wrong("levels do not fit " + shape);
        }
        this.blockSizes = new int[rank];
        Arrays.fill(blockSizes, 1);
        this.levels = new Level[order.length];
        this.index = new int[order.length];
        boolean[] seen = new boolean[order.length];
        for (int i = 0; i < order.length; i++) {
            int d = order[i];
            if (d < 0 || d >= order.length || seen[d] || d < rank != i < rank) {
                throw wrong("traversal order " + Arrays.toString(order));
            }
            seen[d] = true;
            if (d >= rank) {
                block(blockMap[d - rank], tables.get(i).s32(DENSE_SIZE, 0));
            }
        }
        if (shape.elements() == 0 || type.dtype().isPacked()) {
            throw wrong(type + " cannot be sparse");
        }
        for (int i = 0; i < order.length; i++) {
            levels[i] = level(tables.get(i), order[i]);
        }
        file.charge(TensorBytes.size(type) / CHARGE + bytes, at);
        long size = type.dtype().bits() / 8;
        if (bytes % size != 0) {
            throw wrong(bytes + " bytes of elements of " + size);
        }
        TensorType stored = TensorType.of(type.dtype(), Shape.of((int) (bytes / size)));
        this.from = TensorBytes.read(file.source(), at, stored);
        this.to = Tensor.zeros(TensorType.of(type.dtype(), shape));
    }

    /** The dense tensor, without quantization, of elements that stand at {@code at}. */
    static Tensor read(FlatBuffer file, FlatTable sparsity, long at, long bytes, TensorType type) {
        SparseTensor sparse = new SparseTensor(file, sparsity, at, bytes, type);
        sparse.fill(0, 0);
        if (sparse.taken != sparse.from.elements()) {
            throw wrong(
                    sparse.from.elements() + " elements, of which " + sparse.taken + " are used");
        }
        return sparse.to;
    }

    private static FormatException wrong(String what) {
        return new FormatException("sparsity", what);
    }

    private void block(int axis, int size) {
        boolean fits = axis >= 0 && axis < shape.rank() && size > 0 && blockSizes[axis] == 1;
        if (!fits || shape.dim(axis) % size != 0) {
            throw wrong("a block of " + size + " along axis " + axis + " does not fit " + shape);
        }
        blockSizes[axis] = size;
    }

    private Level level(FlatTable t, int dimension) {
        int rank = shape.rank();
        boolean block = dimension >= rank;
        int axis = block ? blockMap[dimension - rank] : dimension;
        int size = block ? blockSizes[axis] : shape.dim(axis) / blockSizes[axis];
        if (t.s8(FORMAT) == 0) {
            if (t.s32(DENSE_SIZE, 0) != size) {
                throw wrong("a dense level of " + t.s32(DENSE_SIZE, 0) + ", not " + size);
            }
            return new Level(dimension, size, new int[0], new int[0]);
        }
        if (block) {
            throw wrong("blocks must be dense");
        }
        int[] segments = vector(t, SEGMENTS);
        int[] indices = vector(t, INDICES);
        if (t.s8(FORMAT) != 1 || segments.length < 2 || segments[0] < 0) {
            throw wrong("a level of format " + t.s8(FORMAT) + " without segments");
        }
        for (int i = 1; i < segments.length; i++) {
            if (segments[i] < segments[i - 1] || segments[i] > indices.length) {
                throw wrong("segments must ascend to " + indices.length + " at most");
            }
        }
        return new Level(dimension, size, segments, indices);
    }

    /** A vector of 32, 16 or 8 bits an element, as its type field says. */
    private int[] vector(FlatTable t, int typeField) {
        int type = t.u8(typeField);
        FlatTable vector =
                t.table(typeField + 1, ".array")
                        .orElseThrow(() -> wrong("a level has no list of indices"));
        if (type == 1) {
            return vector.ints(0);
        }
        if (type != 2 && type != 3) {
            throw wrong("indices of type " + type);
        }
        int width = type == 2 ? 2 : 1;
        int[] values = new int[vector.has(0) ? file.vector(vector.bytesAt(0) - 4, width) : 0];
        for (int i = 0; i < values.length; i++) {
            long at = vector.bytesAt(0) + (long) i * width;
            values[i] = width == 2 ? file.source().u16(at) : file.source().u8(at);
        }
        return values;
    }

    private void fill(int depth, int entry) {
        if (depth == levels.length) {
            element();
            return;
        }
        Level level = levels[depth];
        if (level.isDense()) {
            for (int i = 0; i < level.size(); i++) {
                index[depth] = i;
                fill(depth + 1, entry * level.size() + i);
            }
            return;
        }
        if (entry + 1 >= level.segments().length) {
            throw wrong("a level lists " + (level.segments().length - 1) + " entries only");
        }
        int last = -1;
        for (int i = level.segments()[entry]; i < level.segments()[entry + 1]; i++) {
            int at = level.indices()[i];
            if (at <= last || at >= level.size()) {
                throw wrong("indices must ascend below " + level.size());
            }
            last = at;
            index[depth] = at;
            fill(depth + 1, i);
        }
    }

    private void element() {
        int rank = shape.rank();
        int[] position = new int[rank];
        for (int i = 0; i < levels.length; i++) {
            int d = levels[i].dimension();
            if (d < rank) {
                position[d] += index[i] * blockSizes[d];
            } else {
                position[blockMap[d - rank]] += index[i];
            }
        }
        int flat = 0;
        for (int i = 0; i < rank; i++) {
            flat = flat * shape.dim(i) + position[i];
        }
        if (taken >= from.elements()) {
            throw wrong("more than the " + from.elements() + " elements of its buffer");
        }
        System.arraycopy(from.array(), taken, to.array(), flat, 1);
        taken++;
    }
}
