package quern.formats.tflite;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import quern.error.FormatException;
import quern.formats.io.ByteSource;

/** The files of the zip archive that may follow a model, such as lists of labels. */
final class AttachedFiles {
    /** Longest file that is unpacked. */
    static final int MAX_BYTES = 1 << 20;

    private static final int END = 0x06054B50;
    private static final int END_BYTES = 22;
    private static final int ENTRY = 0x02014B50;
    private static final int ENTRY_BYTES = 46;
    private static final int LOCAL = 0x04034B50;
    private static final int LOCAL_BYTES = 30;
    private static final int MAX_COMMENT = 0xFFFF;
    private static final int STORED = 0;
    private static final int DEFLATED = 8;

    private final ByteSource source;

    AttachedFiles(ByteSource source) {
        this.source = source;
    }

    /**
     * The text of the file with this name; empty if there is none.
     *
     * @throws FormatException if the archive is damaged or the file is too long
     */
    Optional<String> text(String name) {
        long end = end();
        if (end < 0) {
            return Optional.empty();
        }
        int count = source.u16(end + 10);
        long at = end - source.u32(end + 12);
        long begin = at - source.u32(end + 16);
        for (int i = 0; i < count; i++) {
            if (source.s32(at) != ENTRY) {
                throw new FormatException("offset " + at, "this is no entry of an archive");
            }
            int length = source.u16(at + 28);
            if (source.lenientUtf8(at + ENTRY_BYTES, length).equals(name)) {
                return Optional.of(unpack(at, begin));
            }
            at += ENTRY_BYTES + length + source.u16(at + 30) + source.u16(at + 32);
        }
        return Optional.empty();
    }

    /** Where the archive's end record stands; -1 if there is no archive. */
    private long end() {
        long last = (long) source.size() - END_BYTES;
        for (long at = last; at >= 0 && at >= last - MAX_COMMENT; at--) {
            if (source.u8(at) == 'P' && source.s32(at) == END) {
                return at;
            }
        }
        return -1;
    }

    /** Offsets of the archive count from {@code begin}, the archive's first byte or the file's. */
    private String unpack(long entry, long begin) {
        int method = source.u16(entry + 10);
        long packed = source.u32(entry + 20);
        long size = source.u32(entry + 24);
        long local = begin + source.u32(entry + 42);
        if (source.s32(local) != LOCAL) {
            throw new FormatException("offset " + local, "this is no file of an archive");
        }
        if (size > MAX_BYTES) {
            throw new FormatException(
                    "offset " + entry, "a file of " + size + " bytes is longer than " + MAX_BYTES);
        }
        long at = local + LOCAL_BYTES + source.u16(local + 26) + source.u16(local + 28);
        byte[] bytes = new byte[source.require(at, packed) >= 0 ? (int) packed : 0];
        source.slice(at, packed).get(bytes);
        if (method == STORED && packed == size) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
        if (method != DEFLATED) {
            throw new FormatException(
                    "offset " + entry, "packing method " + method + " is unknown");
        }
        return new String(inflate(bytes, (int) size, entry), StandardCharsets.UTF_8);
    }

    private static byte[] inflate(byte[] packed, int size, long entry) {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(packed);
            byte[] bytes = new byte[size];
            int done = 0;
            while (done < size) {
                int more = inflater.inflate(bytes, done, size - done);
                if (more == 0) {
                    break;
                }
                done += more;
            }
            if (done == size) {
                return bytes;
            }
        } catch (DataFormatException e) {
            throw new FormatException("offset " + entry, "the packed file is damaged");
        } finally {
            inflater.end();
        }
        throw new FormatException("offset " + entry, "the packed file ends too early");
    }
}
