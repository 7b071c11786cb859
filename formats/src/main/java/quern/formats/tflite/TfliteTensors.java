package quern.formats.tflite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import quern.error.FormatException;
import quern.formats.io.TensorBytes;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** The tensors of a subgraph: unique names, types, and the values of those with a buffer. */
final class TfliteTensors {
    /** Where the bytes of a buffer stand. */
    private record Data(long at, long bytes) {}

    /** Bytes that several tensors may share. */
    private record Stored(Data data, TensorType type) {}

    private final FlatBuffer file;
    private final List<FlatTable> tables;
    private final List<FlatTable> buffers;
    private final List<String> names = new ArrayList<>();
    private final Map<Integer, TensorType> types = new HashMap<>();
    private final Map<Stored, Tensor> constants = new HashMap<>();
    private final Set<String> taken = new HashSet<>();
    private final Set<Integer> codes = new HashSet<>();

    TfliteTensors(FlatBuffer file, List<FlatTable> tables, List<FlatTable> buffers) {
        this.file = file;
        this.tables = tables;
        this.buffers = buffers;
        for (int i = 0; i < tables.size(); i++) {
            String name = tables.get(i).string(Schema.TENSOR_NAME);
            name = name.isEmpty() ? "tensor_" + i : name;
            names.add(unique(name, i));
        }
    }

    /** The file that holds them, which is charged for being read once more. */
    FlatBuffer file() {
        return file;
    }

    /** A name that no tensor has: {@code wanted} or something that begins with it. */
    String unique(String wanted, int index) {
        String unique = taken.contains(wanted) ? wanted + "_" + index : wanted;
        while (!taken.add(unique)) {
            unique += "_";
        }
        return unique;
    }

    /** {@code index} if there is such a tensor. */
    int require(int index, String where) {
        if (index < 0 || index >= tables.size()) {
            throw new FormatException(
                    where,
                    "tensor " + index + " does not exist; there are " + tables.size() + " tensors");
        }
        return index;
    }

    /** Notes that a tensor of S32, if it has a scale, holds codes of 32 bits. */
    void holdsCodes(int index) {
        codes.add(require(index, "tensors"));
    }

    /** The tensor's name, made unique. */
    String name(int index) {
        return names.get(index);
    }

    /**
     * Whether the file gives a whole shape, which it need not do for results of operators: the
     * shape may be missing, or its signature may leave dimensions open.
     */
    boolean hasShape(int index) {
        FlatTable t = tables.get(index);
        boolean given = t.flag(Schema.TENSOR_HAS_RANK) || t.ints(Schema.TENSOR_SHAPE).length > 0;
        return given && Arrays.stream(t.ints(Schema.TENSOR_SHAPE_SIGNATURE)).allMatch(d -> d >= 0);
    }

    /** Whether a tensor holds complex numbers, whose two parts are its last axis. */
    boolean isComplex(int index) {
        int number = tables.get(index).s8(Schema.TENSOR_TYPE);
        return TensorKind.of(number).equals(Optional.of(TensorKind.COMPLEX64));
    }

    /** Whether a tensor keeps its content from run to run. */
    boolean isVariable(int index) {
        return tables.get(index).flag(Schema.TENSOR_IS_VARIABLE);
    }

    /** The scales and zero points as they stand in the file. */
    TfliteQuantization quantization(int index) {
        return TfliteQuantization.read(tables.get(index));
    }

    /** Element type, shape and quantization. */
    TensorType type(int index) {
        TensorType known = types.get(index);
        if (known != null) {
            return known;
        }
        FlatTable t = tables.get(index);
        try {
            TensorType type = readType(t, codes.contains(index));
            types.put(index, type);
            return type;
        } catch (FormatException e) {
            throw at(index, e);
        }
    }

    private static TensorType readType(FlatTable t, boolean codes) {
        int number = t.s8(Schema.TENSOR_TYPE);
        Optional<TensorKind> kind = TensorKind.of(number);
        if (kind.isEmpty() || kind.get().dtype().isEmpty()) {
            throw new FormatException(
                    "",
                    "element type "
                            + kind.map(Enum::name).orElse(Integer.toString(number))
                            + " is not supported in this version");
        }
        int[] dims = t.ints(Schema.TENSOR_SHAPE);
        if (kind.get() == TensorKind.COMPLEX64) {
            dims = Arrays.copyOf(dims, dims.length + 1);
            dims[dims.length - 1] = 2;
        }
        Shape shape = Shape.of(dims);
        return TfliteQuantization.read(t).type(kind.get().dtype().get(), shape, codes);
    }

    /** Whether a tensor has a value in the file. */
    boolean hasData(int index) {
        try {
            return data(index).bytes() > 0;
        } catch (FormatException e) {
            throw at(index, e);
        }
    }

    /** The value of a tensor that has one; tensors of one buffer share their array. */
    Optional<Tensor> constant(int index) {
        if (!hasData(index)) {
            return Optional.empty();
        }
        TensorType type = type(index);
        try {
            return Optional.of(read(tables.get(index), data(index), type));
        } catch (FormatException e) {
            throw at(index, e);
        }
    }

    /**
     * The bytes of a tensor's buffer: in its table, or, in files that are too large for tables,
     * behind all of them.
     */
    private Data data(int index) {
        FlatTable t = tables.get(index);
        long number = t.u32(Schema.TENSOR_BUFFER);
        if (number >= buffers.size()) {
            throw new FormatException(
                    "",
                    "buffer "
                            + number
                            + " does not exist; there are "
                            + buffers.size()
                            + " buffers");
        }
        FlatTable buffer = buffers.get((int) number);
        if (t.u32(Schema.TENSOR_EXTERNAL_BUFFER) != 0) {
            throw new FormatException(
                    "", "data outside of the file is not supported in this version");
        }
        long offset = buffer.s64(Schema.BUFFER_OFFSET);
        long outside = buffer.s64(Schema.BUFFER_SIZE);
        if (offset != 0 && offset != 1 && outside != 0) {
            return new Data(file.source().require(offset, outside), outside);
        }
        long bytes = buffer.byteCount(Schema.BUFFER_DATA);
        return new Data(bytes == 0 ? 0 : buffer.bytesAt(Schema.BUFFER_DATA), bytes);
    }

    private FormatException at(int index, FormatException e) {
        return e.within(tables.get(index).path() + " " + names.get(index));
    }

    private Tensor read(FlatTable tensor, Data data, TensorType type) {
        TensorType plain = TensorType.of(type.dtype(), type.shape());
        Optional<FlatTable> sparsity = tensor.table(Schema.TENSOR_SPARSITY, ".sparsity");
        if (sparsity.isPresent()) {
            return SparseTensor.read(file, sparsity.get(), data.at(), data.bytes(), plain).as(type);
        }
        long size = TensorBytes.size(type);
        if (size != data.bytes()) {
            throw new FormatException(
                    "", type + " takes " + size + " bytes, but its buffer has " + data.bytes());
        }
        Stored key = new Stored(data, plain);
        Tensor stored = constants.get(key);
        if (stored == null) {
            file.charge(data.bytes(), data.at());
            stored = TensorBytes.read(file.source(), data.at(), plain);
            constants.put(key, stored);
        }
        return stored.as(type);
    }
}
