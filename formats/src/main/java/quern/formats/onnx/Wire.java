package quern.formats.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import quern.error.FormatException;
import quern.formats.Limits;

/**
 * The fields of one protobuf message, one after another, every access checked against its end.
 *
 * <p>Usage: {@code while (w.next()) switch (w.field()) ...}; a field that is not asked for is
 * skipped. Source: the encoding guide of protocol buffers.
 */
final class Wire {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private final ByteBuffer buffer;
    private final String path;
    private final int end;
    private final Limits limits;
    private int at;
    private int field;
    private int wireType;
    private int valueEnd;
    private long number;

    private Wire(ByteBuffer buffer, int start, int end, String path, Limits limits) {
        this.buffer = buffer;
        this.at = start;
        this.end = end;
        this.path = path;
        this.limits = limits;
    }

    /** A message that takes a whole buffer. */
    static Wire of(ByteBuffer buffer, Limits limits) {
        ByteBuffer little = buffer.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        return new Wire(little, little.position(), little.limit(), "", limits);
    }

    /** What may be in the file at most. */
    Limits limits() {
        return limits;
    }

    /** The place of this message, such as {@code graph.node[3]}. */
    String path() {
        return path;
    }

    /** The place of a part of this message. */
    String path(String part) {
        return path.isEmpty() ? part : path + "." + part;
    }

    /** An error at the present field. */
    FormatException error(String problem) {
        return new FormatException(
                path.isEmpty() ? "offset " + at : path + ", offset " + at, problem);
    }

    /** Goes to the next field; false at the end of the message. */
    boolean next() {
        if (at == end) {
            return false;
        }
        long tag = varint();
        field = (int) (tag >>> 3);
        wireType = (int) (tag & 7);
        if (tag >>> 3 == 0 || tag >>> 32 != 0) {
            throw error("a field has the number " + (tag >>> 3) + "; is this an ONNX model?");
        }
        switch (wireType) {
            case VARINT -> number = varint();
            case FIXED64 -> skip(8);
            case FIXED32 -> skip(4);
            case BYTES -> skip(varint());
            default ->
                    throw error(
                            "a field has the wire type "
                                    + wireType
                                    + ", which ONNX does not use; is this an ONNX model?");
        }
        return true;
    }

    private void skip(long length) {
        if (length < 0 || length > end - at) {
            throw error("a field of " + length + " bytes goes beyond the end of its message");
        }
        number = length;
        at += (int) length;
        valueEnd = at;
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at >= end) {
                throw error("the message ends within a number");
            }
            byte b = buffer.get(at++);
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw error("a number has more than ten bytes");
    }

    /** Number of the present field. */
    int field() {
        return field;
    }

    private void require(int type, String what) {
        if (wireType != type) {
            throw error("field " + field + " should hold " + what);
        }
    }

    /** The integer of the present field. */
    long integer() {
        require(VARINT, "an integer");
        return number;
    }

    /** The binary32 number of the present field. */
    float real() {
        require(FIXED32, "a number of 32 bits");
        return buffer.getFloat(valueEnd - 4);
    }

    /** Length of the present field's bytes. */
    int length() {
        require(BYTES, "bytes");
        return (int) number;
    }

    /** A little-endian view of the present field's bytes. */
    ByteBuffer bytes() {
        int length = length();
        return buffer.slice(valueEnd - length, length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The text of the present field. */
    String text() {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes()).toString();
        } catch (CharacterCodingException e) {
            throw error("this text is not valid UTF-8");
        }
    }

    /** The text of the present field; malformed bytes become the replacement character. */
    String lenientText() {
        return StandardCharsets.UTF_8.decode(bytes()).toString();
    }

    /** The message in the present field. */
    Wire message(String part) {
        int length = length();
        return new Wire(buffer, valueEnd - length, valueEnd, path(part), limits);
    }

    /** Puts the integers of the present field, packed or single, into a list. */
    void integers(LongList to) {
        if (wireType == VARINT) {
            to.add(number);
            return;
        }
        Wire packed = message("");
        while (packed.at < packed.end) {
            to.add(packed.varint());
        }
    }

    /** Puts the binary32 numbers of the present field, packed or single, into a list of bits. */
    void reals(LongList to) {
        if (wireType == FIXED32) {
            to.add(buffer.getInt(valueEnd - 4));
            return;
        }
        ByteBuffer all = bytes();
        requireWhole(all, 4);
        while (all.hasRemaining()) {
            to.add(all.getInt());
        }
    }

    /** Puts the binary64 numbers of the present field, packed or single, into a list of bits. */
    void doubles(LongList to) {
        if (wireType == FIXED64) {
            to.add(buffer.getLong(valueEnd - 8));
            return;
        }
        ByteBuffer all = bytes();
        requireWhole(all, 8);
        while (all.hasRemaining()) {
            to.add(all.getLong());
        }
    }

    private void requireWhole(ByteBuffer all, int size) {
        if (all.remaining() % size != 0) {
            throw error(all.remaining() + " bytes are no numbers of " + size + " bytes each");
        }
    }
}
