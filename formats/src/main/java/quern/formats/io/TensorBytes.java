package quern.formats.io;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import quern.error.FormatException;
import quern.tensor.DType;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Elements of tensors as little-endian bytes in row-major order, without padding. */
public final class TensorBytes {
    private static final int CHUNK = 1 << 13;

    private TensorBytes() {}

    /** Bytes that a tensor of a static type takes. */
    public static long size(TensorType type) {
        return type.dtype().byteSize(type.shape().elements());
    }

    /**
     * The tensor of a type whose bytes stand at {@code at}, in a fresh array.
     *
     * @throws FormatException if the source ends before it, or a BOOL is neither 0 nor 1
     */
    public static Tensor read(ByteSource source, long at, TensorType type) {
        return read(source.slice(at, size(type)), at, type);
    }

    /**
     * The tensor of a type whose bytes a buffer holds from its position on, in a fresh array.
     *
     * @param in little-endian, with as many bytes as the tensor takes at least
     * @param at where the bytes stand, for messages
     * @throws FormatException if a BOOL is neither 0 nor 1
     */
    public static Tensor read(ByteBuffer in, long at, TensorType type) {
        Tensor t = Tensor.zeros(type);
        switch (type.dtype().storage()) {
            case FLOAT -> in.asFloatBuffer().get(t.floats());
            case DOUBLE -> in.asDoubleBuffer().get(t.doubles());
            case BYTE -> in.get(t.bytes());
            case SHORT -> in.asShortBuffer().get(t.shorts());
            case INT -> in.asIntBuffer().get(t.ints());
            case LONG -> in.asLongBuffer().get(t.longs());
        }
        if (type.dtype() == DType.BOOL) {
            for (int i = 0; i < t.elements(); i++) {
                if ((t.bytes()[i] & 0xFE) != 0) {
                    throw new FormatException(
                            "offset " + (at + i),
                            "a BOOL must be 0 or 1, not " + (t.bytes()[i] & 0xFF));
                }
            }
        }
        return t;
    }

    /** Writes the elements of a tensor. */
    public static void write(Tensor t, OutputStream out) throws IOException {
        int slots = Tensor.slots(t.dtype(), t.elements());
        if (t.dtype().storage() == DType.Storage.BYTE) {
            out.write(t.bytes(), t.offset(), slots);
            return;
        }
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK * 8).order(ByteOrder.LITTLE_ENDIAN);
        for (int done = 0; done < slots; done += CHUNK) {
            int n = Math.min(CHUNK, slots - done);
            int from = t.offset() + done;
            switch (t.dtype().storage()) {
                case FLOAT -> chunk.asFloatBuffer().put(t.floats(), from, n);
                case DOUBLE -> chunk.asDoubleBuffer().put(t.doubles(), from, n);
                case SHORT -> chunk.asShortBuffer().put(t.shorts(), from, n);
                case INT -> chunk.asIntBuffer().put(t.ints(), from, n);
                default -> chunk.asLongBuffer().put(t.longs(), from, n);
            }
            out.write(chunk.array(), 0, n * (t.dtype().bits() / 8));
        }
    }
}
