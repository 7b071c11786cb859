package quern.cli.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static quern.cli.data.Refusals.refused;

import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

class PictureFileTest {
    @TempDir Path temp;

    private Tensor read(BufferedImage image, TensorType type, String... options) {
        Path file = Pictures.write(temp.resolve("x.png"), image);
        Preprocessing how = DataOptions.parse(options).preprocessing(Map.of());
        return PictureFile.open(List.of(file), Graphs.input(type), how).read(file);
    }

    private static final BufferedImage SQUARE =
            Pictures.of(2, 0x000A64, 0x640A64, 0x320A64, 0x960A64);

    @Test
    void centresOfPixelsAreAtHalves() {
        Tensor t = read(SQUARE, TensorType.f32(1, 4, 4, 3), "--image=4x4:stretch");
        float[][] red = {
            {0, 25, 75, 100},
            {12.5f, 37.5f, 87.5f, 112.5f},
            {37.5f, 62.5f, 112.5f, 137.5f},
            {50, 75, 125, 150}
        };
        for (int y = 0; y < 4; y++) {
            for (int x = 0; x < 4; x++) {
                assertEquals(red[y][x], t.real((y * 4 + x) * 3), y + "," + x);
                assertEquals(10, t.real((y * 4 + x) * 3 + 1));
                assertEquals(100, t.real((y * 4 + x) * 3 + 2));
            }
        }
    }

    @Test
    void layoutAndChannelsAreTheModels() {
        Tensor rgb = read(SQUARE, TensorType.f32(1, 2, 2, 3), "--image=2x2:stretch");
        assertEquals(
                Tensor.of(
                        Shape.of(1, 2, 2, 3), 0, 10, 100, 100, 10, 100, 50, 10, 100, 150, 10, 100f),
                rgb);
        Tensor bgr =
                read(
                        SQUARE,
                        TensorType.f32(1, 3, 2, 2),
                        "--image=2x2:stretch",
                        "--channels=bgr",
                        "--mean=100,0,50",
                        "--std=1,10,2");
        assertEquals(Tensor.of(Shape.of(1, 3, 2, 2), 0f, 0, 0, 0, 1, 1, 1, 1, -25, 25, 0, 50), bgr);
        Tensor forced =
                read(SQUARE, TensorType.f32(1, 3, 3, 3), "--image=3x3:stretch", "--layout=nchw");
        assertEquals(10, forced.real(9));
        assertEquals(100, forced.real(26));
    }

    @Test
    void oneChannelIsGrey() {
        BufferedImage image = Pictures.of(2, 0xFF0000, 0x00FF00);
        Tensor t = read(image, TensorType.f32(1, 1, 3, 1), "--image=1x3:stretch");
        assertEquals(76, t.real(0));
        assertEquals(113, t.real(1));
        assertEquals(150, t.real(2));
    }

    @Test
    void letterboxPadsBeforeNormalization() {
        BufferedImage wide = Pictures.of(4, 0x010101, 0x030303, 0x050505, 0x070707);
        TensorType type = TensorType.f32(1, 4, 4, 3);
        String[] options = {"--image=4x4:letterbox=center,9", "--mean=1", "--std=2"};
        Tensor t = read(wide, type, options);
        float[] rows = {4, 0, 4, 4};
        for (int y = 0; y < 4; y++) {
            for (int x = 0; x < 4; x++) {
                assertEquals(y == 1 ? x : rows[y], t.real((y * 4 + x) * 3), y + "," + x);
            }
        }
        Tensor corner = read(wide, type, "--image=4x4:letterbox=top-left,9");
        assertEquals(7, corner.real(3 * 3));
        assertEquals(9, corner.real(4 * 3));
    }

    @Test
    void cropTakesTheMiddle() {
        BufferedImage image =
                Pictures.of(4, 0x010101, 0x030303, 0x050505, 0x070707, 0x090909, 0, 0, 0);
        TensorType type = TensorType.f32(1, 1, 2, 1);
        Tensor half = read(image, type, "--image=1x2:crop=0.5");
        assertEquals((3 + 0) / 2f, half.real(0));
        assertEquals((5 + 0) / 2f, half.real(1));
        Tensor all = read(image, type, "--image=1x2:crop=1");
        assertEquals((1 + 3 + 9 + 0) / 4f, all.real(0));
        assertEquals((5 + 7 + 0 + 0) / 4f, all.real(1));
    }

