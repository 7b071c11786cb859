package quern.formats.qrn;

import quern.error.FormatException;
import quern.tensor.DType;
import quern.tensor.TensorType;

/** The names that safetensors gives to element types. */
final class SafeType {
    private SafeType() {}

    /** The safetensors name of a type; packed types are stored as bytes. */
    static String name(DType dtype) {
        return switch (dtype) {
            case S8 -> "I8";
            case S16 -> "I16";
            case S32 -> "I32";
            case S64 -> "I64";
            case S4, U4 -> "U8";
            default -> dtype.name();
        };
    }

    /** The type with this safetensors name. */
    static DType parse(String name) {
        for (DType d : DType.values()) {
            if (!d.isPacked() && name(d).equals(name)) {
                return d;
            }
        }
        throw new FormatException("", "\"" + name + "\" is not an element type of this version");
    }

    /** Bytes of a stored element. */
    static int width(TensorType type) {
        return Math.max(1, type.dtype().bits() / 8);
    }
}
