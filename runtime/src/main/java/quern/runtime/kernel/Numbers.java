package quern.runtime.kernel;

import quern.numeric.SmallFloats;
import quern.tensor.DType;

/** Numbers in an array by element type, for kernels that take every type of whole bytes. */
final class Numbers {
    private Numbers() {}

    /** An integer, sign- or zero-extended; a BOOL as 0 or 1. */
    static long integer(DType type, Object array, int i) {
        return switch (type) {
            case S8 -> ((byte[]) array)[i];
            case U8 -> ((byte[]) array)[i] & 0xFF;
            case BOOL -> ((byte[]) array)[i] == 0 ? 0 : 1;
            case S16 -> ((short[]) array)[i];
            case U16 -> ((short[]) array)[i] & 0xFFFF;
            case S32 -> ((int[]) array)[i];
            case U32 -> ((int[]) array)[i] & 0xFFFFFFFFL;
            default -> ((long[]) array)[i];
        };
    }

    /** Sets an integer to the low bits of {@code value}. */
    static void setInteger(DType type, Object array, int i, long value) {
        switch (type.storage()) {
            case BYTE -> ((byte[]) array)[i] = (byte) value;
            case SHORT -> ((short[]) array)[i] = (short) value;
            case INT -> ((int[]) array)[i] = (int) value;
            default -> ((long[]) array)[i] = value;
        }
    }

    /** A real number of a floating type. */
    static double real(DType type, Object array, int i) {
        return switch (type) {
            case F32 -> ((float[]) array)[i];
            case F64 -> ((double[]) array)[i];
            case F16 -> SmallFloats.ofF16(((short[]) array)[i]);
            default -> SmallFloats.ofBf16(((short[]) array)[i]);
        };
    }

    /** Sets an element of a floating type to the nearest number, by way of F32 for 16 bits. */
    static void setReal(DType type, Object array, int i, double value) {
        switch (type) {
            case F32 -> ((float[]) array)[i] = (float) value;
            case F64 -> ((double[]) array)[i] = value;
            case F16 -> ((short[]) array)[i] = SmallFloats.toF16((float) value);
            default -> ((short[]) array)[i] = SmallFloats.toBf16((float) value);
        }
    }
}
