package quern.runtime.arena;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import quern.error.ShapeException;
import quern.tensor.DType.Storage;

/**
 * Plans memory from sizes and lifetimes alone: it knows no graphs and no operators.
 *
 * <p>Two buffers of one storage type share elements only if there is no step in which both are
 * needed. Each storage type is a slab of its own. The same buffers give the same layout on every
 * JVM.
 */
public final class ArenaPlanner {
    private ArenaPlanner() {}

    /**
     * A layout of all buffers.
     *
     * @throws ShapeException if a slab would have more elements than an array can hold
     */
    public static ArenaLayout plan(List<Buffer> buffers) {
        int[] offsets = new int[buffers.size()];
        Map<Storage, Integer> slabs = new EnumMap<>(Storage.class);
        for (Storage storage : Storage.values()) {
            List<Integer> members = new ArrayList<>();
            for (int i = 0; i < buffers.size(); i++) {
                if (buffers.get(i).storage() == storage) {
                    members.add(i);
                }
            }
            if (members.isEmpty()) {
                continue;
            }
            SlabPlanner slab = new SlabPlanner(members.stream().map(buffers::get).toList());
            int[] places = slab.plan();
            for (int i = 0; i < places.length; i++) {
                offsets[members.get(i)] = places[i];
            }
            slabs.put(storage, (int) slab.top());
        }
        return new ArenaLayout(offsets, slabs);
    }

    /**
     * The bytes that no layout can undercut: the largest live set of each storage type, summed over
     * the types.
     */
    public static long lowerBoundBytes(List<Buffer> buffers) {
        long sum = 0;
        for (Storage storage : Storage.values()) {
            List<Buffer> members = buffers.stream().filter(b -> b.storage() == storage).toList();
            sum += SlabPlanner.largestLiveSet(members) * storage.bytes();
        }
        return sum;
    }
}
