package quern.formats.tflite;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Lays a tree of tables out as bytes: each vtable before its table, children behind. */
final class FlatLayout {
    private byte[] bytes = new byte[256];
    private int size;

    byte[] bytes() {
        return Arrays.copyOf(bytes, size);
    }

    void raw(byte[] more) {
        if (size + more.length > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more.length));
        }
        System.arraycopy(more, 0, bytes, size, more.length);
        size += more.length;
    }

    void ints(int... values) {
        raw(Flat.ints(values).bytes());
    }

    void align(int to) {
        raw(new byte[Math.floorMod(-size, to)]);
    }

    /** Writes the distance from {@code at} to {@code target}. */
    void patch(int at, int target) {
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at, target - at);
    }

    int place(Flat value) {
        if (value instanceof Flat.Table t) {
            return place(t);
        }
        align(4);
        if (value instanceof Flat.Vector v) {
            align(v.count() > 0 && v.bytes().length == 8 * v.count() ? 8 : 4);
            int at = size;
            ints(v.count());
            raw(v.bytes());
            return at;
        }
        int at = size;
        if (value instanceof Flat.Repeated r) {
            ints(new int[r.times() + 1]);
            patch(at, at + r.times());
            int table = place(r.table());
            for (int i = 0; i < r.times(); i++) {
                patch(at + 4 + 4 * i, table);
            }
            return at;
        }
        List<Flat.Table> tables = ((Flat.Tables) value).tables();
        ints(new int[tables.size() + 1]);
        patch(at, at + tables.size());
        for (int i = 0; i < tables.size(); i++) {
            int slot = at + 4 + 4 * i;
            patch(slot, place(tables.get(i)));
        }
        return at;
    }

    private int place(Flat.Table t) {
        int slots = t.fields().keySet().stream().mapToInt(i -> i + 1).max().orElse(0);
        ByteBuffer vtable = ByteBuffer.allocate(4 + 2 * slots).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer body = ByteBuffer.allocate(8 + 16 * slots).order(ByteOrder.LITTLE_ENDIAN);
        body.position(4);
        List<Integer> children = new ArrayList<>();
        for (Map.Entry<Integer, Object> e : t.fields().entrySet()) {
            Object v = e.getValue();
            int width = v instanceof Byte ? 1 : v instanceof Long ? 8 : 4;
            body.position(body.position() + Math.floorMod(-body.position(), width));
            vtable.putShort(4 + 2 * e.getKey(), (short) body.position());
            if (v instanceof Byte b) {
                body.put(b);
            } else if (v instanceof Integer i) {
                body.putInt(i);
            } else if (v instanceof Long l) {
                body.putLong(l);
            } else if (v instanceof Float f) {
                body.putFloat(f);
            } else {
                children.add(e.getKey());
                body.putInt(0);
            }
        }
        vtable.putShort(0, (short) vtable.capacity());
        vtable.putShort(2, (short) body.position());
        align(8);
        raw(new byte[Math.floorMod(-vtable.capacity(), 8)]);
        raw(vtable.array());
        int at = size;
        raw(Arrays.copyOf(body.array(), body.position()));
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at, vtable.capacity());
        for (int field : children) {
            int slot = at + vtable.getShort(4 + 2 * field);
            patch(slot, place((Flat) t.fields().get(field)));
        }
        return at;
    }
}
