package quern.cli.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static quern.cli.data.Refusals.refused;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PictureTest {
    @TempDir Path temp;

    private static int[] row(Path file, int y) {
        Picture picture = Picture.read(file);
        int[] row = new int[3 * picture.width()];
        picture.row(y, row);
        return row;
    }

    @ParameterizedTest
    @ValueSource(strings = {"x.png", "x.bmp"})
    void losslessFormatsGiveThePixels(String name) {
        Path file =
                Pictures.write(
                        temp.resolve(name), Pictures.of(2, 0x102030, 0xFF0000, 0x00FF00, 0x0000FE));
        assertArrayEquals(new int[] {16, 32, 48, 255, 0, 0}, row(file, 0));
        assertArrayEquals(new int[] {0, 255, 0, 0, 0, 254}, row(file, 1));
    }

    @Test
    void palettesAreLookedUp() {
        byte[] red = {16, -1, 0, 0};
        byte[] green = {32, 0, -1, 0};
        byte[] blue = {48, 0, 0, -2};
        IndexColorModel palette = new IndexColorModel(2, 4, red, green, blue);
        BufferedImage image = new BufferedImage(4, 16, BufferedImage.TYPE_BYTE_INDEXED, palette);
        for (int y = 0; y < 16; y++) {
            image.getRaster().setPixels(0, y, 4, 1, new int[] {y % 4, 1, 2, 3});
        }
        for (String name : new String[] {"x.gif", "x.png"}) {
            Path file = Pictures.write(temp.resolve(name), image);
            for (int y = 0; y < 16; y++) {
                int[] first = {red[y % 4] & 0xFF, green[y % 4] & 0xFF, blue[y % 4] & 0xFF};
                int[] row = row(file, y);
                assertArrayEquals(first, Arrays.copyOf(row, 3), name);
                assertArrayEquals(
                        new int[] {255, 0, 0, 0, 255, 0, 0, 0, 254},
                        Arrays.copyOfRange(row, 3, 12),
                        name);
            }
        }
    }

    @Test
    void greyIsTakenAsItIsStored() {
        for (int type : new int[] {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_USHORT_GRAY}) {
            BufferedImage image = new BufferedImage(3, 1, type);
            int unit = type == BufferedImage.TYPE_BYTE_GRAY ? 1 : 257;
            image.getRaster().setPixels(0, 0, 3, 1, new int[] {0, 100 * unit, 255 * unit});
            Path file = Pictures.write(temp.resolve("x.png"), image);
            assertArrayEquals(new int[] {0, 0, 0, 100, 100, 100, 255, 255, 255}, row(file, 0));
        }
    }

    @Test
    void transparencyIsDropped() {
        BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, 0x00102030);
        image.setRGB(1, 0, 0x80405060);
        Path file = Pictures.write(temp.resolve("x.png"), image);
        assertArrayEquals(new int[] {16, 32, 48, 64, 80, 96}, row(file, 0));
    }

    @Test
    void twoColoursAreRead() {
        BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY);
        image.setRGB(1, 0, 0xFFFFFF);
        Path file = Pictures.write(temp.resolve("x.png"), image);
        assertArrayEquals(new int[] {0, 0, 0, 255, 255, 255}, row(file, 0));
    }

    @Test
    void lumaIsThatOfTelevision() {
        assertEquals(76, Picture.grey(255, 0, 0));
        assertEquals(150, Picture.grey(0, 255, 0));
        assertEquals(29, Picture.grey(0, 0, 255));
        for (int v = 0; v < 256; v++) {
            assertEquals(v, Picture.grey(v, v, v));
        }
    }

    @Test
    void whatIsNoPictureIsRefused() {
        Path none = DataFiles.text(temp.resolve("x.png"), "no picture");
        refused(() -> Picture.read(none), "x.png", "no picture of a known format");
        refused(() -> Picture.read(temp.resolve("y.png")), "y.png", "cannot be read");
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg", "bmp", "gif"})
    void aTruncatedPictureIsRefused(String format) throws IOException {
        Path file = temp.resolve("x." + format);
        Pictures.write(file, Pictures.random(90, 80, 1));
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        refused(() -> Picture.read(file), "x." + format);
    }

    @Test
    void aHugePictureIsRefusedBeforeItIsDecoded() throws IOException {
        Path file = Pictures.write(temp.resolve("x.png"), Pictures.random(8, 8, 1));
        ByteBuffer png = ByteBuffer.wrap(Files.readAllBytes(file));
        png.putInt(16, 60_000).putInt(20, 50_000);
        CRC32 crc = new CRC32();
        crc.update(png.array(), 12, 17);
        png.putInt(29, (int) crc.getValue());
        Files.write(file, png.array());
        refused(() -> Picture.read(file), "x.png", "50000x60000", "limit");
    }
}
