package quern.cli.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static quern.cli.data.DataFiles.write;
import static quern.cli.data.Refusals.refused;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

class CifarSourceTest {
    private static final TensorType NHWC = TensorType.f32(1, 32, 32, 3);

    @TempDir Path temp;

    /** Two records of labels 7 and 2; a pixel is (31 * row + 7 * plane + index) mod 251. */
    private static byte[] file() {
        byte[] file = new byte[2 * 3073];
        for (int row = 0; row < 2; row++) {
            file[row * 3073] = (byte) (row == 0 ? 7 : 2);
            for (int i = 0; i < 3072; i++) {
                file[row * 3073 + 1 + i] = (byte) pixel(row, i / 1024, i % 1024);
            }
        }
        return file;
    }

    private static int pixel(int row, int plane, int i) {
        return (31 * row + 7 * plane + i) % 251;
    }

    private CifarSource open(byte[] file, TensorType type, String... options) {
        return new CifarSource(
                write(temp.resolve("x.bin"), file),
                Graphs.input(type),
                DataOptions.parse(options).preprocessing(Map.of()));
    }

    @Test
    void labelsAreInside() {
        try (CifarSource s = open(file(), NHWC)) {
            assertEquals(2, s.size());
            assertEquals(OptionalInt.of(7), s.label(0));
            assertEquals(OptionalInt.of(2), s.label(1));
        }
    }

    @Test
    void planesBecomeTheModelsLayout() {
        try (CifarSource nhwc = open(file(), NHWC);
                CifarSource nchw = open(file(), TensorType.f32(1, 3, 32, 32))) {
            Tensor a = nhwc.read(1);
            Tensor b = nchw.read(1);
            for (int i = 0; i < 1024; i++) {
                for (int c = 0; c < 3; c++) {
                    assertEquals(pixel(1, c, i), a.integer(i * 3 + c));
                    assertEquals(pixel(1, c, i), b.integer(c * 1024 + i));
                }
            }
        }
    }

    @Test
    void pixelsMayBeReorderedAndNormalized() {
        try (CifarSource s = open(file(), NHWC, "--channels=bgr", "--mean=1,2,3", "--std=2,4,8")) {
            Tensor t = s.read(0);
            assertEquals((pixel(0, 2, 77) - 1f) / 2, t.real(77 * 3));
            assertEquals((pixel(0, 1, 77) - 2f) / 4, t.real(77 * 3 + 1));
            assertEquals((pixel(0, 0, 77) - 3f) / 8, t.real(77 * 3 + 2));
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        refused(() -> open(Arrays.copyOf(file(), 6000), NHWC), "x.bin", "6000 bytes", "3073");
        refused(() -> open(new byte[0], NHWC), "x.bin", "0 bytes");
        refused(() -> open(file(), TensorType.f32(1, 28, 28, 3)), "32x32", "[1,28,28,3]");
        refused(() -> open(file(), TensorType.f32(1, 32, 32, 1)), "32x32", "[1,32,32,1]");
        refused(() -> open(file(), TensorType.f32(1, 3072)), "[1,3072]", "picture");
        refused(() -> open(file(), NHWC, "--layout=nchw"), "32 channels", "nchw");
        byte[] bad = file();
        bad[3073] = 10;
        try (CifarSource s = open(bad, NHWC)) {
            refused(() -> s.read(1), "sample 1", "label 10");
        }
    }
}
