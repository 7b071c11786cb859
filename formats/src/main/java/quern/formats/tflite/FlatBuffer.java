package quern.formats.tflite;

import java.util.ArrayList;
import java.util.List;
import quern.error.FormatException;
import quern.formats.io.ByteSource;

/**
 * A FlatBuffers file: little-endian tables that refer to each other by offsets.
 *
 * <p>Parts of a hostile file may overlap, so that a small file describes a huge model. Everything
 * that is taken out of the file is therefore charged against a budget that is a small multiple of
 * the file's size: an honest file, whose parts are read about once, stays far below it. Used by one
 * thread.
 */
final class FlatBuffer {
    /** What a table costs, whatever its size. */
    static final int TABLE_COST = 64;

    private static final long BUDGET_PER_BYTE = 8;
    private static final long BUDGET_BASE = 1 << 16;
    private static final int OFFSET_BYTES = 4;

    private final ByteSource source;
    private long budget;

    FlatBuffer(ByteSource source) {
        this.source = source;
        this.budget = BUDGET_BASE + BUDGET_PER_BYTE * source.size();
    }

    ByteSource source() {
        return source;
    }

    /** The root table. */
    FlatTable root(String path) {
        return new FlatTable(this, source.u32(0), path);
    }

    /** Pays for {@code cost} bytes that are taken from offset {@code at}. */
    void charge(long cost, long at) {
        budget -= cost;
        if (budget < 0) {
            throw new FormatException(
                    "offset " + at, "the file describes more than it can hold: its parts overlap");
        }
    }

    /** Follows the offset that stands at {@code at}. */
    long follow(long at) {
        return at + source.u32(at);
    }

    /**
     * Number of elements of the vector at {@code at}, which are checked to lie in the file; the
     * first one stands at {@code at + 4}.
     */
    int vector(long at, int elementBytes) {
        long count = source.u32(at);
        source.require(at + OFFSET_BYTES, count * elementBytes);
        charge(OFFSET_BYTES + count * elementBytes, at);
        return (int) count;
    }

    int[] ints(long at) {
        int[] values = new int[vector(at, 4)];
        source.slice(at + OFFSET_BYTES, 4L * values.length).asIntBuffer().get(values);
        return values;
    }

    float[] floats(long at) {
        float[] values = new float[vector(at, 4)];
        source.slice(at + OFFSET_BYTES, 4L * values.length).asFloatBuffer().get(values);
        return values;
    }

    long[] longs(long at) {
        long[] values = new long[vector(at, 8)];
        source.slice(at + OFFSET_BYTES, 8L * values.length).asLongBuffer().get(values);
        return values;
    }

    String string(long at) {
        return source.lenientUtf8(at + OFFSET_BYTES, vector(at, 1));
    }

    List<FlatTable> tables(long at, String path) {
        int count = vector(at, OFFSET_BYTES);
        List<FlatTable> tables = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long element = at + OFFSET_BYTES + (long) OFFSET_BYTES * i;
            tables.add(new FlatTable(this, follow(element), path + "[" + i + "]"));
        }
        return tables;
    }
}
