package quern.runtime.kernel;

import quern.tensor.DType;
import quern.tensor.TensorType;

/**
 * How the bytes of an 8-bit tensor are read: {@code (b & mask) - zero}.
 *
 * @param mask -1 for S8, 255 for U8
 * @param zero the zero point
 */
record Codes(int mask, int zero) {
    static Codes of(TensorType type) {
        return new Codes(type.dtype() == DType.U8 ? 0xFF : -1, type.zeroPoint(0));
    }

    /** Whether kernels can read or write the type so: 8 bits, one scale and zero point. */
    static boolean fits(TensorType type) {
        return (type.dtype() == DType.S8 || type.dtype() == DType.U8) && type.channels() == 1;
    }
}
