package quern.runtime.arena;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import quern.tensor.DType.Storage;
import quern.tensor.Ints;

/** Where each buffer lies in the slab of its storage type, in elements of that slab. Immutable. */
public final class ArenaLayout {
    private final int[] offsets;
    private final Map<Storage, Integer> slabs;
    private final Map<Storage, Ints> rows;
    private final int parts;
    private final List<ArenaLayout> inner;

    private ArenaLayout(
            int[] offsets,
            Map<Storage, Integer> slabs,
            Map<Storage, Ints> rows,
            int parts,
            List<ArenaLayout> inner) {
        this.offsets = offsets;
        this.slabs = slabs;
        this.rows = rows;
        this.parts = parts;
        this.inner = List.copyOf(inner);
    }

    ArenaLayout(int[] offsets, Map<Storage, Integer> slabs) {
        this(offsets, new EnumMap<>(slabs), Map.of(), 1, List.of());
    }

    /**
     * This layout with rows of accumulators beside the slabs, arrays of their own for each of
     * {@code parts} parts.
     *
     * @param rows elements of each row, for FLOAT and INT storage
     */
    public ArenaLayout withRows(Map<Storage, Ints> rows, int parts) {
        return new ArenaLayout(offsets, slabs, Map.copyOf(rows), parts, inner);
    }

    /** This layout with arenas of their own for graphs inside of operators. */
    public ArenaLayout withInner(List<ArenaLayout> layouts) {
        return new ArenaLayout(offsets, slabs, rows, parts, layouts);
    }

    /** The arenas inside. */
    List<ArenaLayout> inner() {
        return inner;
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

    /** Bytes of a slab, in the arenas inside too. */
    public long bytes(Storage storage) {
        long sum = (long) slab(storage) * storage.bytes();
        for (ArenaLayout l : inner) {
            sum += l.bytes(storage);
        }
        return sum;
    }

    /** Bytes of the rows of all parts, in the arenas inside too. */
    public long rowBytes() {
        long sum = 0;
        for (Storage s : rows.keySet()) {
            sum += rows(s).stream().asLongStream().sum() * s.bytes();
        }
        return sum * parts + inner.stream().mapToLong(ArenaLayout::rowBytes).sum();
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
