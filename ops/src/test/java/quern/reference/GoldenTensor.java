package quern.reference;

import java.util.List;
import java.util.Map;
import quern.json.Json;
import quern.tensor.DType;
import quern.tensor.Floats;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * A tensor of a golden case.
 *
 * @param type with the quantization of the file
 * @param data empty for an output, which has none
 */
record GoldenTensor(String name, TensorType type, List<Json> data) {
    private static final Map<String, DType> TYPES =
            Map.of(
                    "int8", DType.S8,
                    "uint8", DType.U8,
                    "int16", DType.S16,
                    "int32", DType.S32,
                    "float32", DType.F32);

    static GoldenTensor parse(String where, Json json, boolean hasData) {
        GoldenFields f = new GoldenFields(where, json);
        String name = f.text("name");
        DType dtype = TYPES.get(f.text("dtype"));
        if (dtype == null) {
            throw new AssertionError(where + " has the unknown dtype " + f.text("dtype"));
        }
        TensorType type =
                new TensorType(dtype, Shape.of(f.integers("shape")), quant(f, dtype.bits()));
        List<Json> data = hasData ? f.field("data").array() : List.of();
        f.requireAllRead();
        if (hasData && data.size() != type.shape().elements()) {
            throw new AssertionError(where + ", " + name + " has " + data.size() + " elements");
        }
        return new GoldenTensor(name, type, data);
    }

    private static Quant quant(GoldenFields f, int bits) {
        boolean hasAxis = f.optional("quantized_dimension").isPresent();
        if (f.optional("scale").isEmpty()) {
            return Quant.NONE;
        }
        float[] scales = f.reals("scale");
        int[] zeros = f.integers("zero_point");
        if (scales.length == 1) {
            return new Quant.PerTensor(scales[0], zeros[0], bits);
        }
        int axis = hasAxis ? f.integer("quantized_dimension") : 0;
        return new Quant.PerChannel(axis, Floats.of(scales), Ints.of(zeros), bits);
    }

    /** The elements under the tensor's own type. */
    Tensor tensor() {
        return tensor(type);
    }

    /** The elements without quantization. */
    Tensor plain() {
        return tensor(type.withQuant(Quant.NONE));
    }

    private Tensor tensor(TensorType as) {
        Tensor t = Tensor.zeros(as);
        for (int i = 0; i < t.elements(); i++) {
            if (as.dtype() == DType.F32) {
                t.setReal(i, data.get(i).real32());
            } else {
                t.setInteger(i, data.get(i).whole());
                if (t.integer(i) != data.get(i).whole()) {
                    throw new AssertionError(name + " holds " + data.get(i) + " as " + as.dtype());
                }
            }
        }
        return t;
    }

    /** The elements of an integer tensor. */
    int[] integers() {
        return data.stream().mapToInt(Json::integer).toArray();
    }
}
