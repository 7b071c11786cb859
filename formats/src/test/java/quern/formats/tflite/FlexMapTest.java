package quern.formats.tflite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import quern.error.FormatException;
import quern.formats.io.ByteSource;

/** Options of custom operators: what is in them, and that bad ones are refused. */
class FlexMapTest {
    /** {@code {a: -2, b: 0.5f, c: true, d: "x"}}, every value four bytes wide. */
    private static byte[] map() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("a\0b\0c\0d\0".getBytes(StandardCharsets.UTF_8));
        out.writeBytes(new byte[] {1, 'x', 0, 0});
        word(out, 4);
        int keys = out.size();
        for (int i = 0; i < 4; i++) {
            word(out, out.size() - 2 * i);
        }
        word(out, out.size() - keys);
        word(out, 4);
        word(out, 4);
        int values = out.size();
        word(out, -2);
        word(out, Float.floatToIntBits(0.5f));
        word(out, 1);
        word(out, out.size() - 9);
        out.writeBytes(new byte[] {1 << 2 | 2, 3 << 2 | 2, 26 << 2 | 2, 5 << 2});
        out.writeBytes(new byte[] {(byte) (out.size() - values), 9 << 2 | 2, 1});
        return out.toByteArray();
    }

    /** A map of floating-point numbers, whose names are given in ascending order. */
    static byte[] map(Map<String, Float> values) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<Integer> names = new ArrayList<>();
        for (String name : values.keySet()) {
            names.add(out.size());
            out.writeBytes((name + "\0").getBytes(StandardCharsets.UTF_8));
        }
        word(out, values.size());
        int keys = out.size();
        names.forEach(at -> word(out, out.size() - at));
        word(out, out.size() - keys);
        word(out, 4);
        word(out, values.size());
        int first = out.size();
        values.values().forEach(v -> word(out, Float.floatToIntBits(v)));
        values.values().forEach(v -> out.write(3 << 2 | 2));
        out.writeBytes(new byte[] {(byte) (out.size() - first), 9 << 2 | 2, 1});
        return out.toByteArray();
    }

    private static void word(ByteArrayOutputStream out, int v) {
        for (int i = 0; i < 4; i++) {
            out.write(v >> 8 * i);
        }
    }

    private static FlexMap read(byte[] bytes) {
        return FlexMap.read(new FlatBuffer(new ByteSource(bytes)), 0, bytes.length);
    }

    @Test
    void numbersAreRead() {
        FlexMap m = read(map());
        assertEquals(-2, m.integer("a"));
        assertEquals(0.5f, m.real("b"));
        assertEquals(1, m.integer("c"));
        assertFalse(m.has("d"));
        assertEquals(7, m.integer("d", 7));
        assertThrows(FormatException.class, () -> m.integer("b"));
        assertThrows(FormatException.class, () -> m.real("e"));
    }

    @Test
    void damagedOnesAreRefusedOrRead() {
        Random random = new Random(5);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = map();
            for (int k = random.nextInt(4); k >= 0; k--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                read(bytes);
            } catch (FormatException e) {
                refused++;
            }
        }
        assertFalse(refused == 0 || refused == 20_000);
        assertThrows(FormatException.class, () -> read(new byte[2]));
    }
}