    @Test
    void againstAliasingEveryPixelCounts() {
        BufferedImage image = Pictures.of(8, 0x400000, 0, 0, 0, 0, 0, 0, 0x200000);
        TensorType type = TensorType.f32(1, 1, 2, 3);
        Tensor plain = read(image, type, "--image=1x2:stretch");
        assertEquals(0, plain.real(0));
        assertEquals(0, plain.real(3));
        Tensor smooth = read(image, type, "--image=1x2:stretch", "--antialias");
        double sum = 0.625 + 0.875 + 0.875 + 0.625 + 0.375 + 0.125;
        assertEquals((float) (0x40 * 0.625 / sum), smooth.real(0), 1e-5f);
        assertEquals((float) (0x20 * 0.625 / sum), smooth.real(3), 1e-5f);
    }

    @Test
    void againstAliasingNothingChangesWhereNothingShrinks() {
        BufferedImage image = Pictures.random(5, 4, 9);
        TensorType type = TensorType.f32(1, 9, 5, 3);
        assertEquals(
                read(image, type, "--image=9x5:stretch"),
                read(image, type, "--image=9x5:stretch", "--antialias"));
        int[] flat = new int[300];
        Arrays.fill(flat, 0x3B3B3B);
        Tensor t =
                read(
                        Pictures.of(20, flat),
                        TensorType.f32(1, 7, 3, 3),
                        "--image=7x3:crop=0.7",
                        "--antialias");
        for (int i = 0; i < t.elements(); i++) {
            assertEquals(0x3B, t.real(i));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void agreesWithTheFormulaInBinary64(long seed) {
        int h = 5 + (int) seed * 3;
        int w = 41 - (int) seed * 4;
        BufferedImage image = Pictures.random(w, h, seed);
        TensorType type = TensorType.f32(1, 11, 17, 3);
        Tensor t = read(image, type, "--image=11x17:stretch");
        for (int y = 0; y < 11; y++) {
            for (int x = 0; x < 17; x++) {
                for (int c = 0; c < 3; c++) {
                    double expected =
                            formula(image, (y + 0.5) * h / 11 - 0.5, (x + 0.5) * w / 17 - 0.5, c);
                    assertEquals(expected, t.real((y * 17 + x) * 3 + c), 1e-3);
                }
            }
        }
    }

    private static double formula(BufferedImage image, double y, double x, int c) {
        double sum = 0;
        for (int dy = 0; dy < 2; dy++) {
            for (int dx = 0; dx < 2; dx++) {
                int row = (int) Math.floor(y) + dy;
                int column = (int) Math.floor(x) + dx;
                double weight = (1 - Math.abs(y - row)) * (1 - Math.abs(x - column));
                int pixel =
                        image.getRGB(
                                Math.max(0, Math.min(column, image.getWidth() - 1)),
                                Math.max(0, Math.min(row, image.getHeight() - 1)));
                sum += weight * (pixel >> 16 - 8 * c & 0xFF);
            }
        }
        return sum;
    }

    @Test
    void bitsAreTheSameOnEveryJvm() {
        BufferedImage image = Pictures.random(97, 61, 5);
        TensorType type = TensorType.f32(1, 29, 31, 3);
        String[] words = {"--mean=123.675,116.28,103.53", "--std=58.395,57.12,57.375"};
        assertEquals(720753301L, crc(read(image, type, "--image=29x31:crop", words[0], words[1])));
        assertEquals(
                549151726L,
                crc(read(image, type, "--image=29x31:letterbox", "--antialias", words[0])));
    }

    private static long crc(Tensor t) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * t.elements());
        bytes.asFloatBuffer().put(t.floats());
        CRC32 crc = new CRC32();
        crc.update(bytes.array());
        return crc.getValue();
    }

    @Test
    void integersWithoutQuantizationAreRoundedPixels() {
        TensorType u8 = TensorType.of(DType.U8, Shape.of(1, 4, 4, 3));
        Tensor t = read(SQUARE, u8, "--image=4x4:stretch");
        assertEquals(13, t.real(4 * 3));
        assertEquals(38, t.real(5 * 3));
    }

    @Test
    void whatDoesNotFitIsRefused() {
        TensorType type = TensorType.f32(1, 4, 4, 3);
        refused(() -> read(SQUARE, type), "x.png", "--image");
        refused(() -> read(SQUARE, type, "--image=4x5:stretch"), "input a", "4x4", "4x5");
        refused(() -> read(SQUARE, type, "--image=4x4:stretch", "--raw"), "x.png", "--raw");
        refused(() -> read(SQUARE, type, "--image=4x4:stretch", "--std=1,2"), "std has 2", "3");
        refused(() -> read(SQUARE, TensorType.f32(1, 48), "--image=4x4:stretch"), "[1,48]");
        refused(
                () -> read(SQUARE, TensorType.f32(1, 4, 4, 7), "--image=4x4:stretch"),
                "[1,4,4,7]",
                "channels");
    }
}
