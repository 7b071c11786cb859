package quern.tensor;

/**
 * The element type of a tensor.
 *
 * <p>S4 and U4 are packed two to a byte, low nibble first. A complex number is a trailing axis of
 * 2.
 */
public enum DType {
    F32(Storage.FLOAT, 32, Kind.FLOAT, "float32"),
    F64(Storage.DOUBLE, 64, Kind.FLOAT, "float64"),
    F16(Storage.SHORT, 16, Kind.FLOAT, "float16"),
    BF16(Storage.SHORT, 16, Kind.FLOAT, "bfloat16"),
    S8(Storage.BYTE, 8, Kind.SIGNED, "int8"),
    U8(Storage.BYTE, 8, Kind.UNSIGNED, "uint8"),
    S16(Storage.SHORT, 16, Kind.SIGNED, "int16"),
    U16(Storage.SHORT, 16, Kind.UNSIGNED, "uint16"),
    S32(Storage.INT, 32, Kind.SIGNED, "int32"),
    U32(Storage.INT, 32, Kind.UNSIGNED, "uint32"),
    S64(Storage.LONG, 64, Kind.SIGNED, "int64"),
    U64(Storage.LONG, 64, Kind.UNSIGNED, "uint64"),
    BOOL(Storage.BYTE, 8, Kind.BOOL, "bool"),
    S4(Storage.BYTE, 4, Kind.SIGNED, "int4"),
    U4(Storage.BYTE, 4, Kind.UNSIGNED, "uint4");

    /** The Java array that holds the elements. */
    public enum Storage {
        FLOAT(Float.BYTES),
        DOUBLE(Double.BYTES),
        BYTE(Byte.BYTES),
        SHORT(Short.BYTES),
        INT(Integer.BYTES),
        LONG(Long.BYTES);

        private final int bytes;

        Storage(int bytes) {
            this.bytes = bytes;
        }

        /** Bytes of one element of the array. */
        public int bytes() {
            return bytes;
        }
    }

    private enum Kind {
        FLOAT,
        SIGNED,
        UNSIGNED,
        BOOL
    }

    private final Storage storage;
    private final int bits;
    private final Kind kind;
    private final String numpyName;

    DType(Storage storage, int bits, Kind kind, String numpyName) {
        this.storage = storage;
        this.bits = bits;
        this.kind = kind;
        this.numpyName = numpyName;
    }

    /** The Java array that holds the elements. */
    public Storage storage() {
        return storage;
    }

    /** Bits an element takes when stored. */
    public int bits() {
        return bits;
    }

    /** The name numpy uses ({@code bfloat16}, {@code int4} and {@code uint4} by extension). */
    public String numpyName() {
        return numpyName;
    }

    /** F32, F64, F16 or BF16. */
    public boolean isFloat() {
        return kind == Kind.FLOAT;
    }

    /** A signed or unsigned integer (not BOOL). */
    public boolean isInteger() {
        return kind == Kind.SIGNED || kind == Kind.UNSIGNED;
    }

    /** A signed integer. */
    public boolean isSigned() {
        return kind == Kind.SIGNED;
    }

    /** Two elements share a byte. */
    public boolean isPacked() {
        return bits < 8;
    }

    /** The smallest code of an integer type narrowed to {@code width} bits. */
    public long min(int width) {
        return kind == Kind.SIGNED ? -(1L << (width - 1)) : 0;
    }

    /**
     * The largest code of an integer type narrowed to {@code width} bits (U64 is read as signed).
     */
    public long max(int width) {
        if (kind == Kind.SIGNED) {
            return (1L << (width - 1)) - 1;
        }
        return width >= 63 ? Long.MAX_VALUE : (1L << width) - 1;
    }

    /** Bytes that {@code elements} elements take in a file. */
    public long byteSize(long elements) {
        return isPacked() ? (elements + 1) / 2 : Math.multiplyExact(elements, (long) (bits / 8));
    }
}
