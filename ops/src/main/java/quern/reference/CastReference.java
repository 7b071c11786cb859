package quern.reference;

import quern.numeric.SmallFloats;
import quern.op.quantize.Cast;
import quern.tensor.DType;
import quern.tensor.Tensor;

/** Casts: a real number as binary64, an integer as 64 bits, then into the output's type. */
final class CastReference {
    private static final double TWO_63 = 0x1p63;

    private CastReference() {}

    static void run(Cast op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor y = c.output();
        for (int i = 0; i < y.elements(); i++) {
            if (x.dtype().isFloat()) {
                put(y, i, real(x, i));
            } else if (x.dtype() == DType.U64 && y.dtype().isFloat()) {
                put(y, i, unsigned(x.integer(i), y.dtype()));
            } else {
                put(y, i, x.dtype() == DType.BOOL && x.integer(i) != 0 ? 1 : x.integer(i));
            }
        }
    }

    private static double real(Tensor x, int i) {
        return switch (x.dtype()) {
            case F32 -> x.real(i);
            case F64 -> x.doubles()[x.offset() + i];
            case F16 -> SmallFloats.ofF16(x.shorts()[x.offset() + i]);
            default -> SmallFloats.ofBf16(x.shorts()[x.offset() + i]);
        };
    }

    /** The nearest number of a type: half of an unsigned integer, with the lost bit, doubled. */
    private static double unsigned(long bits, DType type) {
        if (bits >= 0) {
            return type == DType.F64 ? (double) bits : (float) bits;
        }
        long half = bits >>> 1 | bits & 1;
        return 2 * (type == DType.F64 ? (double) half : (float) half);
    }

    private static void put(Tensor y, int i, long value) {
        if (y.dtype() == DType.F64) {
            y.doubles()[y.offset() + i] = value;
        } else if (y.dtype().isFloat()) {
            put(y, i, (double) (float) value);
        } else {
            y.setInteger(i, y.dtype() == DType.BOOL && value != 0 ? 1 : value);
        }
    }

    private static void put(Tensor y, int i, double value) {
        switch (y.dtype()) {
            case F32 -> y.setReal(i, (float) value);
            case F64 -> y.doubles()[y.offset() + i] = value;
            case F16 -> y.shorts()[y.offset() + i] = SmallFloats.toF16((float) value);
            case BF16 -> y.shorts()[y.offset() + i] = SmallFloats.toBf16((float) value);
            case BOOL -> y.setInteger(i, value != 0 ? 1 : 0);
            case U64 -> y.setInteger(i, unsigned(value));
            default -> {
                int bits = y.dtype().bits();
                double low = y.dtype().min(bits);
                double high = y.dtype().max(bits);
                y.setInteger(i, (long) Math.min(Math.max(value, low), high));
            }
        }
    }

    /** A number from 0 to 2^64 - 1 with its fraction dropped. */
    private static long unsigned(double value) {
        if (!(value > 0)) {
            return 0;
        }
        if (value >= 2 * TWO_63) {
            return -1;
        }
        return value < TWO_63 ? (long) value : (long) (value - TWO_63) | Long.MIN_VALUE;
    }
}
