package quern.formats.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import quern.error.FormatException;

/** Numbers are little-endian, and no position or length leads outside. */
class ByteSourceTest {
    private static final byte[] BYTES = {
        (byte) 0x81, 2, 3, (byte) 0xF4, 5, 6, 7, (byte) 0xF8, 0, 0, (byte) 0xC0, 0x3F
    };
    private final ByteSource in = new ByteSource(BYTES);

    @Test
    void numbersAreLittleEndian() {
        assertEquals(0x81, in.u8(0));
        assertEquals(0x0281, in.u16(0));
        assertEquals(0xF4030281, in.s32(0));
        assertEquals(0xF4030281L, in.u32(0));
        assertEquals(0xF8070605F4030281L, in.s64(0));
        assertEquals(1.5f, in.f32(8));
        assertEquals(0xF8, in.slice(4, 4).get(3) & 0xFF);
    }

    @Test
    void nothingOutsideIsRead() {
        assertEquals(12, in.require(12, 0));
        for (long at : List.of(-1L, 12L, 13L, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 32)) {
            FormatException e = assertThrows(FormatException.class, () -> in.u8(at));
            assertEquals(
                    "offset " + at + ": 1 bytes were expected here, but the file has 12 bytes",
                    e.getMessage());
            assertThrows(FormatException.class, () -> in.s64(at));
        }
        assertThrows(FormatException.class, () -> in.s64(5));
        assertThrows(FormatException.class, () -> in.slice(4, Long.MAX_VALUE));
        assertThrows(FormatException.class, () -> in.slice(4, -1));
        assertThrows(FormatException.class, () -> in.slice(Long.MAX_VALUE, Long.MAX_VALUE));
    }

    @Test
    void textIsUtf8() {
        byte[] text = "a\u00e9\ud83d\ude00".getBytes(StandardCharsets.UTF_8);
        assertEquals("a\u00e9\ud83d\ude00", new ByteSource(text).utf8(0, text.length));
        assertThrows(FormatException.class, () -> in.utf8(0, 1));
        assertEquals("\ufffd\2", in.lenientUtf8(0, 2));
    }
}
