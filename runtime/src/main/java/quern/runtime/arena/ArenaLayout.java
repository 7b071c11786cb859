package quern.runtime.arena;

import java.util.EnumMap;
import java.util.Map;
import quern.tensor.DType.Storage;
import quern.tensor.Ints;

/** Where each buffer lies in the slab of its storage type, in elements of that slab. Immutable. */
public final class ArenaLayout {
    private final int[] offsets;
    private final Map<Storage, Integer> slabs;
    private final Map<Storage, Ints> rows;
    private final int parts;

    private ArenaLayout(
            int[] offsets, Map<Storage, Integer> slabs, Map<Storage, Ints> rows, int parts) {
        this.offsets = offsets;
        this.slabs = slabs;
        this.rows = rows;
        this.parts = parts;
    }

    ArenaLayout(int[] offsets, Map<Storage, Integer> slabs) {
        this(offsets, new EnumMap<>(slabs), Map.of(), 1);
    }

    /**
     * This layout with rows of accumulators beside the slabs, arrays of their own for each of
     * {@code parts} parts.
     *
     * @param rows elements of each row, for FLOAT and INT storage
     */
    public ArenaLayout withRows(Map<Storage, Ints> rows, int parts) {
        return new ArenaLayout(offsets, slabs, Map.copyOf(rows), parts);
    }

    /** Elements of each row that a part has. */
    Ints rows(Storage storage) {
        return rows.getOrDefault(storage, Ints.of());
    }

    /** Number of parts that have rows. */
    int parts() {
        return parts;
    }

    /** The offsets of all buffers, in the order in which they were given. */
    public Ints offsets() {
        return Ints.of(offsets);
    }

    /** The offset of buffer {@code i}. */
    public int offset(int i) {
        return offsets[i];
    }

    /** Elements of a slab; 0 if there is none of this type. */
    public int slab(Storage storage) {
        return slabs.getOrDefault(storage, 0);
    }

    /** Bytes of a slab. */
    public long bytes(Storage storage) {
        return (long) slab(storage) * storage.bytes();
    }

    /** Bytes of the rows of all parts. */
    public long rowBytes() {
        long sum = 0;
        for (Storage s : rows.keySet()) {
            sum += rows(s).stream().asLongStream().sum() * s.bytes();
        }
        return sum * parts;
    }

    /** Bytes of all slabs. */
    public long bytes() {
        long sum = 0;
        for (Storage s : Storage.values()) {
            sum += bytes(s);
        }
        return sum;
    }
}
