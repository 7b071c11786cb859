package quern.formats.onnx;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import quern.formats.io.TensorBytes;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * The fields of one protobuf message, in the order in which they are added. Elements of tensors are
 * asked for when the message is written, one tensor after the other.
 */
final class WireWriter {
    private static final int FIXED32 = 5;
    private static final int BYTES = 2;

    private final List<Object> parts = new ArrayList<>();
    private ByteArrayOutputStream tail = new ByteArrayOutputStream();
    private long before;

    /** Bytes of the message. */
    long size() {
        return before + tail.size();
    }

    WireWriter integer(int field, long value) {
        varint((long) field << 3);
        varint(value);
        return this;
    }

    WireWriter real(int field, float value) {
        varint((long) field << 3 | FIXED32);
        int bits = Float.floatToRawIntBits(value);
        for (int i = 0; i < 4; i++) {
            tail.write(bits >>> 8 * i);
        }
        return this;
    }

    WireWriter text(int field, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        length(field, bytes.length);
        tail.writeBytes(bytes);
        return this;
    }

    /** A message, which must not change any more. */
    WireWriter message(int field, WireWriter value) {
        length(field, value.size());
        if (value.parts.isEmpty()) {
            tail.writeBytes(value.tail.toByteArray());
        } else {
            part(value, value.size());
        }
        return this;
    }

    /** The elements of a tensor of this type as bytes. */
    WireWriter elements(int field, TensorType type, Supplier<Tensor> tensor) {
        long size = TensorBytes.size(type);
        length(field, size);
        part(tensor, size);
        return this;
    }

    /** The fields of another message, which must not change any more. */
    void append(WireWriter fields) {
        part(fields, fields.size());
    }

    private void part(Object part, long size) {
        before = size() + size;
        parts.add(tail.toByteArray());
        parts.add(part);
        tail = new ByteArrayOutputStream();
    }

    private void length(int field, long length) {
        varint((long) field << 3 | BYTES);
        varint(length);
    }

    private void varint(long value) {
        long rest = value;
        for (; (rest & ~0x7FL) != 0; rest >>>= 7) {
            tail.write((int) (rest & 0x7F | 0x80));
        }
        tail.write((int) rest);
    }

    /** Writes the fields. */
    void writeTo(OutputStream out) throws IOException {
        for (Object part : parts) {
            if (part instanceof byte[] bytes) {
                out.write(bytes);
            } else if (part instanceof WireWriter message) {
                message.writeTo(out);
            } else {
                TensorBytes.write((Tensor) ((Supplier<?>) part).get(), out);
            }
        }
        tail.writeTo(out);
    }
}
