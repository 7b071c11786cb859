package quern.runtime.kernel;

import quern.op.reduction.TopK;
import quern.runtime.arena.Arena;
import quern.tensor.DType;
import quern.tensor.DType.Storage;

/**
 * The first elements of each line in order. A line is read once; what is among the first so far
 * stands in scratch, in order, as keys that compare as the elements do.
 */
final class TopKernel implements Kernel {
    private final TopK op;
    private final Operand x;
    private final Operand values;
    private final Operand places;
    private final Box box;
    private final Scratch keys;
    private final Scratch found;

    TopKernel(TopK op, Preparation p, Operand places) {
        this.op = op;
        this.x = p.input(0);
        this.values = p.output();
        this.places = places;
        this.box = Box.along(x.type().shape(), op.axis());
        this.keys = p.workspace().scratch(Storage.LONG, op.count());
        this.found = p.workspace().scratch(Storage.INT, op.count());
    }

    @Override
    public String name() {
        return "topK" + x.type().dtype();
    }

    @Override
    public int pieces() {
        return op.count() == 0 ? 0 : box.results();
    }

    @Override
    public long work() {
        return (long) pieces() * box.count();
    }

    @Override
    public void run(Arena arena, int part, int parts) {
        long[] best = (long[]) arena.slab(Storage.LONG);
        int[] at = arena.ints();
        int keyAt = keys.offset(arena, part);
        int placeAt = found.offset(arena, part);
        Object in = x.array(arena);
        DType type = x.type().dtype();
        int end = Split.start(pieces(), part + 1, parts);
        for (int line = Split.start(pieces(), part, parts); line < end; line++) {
            int from = x.offset(arena) + box.first(line);
            int n = 0;
            for (int k = 0; k < box.count(); k++) {
                long key = key(type, in, from + k * box.inner());
                if (n < op.count() || key > best[keyAt + n - 1]) {
                    n += n < op.count() ? 1 : 0;
                    insert(best, keyAt, at, placeAt, n, key, k);
                }
            }
            write(arena, line, in, from, at, placeAt);
        }
    }

    /** Puts a key behind those that are not below it; the last of {@code n} places is free. */
    private static void insert(
            long[] best, int keyAt, int[] at, int placeAt, int n, long key, int place) {
        int low = 0;
        int high = n - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (best[keyAt + middle] < key) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        System.arraycopy(best, keyAt + low, best, keyAt + low + 1, n - 1 - low);
        System.arraycopy(at, placeAt + low, at, placeAt + low + 1, n - 1 - low);
        best[keyAt + low] = key;
        at[placeAt + low] = place;
    }

    private long key(DType type, Object in, int i) {
        long key;
        if (type == DType.F32) {
            float v = ((float[]) in)[i];
            int bits = Float.floatToIntBits(v == 0 ? 0f : v);
            key = bits >= 0 ? bits : Integer.MIN_VALUE - (long) bits;
        } else {
            key = Numbers.integer(type, in, i);
        }
        return op.largest() ? key : ~key;
    }

    private void write(Arena arena, int line, Object in, int from, int[] at, int placeAt) {
        Object out = values.array(arena);
        Object indices = places.array(arena);
        Storage storage = x.type().dtype().storage();
        int first = line / box.inner() * op.count() * box.inner() + line % box.inner();
        for (int k = 0; k < op.count(); k++) {
            int place = at[placeAt + k];
            int to = first + k * box.inner();
            Elements.copy(
                    storage, in, from + place * box.inner(), out, values.offset(arena) + to, 1);
            Numbers.setInteger(op.index(), indices, places.offset(arena) + to, place);
        }
    }
}
