package quern.runtime.kernel;

import java.util.function.IntUnaryOperator;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.TensorType;

/**
 * How the bytes of an 8-bit tensor are read: {@code (b & mask) - zero}.
 *
 * @param mask -1 for S8, 255 for U8
 * @param zero the zero point
 */
record Codes(int mask, int zero) {
    /** Number of codes of 8 bits. */
    static final int BYTES = 256;

    static Codes of(TensorType type) {
        return new Codes(type.dtype() == DType.U8 ? 0xFF : -1, type.zeroPoint(0));
    }

    /** A function of one code as a table, indexed by the byte read as unsigned. */
    static int[] table(TensorType type, IntUnaryOperator function) {
        int mask = of(type).mask();
        int[] table = new int[BYTES];
        for (int b = 0; b < BYTES; b++) {
            table[b] = function.applyAsInt((byte) b & mask);
        }
        return table;
    }

    /** Whether kernels can read or write the type so: 8 bits, one scale and zero point. */
    static boolean fits(TensorType type) {
        return (type.dtype() == DType.S8 || type.dtype() == DType.U8)
                && type.quant() instanceof Quant.PerTensor;
    }
}
