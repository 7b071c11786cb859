package quern.formats.tflite;

import java.util.List;
import java.util.Optional;
import quern.error.FormatException;
import quern.formats.io.ByteSource;

/**
 * A table of a FlatBuffers file: fields by number, each of which may be missing and then has its
 * default. The table begins with the distance back to its vtable, which lists where the fields
 * stand.
 */
final class FlatTable {
    private static final int VTABLE_HEADER = 4;

    private final FlatBuffer file;
    private final ByteSource source;
    private final long at;
    private final String path;
    private final long vtable;
    private final int vtableBytes;
    private final int tableBytes;

    FlatTable(FlatBuffer file, long at, String path) {
        this.file = file;
        this.source = file.source();
        this.at = at;
        this.path = path;
        this.vtable = at - source.s32(at);
        this.vtableBytes = source.u16(vtable);
        this.tableBytes = source.u16(vtable + 2);
        file.charge(FlatBuffer.TABLE_COST, at);
        source.require(vtable, vtableBytes);
        source.require(at, tableBytes);
        if (vtableBytes < VTABLE_HEADER || tableBytes < VTABLE_HEADER) {
            throw new FormatException("offset " + vtable, "this is not the vtable of a table");
        }
    }

    /** The way to this table, such as {@code subgraphs[0].tensors[3]}. */
    String path() {
        return path;
    }

    boolean has(int field) {
        return entry(field) != 0;
    }

    byte s8(int field) {
        return (byte) u8(field);
    }

    int u8(int field) {
        return has(field) ? source.u8(scalar(field, 1)) : 0;
    }

    boolean flag(int field) {
        return u8(field) != 0;
    }

    int s32(int field, int otherwise) {
        return has(field) ? source.s32(scalar(field, 4)) : otherwise;
    }

    long u32(int field) {
        return s32(field, 0) & 0xFFFFFFFFL;
    }

    long s64(int field) {
        return has(field) ? source.s64(scalar(field, 8)) : 0;
    }

    float f32(int field) {
        return has(field) ? source.f32(scalar(field, 4)) : 0;
    }

    /** The text of a field; empty if it is missing. */
    String string(int field) {
        return has(field) ? file.string(target(field)) : "";
    }

    /** The numbers of a field; none if it is missing. */
    int[] ints(int field) {
        return has(field) ? file.ints(target(field)) : new int[0];
    }

    float[] floats(int field) {
        return has(field) ? file.floats(target(field)) : new float[0];
    }

    long[] longs(int field) {
        return has(field) ? file.longs(target(field)) : new long[0];
    }

    /** Number of bytes of a byte vector; 0 if it is missing. They are not charged for. */
    long byteCount(int field) {
        if (!has(field)) {
            return 0;
        }
        long count = source.u32(target(field));
        source.require(target(field) + 4, count);
        return count;
    }

    /** Where the first byte of a byte vector stands. */
    long bytesAt(int field) {
        return target(field) + 4;
    }

    Optional<FlatTable> table(int field, String name) {
        return has(field)
                ? Optional.of(new FlatTable(file, target(field), path + name))
                : Optional.empty();
    }

    /** The tables of a field; none if it is missing. */
    List<FlatTable> tables(int field, String name) {
        return has(field) ? file.tables(target(field), path + name) : List.of();
    }

    private long target(int field) {
        return file.follow(scalar(field, 4));
    }

    private long scalar(int field, int bytes) {
        int entry = entry(field);
        if (entry + bytes > tableBytes) {
            throw new FormatException(
                    "offset " + at, "field " + field + " lies outside its table of " + tableBytes);
        }
        return at + entry;
    }

    private int entry(int field) {
        int slot = VTABLE_HEADER + 2 * field;
        return slot + 2 <= vtableBytes ? source.u16(vtable + slot) : 0;
    }
}
