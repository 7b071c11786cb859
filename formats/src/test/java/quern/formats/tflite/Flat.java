package quern.formats.tflite;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * FlatBuffers as a tree of tables and vectors, for tests: {@link #file} lays it out, each vtable
 * before its table, each child behind its parent.
 */
sealed interface Flat {
    /** Fields by number: {@link Byte}, {@link Integer}, {@link Long}, {@link Float} or a child. */
    record Table(Map<Integer, Object> fields) implements Flat {
        /** This table with one more field. */
        public Table with(int field, Object value) {
            Map<Integer, Object> all = new TreeMap<>(fields);
            all.put(field, value);
            return new Table(all);
        }

        /** This table without a field. */
        public Table without(int field) {
            Map<Integer, Object> all = new TreeMap<>(fields);
            all.remove(field);
            return new Table(all);
        }
    }

    /** A vector of scalars: their number and their little-endian bytes. */
    record Vector(int count, byte[] bytes) implements Flat {}

    /** A vector of tables. */
    record Tables(List<Table> tables) implements Flat {}

    /** A vector of offsets that all lead to one table. */
    record Repeated(Table table, int times) implements Flat {}

    /** A table without fields. */
    static Table table() {
        return new Table(Map.of());
    }

    static Vector ints(int... values) {
        ByteBuffer b = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(values).forEach(b::putInt);
        return new Vector(values.length, b.array());
    }

    static Vector floats(float... values) {
        ByteBuffer b = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        b.asFloatBuffer().put(values);
        return new Vector(values.length, b.array());
    }

    static Vector longs(long... values) {
        ByteBuffer b = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        b.asLongBuffer().put(values);
        return new Vector(values.length, b.array());
    }

    static Vector bytes(byte... values) {
        return new Vector(values.length, values);
    }

    static Vector string(String text) {
        return bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    static Tables tables(List<Table> tables) {
        return new Tables(List.copyOf(tables));
    }

    /** The bytes of a file with the given root and four-character identifier. */
    static byte[] file(Table root, String identifier) {
        FlatLayout layout = new FlatLayout();
        layout.ints(0);
        layout.raw(identifier.getBytes(StandardCharsets.ISO_8859_1));
        layout.patch(0, layout.place(root));
        return layout.bytes();
    }
}
