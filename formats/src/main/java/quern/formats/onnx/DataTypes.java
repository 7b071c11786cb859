package quern.formats.onnx;

import quern.error.FormatException;
import quern.error.UnsupportedOpException;
import quern.tensor.DType;

/** ONNX's numbers of element types. Source: the enumeration TensorProto.DataType. */
final class DataTypes {
    static final int STRING = 8;

    private static final DType[] TYPES = {
        null,
        DType.F32,
        DType.U8,
        DType.S8,
        DType.U16,
        DType.S16,
        DType.S32,
        DType.S64,
        null,
        DType.BOOL,
        DType.F16,
        DType.F64,
        DType.U32,
        DType.U64,
        null,
        null,
        DType.BF16,
        null,
        null,
        null,
        null,
        DType.U4,
        DType.S4
    };

    private DataTypes() {}

    /** The element type of a number. */
    static DType of(int number) {
        if (number == STRING) {
            throw new UnsupportedOpException(
                    "string tensor", "", "Quern computes with numbers only; remove the text part");
        }
        if (number < 1 || number >= TYPES.length || TYPES[number] == null) {
            throw new FormatException("", "element type " + number + " is not one that Quern has");
        }
        return TYPES[number];
    }

    /** The number of an element type. */
    static int number(DType dtype) {
        for (int i = 0; i < TYPES.length; i++) {
            if (TYPES[i] == dtype) {
                return i;
            }
        }
        throw new IllegalArgumentException("ONNX has no element type " + dtype);
    }

    /** Whether a type is real numbers that are computed with as F32. */
    static boolean isOtherReal(DType dtype) {
        return dtype == DType.F16 || dtype == DType.BF16 || dtype == DType.F64;
    }
}
