package quern.tensor;

import java.util.Arrays;
import quern.error.ShapeException;

/**
 * A typed view of a Java array: {@code type.shape().elements()} elements in row-major order from
 * {@code offset} on.
 *
 * <p>The array is shared, not copied: whoever hands it over must not change it while the tensor is
 * a constant of a graph. Heap arrays only; the array's kind is that of {@link DType#storage()}.
 * Packed types (S4, U4) count offset in bytes. Not synchronized.
 */
public final class Tensor {
    private final TensorType type;
    private final Object array;
    private final int offset;
    private final int elements;

    private Tensor(TensorType type, Object array, int offset) {
        this.type = type;
        this.array = array;
        this.offset = offset;
        this.elements = type.shape().elements();
        long slots = slots(type.dtype(), elements);
        int length = length(array);
        if (offset < 0 || offset + slots > length) {
            throw new ShapeException(
                    "an array of "
                            + length
                            + " from offset "
                            + offset
                            + " does not hold a tensor of shape "
                            + type.shape());
        }
    }

    private static int length(Object array) {
        if (array instanceof byte[] a) {
            return a.length;
        } else if (array instanceof float[] a) {
            return a.length;
        } else if (array instanceof int[] a) {
            return a.length;
        } else if (array instanceof short[] a) {
            return a.length;
        } else if (array instanceof long[] a) {
            return a.length;
        }
        return ((double[]) array).length;
    }

    /**
     * Array slots that {@code elements} elements of a type take (half as many bytes for packed
     * types).
     */
    public static int slots(DType dtype, int elements) {
        return dtype.isPacked() ? elements / 2 + elements % 2 : elements;
    }

    /** A tensor of zeros (codes for quantized types) in a fresh array. */
    public static Tensor zeros(TensorType type) {
        int n = slots(type.dtype(), type.shape().elements());
        return switch (type.dtype().storage()) {
            case FLOAT -> new Tensor(type, new float[n], 0);
            case DOUBLE -> new Tensor(type, new double[n], 0);
            case BYTE -> new Tensor(type, new byte[n], 0);
            case SHORT -> new Tensor(type, new short[n], 0);
            case INT -> new Tensor(type, new int[n], 0);
            case LONG -> new Tensor(type, new long[n], 0);
        };
    }

    /** A view of part of an array whose kind fits the type. */
    public static Tensor view(TensorType type, Object array, int offset) {
        boolean fits =
                switch (type.dtype().storage()) {
                    case FLOAT -> array instanceof float[];
                    case DOUBLE -> array instanceof double[];
                    case BYTE -> array instanceof byte[];
                    case SHORT -> array instanceof short[];
                    case INT -> array instanceof int[];
                    case LONG -> array instanceof long[];
                };
        if (!fits) {
            throw new IllegalArgumentException(
                    "a tensor of type "
                            + type.dtype()
                            + " cannot be held in "
                            + array.getClass().getSimpleName());
        }
        return new Tensor(type, array, offset);
    }

    /**
     * A float32 tensor over {@code values}, which must have exactly as many elements as the shape.
     */
    public static Tensor of(Shape shape, float... values) {
        return exact(TensorType.of(DType.F32, shape), values, values.length);
    }

    /**
     * A tensor of an 8-bit (or packed) type over {@code values}, which must have exactly as many
     * slots as the type needs.
     */
    public static Tensor of(TensorType type, byte... values) {
        return exact(type, values, values.length);
    }

    /**
     * An int32 tensor over {@code values}, which must have exactly as many elements as the shape.
     */
    public static Tensor of(Shape shape, int... values) {
        return exact(TensorType.of(DType.S32, shape), values, values.length);
    }

    private static Tensor exact(TensorType type, Object array, int length) {
        if (length != slots(type.dtype(), type.shape().elements())) {
            throw new ShapeException(
                    length + " values do not fill a tensor of shape " + type.shape());
        }
        return view(type, array, 0);
    }

    public TensorType type() {
        return type;
    }

    public DType dtype() {
        return type.dtype();
    }

    public Shape shape() {
        return type.shape();
    }

    public int elements() {
        return elements;
    }

    /** Where the first element stands in the array. */
    public int offset() {
        return offset;
    }

    /** The array behind a FLOAT storage type, not copied. */
    public float[] floats() {
        return (float[]) array;
    }

    public double[] doubles() {
        return (double[]) array;
    }

