package quern.formats.onnx;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import quern.formats.io.TensorBytes;
import quern.rewrite.Constants;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Tensor;

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
        append(value);
        return this;
    }

    /**
     * The elements of a tensor as bytes.
     *
     * @param order which axis of the tensor is axis {@code i} of what is written; empty for the
     *     same
     */
    WireWriter elements(int field, Tensor tensor, Ints order) {
        long size = TensorBytes.size(tensor.type());
        length(field, size);
        part(order.size() == 0 ? tensor : new Object[] {tensor, order}, size);
        return this;
    }

    /** The fields of another message, which must not change any more. */
    void append(WireWriter fields) {
        if (fields.parts.isEmpty()) {
            tail.writeBytes(fields.tail.toByteArray());
        } else {
            part(fields, fields.size());
        }
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
            } else if (part instanceof Object[] moved) {
                Tensor t = (Tensor) moved[0];
                Tensor plain = t.as(t.type().withQuant(Quant.NONE));
                TensorBytes.write(Constants.transposed(plain, (Ints) moved[1]), out);
            } else {
                TensorBytes.write((Tensor) part, out);
            }
        }
        tail.writeTo(out);
    }
}
