package quern.formats.onnx;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import quern.error.FormatException;
import quern.formats.Limits;
import quern.formats.io.TensorBytes;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** A tensor of a model file, as it stands there; {@link #decode} makes numbers of it. */
final class ProtoTensor {
    private static final int EXTERNAL = 1;

    private final LongList dims = new LongList();
    private final LongList numbers = new LongList();
    private final Map<String, String> external = new HashMap<>();
    private final String path;
    private ByteBuffer raw;
    private String name = "";
    private int dataType;
    private int location;
    private boolean strings;

    private ProtoTensor(String path) {
        this.path = path;
    }

    static ProtoTensor read(Wire w) {
        ProtoTensor t = new ProtoTensor(w.path());
        while (w.next()) {
            switch (w.field()) {
                case 1 -> w.integers(t.dims);
                case 2 -> t.dataType = (int) w.integer();
                case 4 -> w.reals(t.numbers);
                case 5, 7, 11 -> w.integers(t.numbers);
                case 6 -> t.strings = true;
                case 8 -> t.name = w.text();
                case 9 -> t.raw = w.bytes();
                case 10 -> w.doubles(t.numbers);
                case 13 -> t.entry(w.message("external_data"));
                case 14 -> t.location = (int) w.integer();
                default -> {}
            }
        }
        return t;
    }

    private void entry(Wire w) {
        String key = "";
        String value = "";
        while (w.next()) {
            switch (w.field()) {
                case 1 -> key = w.text();
                case 2 -> value = w.text();
                default -> {}
            }
        }
        external.put(key, value);
    }

    String name() {
        return name;
    }

    /** Whether its elements are float64 numbers. */
    boolean isDouble() {
        return DataTypes.number(DType.F64) == dataType;
    }

    /** The tensor, its elements copied. */
    Tensor decode(Limits limits, ExternalData files) {
        try {
            return tensor(limits, files);
        } catch (FormatException e) {
            throw e.within(name.isEmpty() ? path : path + " " + name);
        }
    }

    private Tensor tensor(Limits limits, ExternalData files) {
        DType dtype = strings ? DataTypes.of(DataTypes.STRING) : DataTypes.of(dataType);
        Shape shape = shape();
        int elements = shape.elements();
        Limits.require(dtype.byteSize(elements), limits.tensorBytes(), "", "bytes of a tensor");
        ByteBuffer bytes = location == EXTERNAL ? files.read(external) : raw;
        TensorType type = TensorType.of(dtype, shape);
        if (bytes != null) {
            long needed = dtype.byteSize(elements);
            if (bytes.remaining() != needed) {
                throw new FormatException(
                        "",
                        bytes.remaining()
                                + " bytes are stored for "
                                + type
                                + ", which has "
                                + needed);
            }
            return TensorBytes.read(bytes.duplicate().order(bytes.order()), 0, type);
        }
        if (numbers.size() != elements) {
            throw new FormatException("", numbers.size() + " numbers are stored for " + type);
        }
        Tensor t = Tensor.zeros(type);
        for (int i = 0; i < elements; i++) {
            set(t, i, numbers.at(i));
        }
        return t;
    }

    private static void set(Tensor t, int i, long bits) {
        switch (t.dtype()) {
            case F32 -> t.floats()[t.offset() + i] = Float.intBitsToFloat((int) bits);
            case F64 -> t.doubles()[t.offset() + i] = Double.longBitsToDouble(bits);
            case F16, BF16 -> t.shorts()[t.offset() + i] = (short) bits;
            default -> t.setInteger(i, bits);
        }
    }

    private Shape shape() {
        int[] all = new int[dims.size()];
        if (all.length > Shape.MAX_RANK) {
            throw new FormatException("dims", all.length + " dimensions are too many");
        }
        for (int i = 0; i < all.length; i++) {
            if (dims.at(i) < 0 || dims.at(i) > Integer.MAX_VALUE) {
                throw new FormatException("dims", "dimension " + dims.at(i) + " cannot be");
            }
            all[i] = (int) dims.at(i);
        }
        return Shape.of(all);
    }
}
