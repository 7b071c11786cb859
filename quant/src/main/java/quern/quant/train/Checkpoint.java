package quern.quant.train;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import quern.error.FormatException;
import quern.tensor.Shape;
import quern.tensor.Tensor;

/**
 * A run as it stands between two epochs: named float tensors and whole numbers. As a stream: the
 * word {@code QRNTRAIN}, the length and the CRC-32 of what follows, then each with its name.
 *
 * @param tensors shared, not copied
 * @param numbers by name
 */
public record Checkpoint(Map<String, Tensor> tensors, Map<String, Long> numbers) {
    private static final long MAGIC = 0x51524E545241494EL;
    private static final int MOST = 1 << 30;

    /** Writes everything. */
    public void write(OutputStream out) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream d = new DataOutputStream(body);
        d.writeInt(numbers.size());
        for (Map.Entry<String, Long> n : numbers.entrySet()) {
            d.writeUTF(n.getKey());
            d.writeLong(n.getValue());
        }
        d.writeInt(tensors.size());
        for (Map.Entry<String, Tensor> t : tensors.entrySet()) {
            d.writeUTF(t.getKey());
            Tensor value = t.getValue();
            d.writeInt(value.elements());
            ByteBuffer bytes = ByteBuffer.allocate(4 * value.elements());
            bytes.asFloatBuffer().put(value.floats(), value.offset(), value.elements());
            d.write(bytes.array());
        }
        d.flush();
        CRC32 crc = new CRC32();
        crc.update(body.toByteArray());
        DataOutputStream head = new DataOutputStream(out);
        head.writeLong(MAGIC);
        head.writeInt(body.size());
        head.writeInt((int) crc.getValue());
        body.writeTo(head);
        head.flush();
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @param place names the source in messages
     * @throws FormatException if it is anything else
     */
    public static Checkpoint read(InputStream in, String place) throws IOException {
        DataInputStream head = new DataInputStream(in);
        byte[] start = head.readNBytes(16);
        ByteBuffer fields = ByteBuffer.wrap(start);
        if (start.length < 16 || fields.getLong() != MAGIC) {
            throw new FormatException(place, "is not a checkpoint of a training run");
        }
        int length = fields.getInt();
        byte[] body = length < 0 || length > MOST ? new byte[0] : head.readNBytes(length);
        CRC32 crc = new CRC32();
        crc.update(body);
        if (body.length != length || (int) crc.getValue() != fields.getInt()) {
            throw new FormatException(place, "is a damaged checkpoint");
        }
        ByteBuffer b = ByteBuffer.wrap(body);
        Map<String, Long> numbers = new LinkedHashMap<>();
        for (int n = b.getInt(); n > 0; n--) {
            numbers.put(text(b), b.getLong());
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (int n = b.getInt(); n > 0; n--) {
            String name = text(b);
            float[] values = new float[b.getInt()];
            b.asFloatBuffer().get(values);
            b.position(b.position() + 4 * values.length);
            tensors.put(name, Tensor.of(Shape.of(values.length), values));
        }
        return new Checkpoint(tensors, numbers);
    }

    private static String text(ByteBuffer b) {
        int n = b.getShort() & 0xFFFF;
        String s = new String(b.array(), b.position(), n, StandardCharsets.UTF_8);
        b.position(b.position() + n);
        return s;
    }

    /** A number that must be there. */
    long number(String name) {
        Long n = numbers.get(name);
        if (n == null) {
            throw new FormatException("checkpoint", "has no number " + name);
        }
        return n;
    }

    /** Copies the tensors with this prefix over others of the same names and sizes. */
    void restore(String prefix, Map<String, Tensor> to) {
        to.forEach(
                (name, t) -> {
                    Tensor from = tensors.get(prefix + name);
                    if (from == null || from.elements() != t.elements()) {
                        throw new FormatException(
                                "checkpoint", "is of another network: " + name + " differs");
                    }
                    System.arraycopy(
                            from.floats(), from.offset(), t.floats(), t.offset(), t.elements());
                });
    }
}
