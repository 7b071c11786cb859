package quern.cli.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static quern.cli.data.DataFiles.bytes;
import static quern.cli.data.DataFiles.floats;
import static quern.cli.data.DataFiles.gzip;
import static quern.cli.data.DataFiles.idx;
import static quern.cli.data.DataFiles.ramp;
import static quern.cli.data.DataFiles.shorts;
import static quern.cli.data.DataFiles.write;
import static quern.cli.data.Refusals.refused;

import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

class IdxSourceTest {
    private static final TensorType PICTURE = TensorType.f32(1, 2, 2, 1);

    @TempDir Path temp;

    private IdxSource open(String name, byte[] file, TensorType type, String... options) {
        return new IdxSource(
                write(temp.resolve(name), file),
                Graphs.input(type),
                DataOptions.parse(options).preprocessing(Map.of()));
    }

    @Test
    void picturesFitAnInputWithAsManyElements() {
        try (IdxSource s = open("x.idx", idx(8, ramp(12), 3, 2, 2), PICTURE)) {
            assertEquals(3, s.size());
            assertEquals(
                    Tensor.of(TensorType.of(DType.U8, Shape.of(1, 2, 2, 1)), bytes(8, 9, 10, 11)),
                    s.read(2));
        }
    }

    @Test
    void packedFilesAreReadInAnyOrder() {
        byte[] data = new byte[4 * 50_000];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) (i * 31 >> 3);
        }
        byte[] file = gzip(idx(8, data, 50_000, 2, 2));
        try (IdxSource s = open("x-images-idx3-ubyte.gz", file, PICTURE)) {
            for (int row : new int[] {0, 1, 40_000, 49_999, 7, 7, 8, 30_000}) {
                for (int i = 0; i < 4; i++) {
                    assertEquals(data[row * 4 + i] & 0xFF, s.read(row).integer(i), row + "," + i);
                }
            }
        }
    }

    @Test
    void everyElementTypeIsRead() {
        TensorType one = TensorType.f32(1);
        assertEquals(254, open("x.idx", idx(8, bytes(254), 1), one).read(0).integer(0));
        assertEquals(-2, open("x.idx", idx(9, bytes(254), 1), one).read(0).integer(0));
        byte[] s16 = idx(0x0B, shorts(ByteOrder.BIG_ENDIAN, -300), 1);
        assertEquals(-300, open("x.idx", s16, one).read(0).integer(0));
        byte[] s32 = idx(0x0C, bytes(0, 1, 0, 2), 1);
        assertEquals(65538, open("x.idx", s32, one).read(0).integer(0));
        byte[] f32 = idx(0x0D, floats(ByteOrder.BIG_ENDIAN, -1.5f), 1);
        assertEquals(-1.5f, open("x.idx", f32, one).read(0).real(0));
        byte[] f64 = idx(0x0E, bytes(0x40, 8, 0, 0, 0, 0, 0, 0), 1);
        assertEquals(3.0, open("x.idx", f64, one).read(0).doubles()[0]);
    }

    @Test
    void bytesArePixelsThatMayBeNormalized() {
        byte[] file = idx(8, bytes(0, 51, 102, 255), 1, 2, 2);
        try (IdxSource s = open("x.idx", file, PICTURE, "--mean=51", "--std=102")) {
            assertEquals(Tensor.of(Shape.of(1, 2, 2, 1), -0.5f, 0, 0.5f, 2), s.read(0));
        }
        try (IdxSource s = open("x.idx", file, PICTURE, "--raw", "--mean=51")) {
            assertEquals(102, s.read(0).integer(2));
        }
        refused(() -> open("x.idx", file, PICTURE, "--mean=1,2,3"), "mean has 3", "1 channel");
    }

    @Test
    void anotherNumberOfElementsIsRefused() {
        refused(
                () -> open("x.idx", idx(8, ramp(18), 2, 3, 3), PICTURE),
                "x.idx",
                "[3,3]",
                "9 elements",
                "[1,2,2,1]",
                "needs 4");
        refused(() -> open("x.idx", idx(8, ramp(4), 4), PICTURE), "1 elements", "needs 4");
    }

    @Test
    void damagedFilesAreRefusedBeforeAnythingIsRead() {
        byte[] file = idx(8, ramp(120), 30, 2, 2);
        byte[] packed = gzip(file);
        refused(() -> open("x.idx", Arrays.copyOf(file, 100), PICTURE), "x.idx", "truncated");
        refused(() -> open("x.idx", Arrays.copyOf(file, 9), PICTURE), "x.idx", "truncated");
        refused(() -> open("x.idx", Arrays.copyOf(file, 200), PICTURE), "announces");
        refused(() -> open("x.idx.gz", gzip(Arrays.copyOf(file, 100)), PICTURE), "truncated");
        refused(() -> open("x.idx.gz", gzip(Arrays.copyOf(file, 200)), PICTURE), "more bytes");
        refused(
                () -> open("x.idx.gz", Arrays.copyOf(packed, packed.length - 20), PICTURE),
                "x.idx.gz",
                "truncated");
        refused(() -> open("x.idx.gz", file, PICTURE), "x.idx.gz", "gzip");
        packed[packed.length - 6] ^= 1;
        refused(() -> open("x.idx.gz", packed, PICTURE), "x.idx.gz", "gzip");
        refused(() -> open("x.idx", ramp(50), PICTURE), "0x00010203");
        refused(() -> open("x.idx", idx(8, ramp(4), 1, -2, 2), PICTURE), "too large");
        refused(() -> open("x.idx", idx(8, ramp(4), 1, 1 << 30, 1 << 30), PICTURE), "x.idx");
    }

    @Test
    void namesTellTheFormat() {
        for (String name :
                new String[] {
                    "x.idx",
                    "X.IDX.gz",
                    "t10k-images-idx3-ubyte",
                    "t10k-images-idx3-ubyte.gz",
                    "train-labels.idx1-ubyte",
                    "data-idx2-float",
                    "x.idx3"
                }) {
            assertTrue(IdxHeader.isNamed(Path.of("/some", name)), name);
        }
        for (String name : new String[] {"x.npy", "idx.bin", "idx", "x.gz", "ubyte.png"}) {
            assertFalse(IdxHeader.isNamed(Path.of("/some", name)), name);
        }
    }
}
