package quern.formats.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import quern.error.FormatException;

/**
 * Little-endian numbers in a byte array, every access checked against its length. Positions are
 * 64-bit, so that sums of numbers from a file do not overflow before they are checked. Does not
 * copy the array; not changed by reading.
 */
public final class ByteSource {
    private final byte[] bytes;
    private final ByteBuffer buffer;

    public ByteSource(byte[] bytes) {
        this.bytes = bytes;
        this.buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Number of bytes. */
    public int size() {
        return bytes.length;
    }

    /**
     * Checks that {@code length} bytes from {@code at} on lie in the source, and returns {@code at}
     * as an int.
     *
     * @throws FormatException with the offset if they do not
     */
    public int require(long at, long length) {
        if (at < 0 || length < 0 || at > bytes.length || length > bytes.length - at) {
            throw new FormatException(
                    "offset " + at,
                    length
                            + " bytes were expected here, but the file has "
                            + bytes.length
                            + " bytes");
        }
        return (int) at;
    }

    public int u8(long at) {
        return bytes[require(at, 1)] & 0xFF;
    }

    public int u16(long at) {
        return buffer.getShort(require(at, 2)) & 0xFFFF;
    }

    public int s32(long at) {
        return buffer.getInt(require(at, 4));
    }

    public long u32(long at) {
        return s32(at) & 0xFFFFFFFFL;
    }

    public long s64(long at) {
        return buffer.getLong(require(at, 8));
    }

    public float f32(long at) {
        return buffer.getFloat(require(at, 4));
    }

    /** A little-endian view of {@code length} bytes from {@code at} on. */
    public ByteBuffer slice(long at, long length) {
        return buffer.slice(require(at, length), (int) length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * UTF-8 text.
     *
     * @throws FormatException if the bytes are not valid UTF-8
     */
    public String utf8(long at, long length) {
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(slice(at, length));
            return text.toString();
        } catch (CharacterCodingException e) {
            throw new FormatException("offset " + at, "this text is not valid UTF-8");
        }
    }

    /** UTF-8 text; malformed bytes become the replacement character. */
    public String lenientUtf8(long at, long length) {
        return new String(bytes, require(at, length), (int) length, StandardCharsets.UTF_8);
    }
}
