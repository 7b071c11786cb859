package quern.cli;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Tensors as raw bytes without header or padding, row-major. */
public final class RawTensor {
    private RawTensor() {}

    /** The elements of a tensor as little-endian bytes. */
    public static byte[] bytes(Tensor t) {
        int slots = Tensor.slots(t.dtype(), t.elements());
        byte[] bytes = new byte[Math.toIntExact(t.dtype().byteSize(t.elements()))];
        ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        switch (t.dtype().storage()) {
            case FLOAT -> b.asFloatBuffer().put(t.floats(), t.offset(), slots);
            case DOUBLE -> b.asDoubleBuffer().put(t.doubles(), t.offset(), slots);
            case BYTE -> b.put(t.bytes(), t.offset(), slots);
            case SHORT -> b.asShortBuffer().put(t.shorts(), t.offset(), slots);
            case INT -> b.asIntBuffer().put(t.ints(), t.offset(), slots);
            case LONG -> b.asLongBuffer().put(t.longs(), t.offset(), slots);
        }
        return bytes;
    }

    /** A tensor of the type from the bytes at {@code offset}, of which there must be enough. */
    public static Tensor tensor(TensorType type, byte[] bytes, int offset, ByteOrder order) {
        Tensor t = Tensor.zeros(type);
        int slots = Tensor.slots(type.dtype(), t.elements());
        ByteBuffer b =
                ByteBuffer.wrap(
                        bytes, offset, Math.toIntExact(type.dtype().byteSize(t.elements())));
        b = b.slice().order(order);
        switch (type.dtype().storage()) {
            case FLOAT -> b.asFloatBuffer().get(t.floats(), 0, slots);
            case DOUBLE -> b.asDoubleBuffer().get(t.doubles(), 0, slots);
            case BYTE -> b.get(t.bytes(), 0, slots);
            case SHORT -> b.asShortBuffer().get(t.shorts(), 0, slots);
            case INT -> b.asIntBuffer().get(t.ints(), 0, slots);
            case LONG -> b.asLongBuffer().get(t.longs(), 0, slots);
        }
        return t;
    }
}
