package quern.graph;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import quern.error.FormatException;
import quern.tensor.DType;
import quern.tensor.Floats;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Makes types from the words of the text and the tensors they refer to. */
final class TypeParser {
    /** The right side of {@code key=value} in a type: a tensor's name or a word. */
    record Field(boolean isTensor, String text) {}

    private static final long FREE_SCALES = 1 << 16;
    private static final int MAX_SHARING = 4;

    private final Map<String, Tensor> tensors;
    private final Set<String> used = new HashSet<>();
    private long scalesLeft = FREE_SCALES;

    TypeParser(Map<String, Tensor> tensors) {
        this.tensors = tensors;
        tensors.values().forEach(t -> scalesLeft += (long) MAX_SHARING * t.elements());
    }

    /** Throws if a tensor was never referred to. */
    void requireAllUsed() {
        for (String name : tensors.keySet()) {
            if (!used.contains(name)) {
                throw new FormatException("tensor " + name, "the graph does not use it");
            }
        }
    }

    TensorType type(String dtypeName, List<String> dims, Map<String, Field> fields) {
        DType dtype = dtype(dtypeName);
        Shape shape = Shape.of(dims);
        if (fields.isEmpty()) {
            return TensorType.of(dtype, shape);
        }
        Set<String> unknown = new HashSet<>(fields.keySet());
        unknown.removeAll(List.of("scale", "zero", "axis", "block", "bits"));
        if (!unknown.isEmpty() || !fields.containsKey("scale") || !fields.containsKey("zero")) {
            throw new FormatException(
                    "",
                    "a quantized type has scale, zero and perhaps axis, block and bits, not "
                            + fields.keySet());
        }
        int bits = fields.containsKey("bits") ? integer(fields.get("bits")) : dtype.bits();
        if (!fields.containsKey("axis")) {
            return new TensorType(
                    dtype,
                    shape,
                    new Quant.PerTensor(
                            GraphParser.real(fields.get("scale").text()),
                            integer(fields.get("zero")),
                            bits));
        }
        int axis = integer(fields.get("axis"));
        Floats scales = scales(fields.get("scale"));
        Ints zeros = zeros(fields.get("zero"), scales.size());
        Quant quant =
                fields.containsKey("block")
                        ? new Quant.PerBlock(
                                axis, integer(fields.get("block")), scales, zeros, bits)
                        : new Quant.PerChannel(axis, scales, zeros, bits);
        return new TensorType(dtype, shape, quant);
    }

    /** The stored tensor seen as the type that the text declares. */
    Tensor fit(String name, TensorType type) {
        Tensor t = find(name);
        if (t.dtype() == type.dtype() && t.shape().equals(type.shape())) {
            return t.as(type);
        }
        if (type.dtype().isPacked()
                && t.dtype() == DType.U8
                && t.elements() == Tensor.slots(type.dtype(), type.shape().elements())) {
            return Tensor.view(type, t.bytes(), t.offset());
        }
        throw new FormatException(
                "", "tensor " + name + " is " + t.type() + ", which does not hold " + type);
    }

    private static DType dtype(String name) {
        for (DType d : DType.values()) {
            if (d.name().equals(name)) {
                return d;
            }
        }
        throw new FormatException("", "\"" + name + "\" is not an element type");
    }

    private Floats scales(Field f) {
        Tensor t = tensor(f, DType.F32);
        scalesLeft -= t.elements();
        if (scalesLeft < 0) {
            throw new FormatException(
                    "", "the types of the graph share scale tensors more than is reasonable");
        }
        float[] scales = new float[t.elements()];
        System.arraycopy(t.floats(), t.offset(), scales, 0, scales.length);
        return Floats.of(scales);
    }

    private Ints zeros(Field f, int size) {
        if (!f.isTensor()) {
            return Ints.repeat(integer(f), size);
        }
        Tensor t = tensor(f, DType.S32);
        int[] zeros = new int[t.elements()];
        System.arraycopy(t.ints(), t.offset(), zeros, 0, zeros.length);
        return Ints.of(zeros);
    }

    private Tensor tensor(Field f, DType dtype) {
        if (!f.isTensor()) {
            throw new FormatException(
                    "",
                    "scales along an axis must be a tensor such as @w.scale, not \""
                            + f.text()
                            + "\"");
        }
        Tensor t = find(f.text());
        if (t.dtype() != dtype) {
            throw new FormatException(
                    "", "tensor " + f.text() + " must be " + dtype + ", but is " + t.type());
        }
        return t;
    }

    private Tensor find(String name) {
        Tensor t = tensors.get(name);
        if (t == null) {
            throw new FormatException("", "tensor " + name + " is not in the file");
        }
        used.add(name);
        return t;
    }

    private static int integer(Field f) {
        if (f.isTensor() || !f.text().matches("-?[0-9]{1,9}")) {
            throw new FormatException(
                    "", "\"" + f.text() + "\" is not a whole number of at most nine digits");
        }
        return Integer.parseInt(f.text());
    }
}