    /** The array behind a BYTE storage type, not copied. */
    public byte[] bytes() {
        return (byte[]) array;
    }

    public short[] shorts() {
        return (short[]) array;
    }

    public int[] ints() {
        return (int[]) array;
    }

    public long[] longs() {
        return (long[]) array;
    }

    /** The array itself, not copied. */
    public Object array() {
        return array;
    }

    /**
     * Element {@code i} (row-major) of an integer or BOOL tensor, sign- or zero-extended; U64 as
     * its signed bits.
     */
    public long integer(int i) {
        return switch (type.dtype()) {
            case S8 -> bytes()[offset + i];
            case U8, BOOL -> bytes()[offset + i] & 0xFF;
            case S16 -> shorts()[offset + i];
            case U16 -> shorts()[offset + i] & 0xFFFF;
            case S32 -> ints()[offset + i];
            case U32 -> ints()[offset + i] & 0xFFFFFFFFL;
            case S64, U64 -> longs()[offset + i];
            case S4 -> (byte) (nibble(i) << 4) >> 4;
            case U4 -> nibble(i);
            default ->
                    throw new IllegalArgumentException(
                            "a tensor of type " + type.dtype() + " holds no integers");
        };
    }

    /** {@link #integer} as an int: for codes and indices known to fit. */
    public int code(int i) {
        return (int) integer(i);
    }

    /**
     * Sets element {@code i} of an integer or BOOL tensor; the value must fit the type, it is not
     * clamped.
     */
    public void setInteger(int i, long value) {
        switch (type.dtype()) {
            case S8, U8, BOOL -> bytes()[offset + i] = (byte) value;
            case S16, U16 -> shorts()[offset + i] = (short) value;
            case S32, U32 -> ints()[offset + i] = (int) value;
            case S64, U64 -> longs()[offset + i] = value;
            case S4, U4 -> {
                int shift = (i & 1) * 4;
                int at = offset + (i >> 1);
                bytes()[at] = (byte) (bytes()[at] & ~(0xF << shift) | ((int) value & 0xF) << shift);
            }
            default ->
                    throw new IllegalArgumentException(
                            "a tensor of type " + type.dtype() + " holds no integers");
        }
    }

    private int nibble(int i) {
        return bytes()[offset + (i >> 1)] >> (i & 1) * 4 & 0xF;
    }

    /** Element {@code i} of an F32 tensor. */
    public float real(int i) {
        return ((float[]) array)[offset + i];
    }

    /** Sets element {@code i} of an F32 tensor. */
    public void setReal(int i, float value) {
        ((float[]) array)[offset + i] = value;
    }

    /**
     * The same elements seen as another type with the same element type width and count (a reshape
     * or another quantization).
     */
    public Tensor as(TensorType other) {
        if (other.dtype().storage() != type.dtype().storage()
                || other.shape().elements() != elements
                || other.dtype().bits() != type.dtype().bits()) {
            throw new ShapeException("a tensor of type " + type + " cannot be seen as " + other);
        }
        return new Tensor(other, array, offset);
    }

    /** The same type and elements in a fresh array. */
    public Tensor copy() {
        Tensor t = zeros(type);
        System.arraycopy(array, offset, t.array, 0, slots(type.dtype(), elements));
        return t;
    }

    /** Equal type and equal elements; floats compare by bits, any NaN equal to any NaN. */
    @Override
    public boolean equals(Object o) {
        if (!(o instanceof Tensor)) {
            return false;
        }
        Tensor t = (Tensor) o;
        if (!type.equals(t.type)) {
            return false;
        }
        int n = slots(type.dtype(), elements);
        int p = offset;
        int q = t.offset;
        return switch (type.dtype().storage()) {
            case FLOAT -> Arrays.equals(floats(), p, p + n, t.floats(), q, q + n);
            case DOUBLE -> Arrays.equals(doubles(), p, p + n, t.doubles(), q, q + n);
            case BYTE -> Arrays.equals(bytes(), p, p + n, t.bytes(), q, q + n);
            case SHORT -> Arrays.equals(shorts(), p, p + n, t.shorts(), q, q + n);
            case INT -> Arrays.equals(ints(), p, p + n, t.ints(), q, q + n);
            case LONG -> Arrays.equals(longs(), p, p + n, t.longs(), q, q + n);
        };
    }

    @Override
    public int hashCode() {
        return type.hashCode();
    }

    @Override
    public String toString() {
        return "Tensor " + type;
    }
}
