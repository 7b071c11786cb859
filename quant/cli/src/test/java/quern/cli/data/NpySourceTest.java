package quern.cli.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static quern.cli.data.DataFiles.bytes;
import static quern.cli.data.DataFiles.floats;
import static quern.cli.data.DataFiles.npy;
import static quern.cli.data.DataFiles.ramp;
import static quern.cli.data.DataFiles.shorts;
import static quern.cli.data.DataFiles.write;
import static quern.cli.data.Refusals.refused;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

class NpySourceTest {
    private static final TensorType TYPE = TensorType.f32(1, 2, 3);

    @TempDir Path temp;

    private NpySource open(byte[] file, TensorType type) {
        return new NpySource(write(temp.resolve("x.npy"), file), Graphs.input(type));
    }

    @ParameterizedTest
    @ValueSource(strings = {"(2, 2, 3)", "(2,1,2,3)"})
    void samplesAreOneAfterAnother(String shape) {
        byte[] data = floats(ByteOrder.LITTLE_ENDIAN, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, -11.5f);
        try (NpySource source = open(npy("<f4", shape, data), TYPE)) {
            assertEquals(2, source.size());
            assertEquals(Tensor.of(Shape.of(1, 2, 3), 6, 7, 8, 9, 10, -11.5f), source.read(1));
            assertEquals(Tensor.of(Shape.of(1, 2, 3), 0f, 1, 2, 3, 4, 5), source.read(0));
        }
    }

    @Test
    void aBatchOfMoreThanOneIsPartOfTheSample() {
        byte[] file = npy("|u1", "(3, 2, 2)", ramp(12));
        try (NpySource source = open(file, TensorType.f32(2, 2))) {
            assertEquals(3, source.size());
            assertEquals(4, source.read(1).integer(0));
        }
    }

    @Test
    void aSampleMayBeOneNumber() {
        try (NpySource source = open(npy("|i1", "(3,)", bytes(5, -6, 7)), TensorType.f32(1))) {
            assertEquals(-6, source.read(1).integer(0));
        }
    }

    @Test
    void everyElementTypeIsRead() {
        assertEquals(-2, first("|i1", bytes(-2)).integer(0));
        assertEquals(254, first("|u1", bytes(-2)).integer(0));
        assertEquals(1, first("|b1", bytes(1)).integer(0));
        assertEquals(-300, first("<i2", shorts(ByteOrder.LITTLE_ENDIAN, -300)).integer(0));
        assertEquals(65236, first("<u2", shorts(ByteOrder.LITTLE_ENDIAN, -300)).integer(0));
        assertEquals(1 << 20, first("<i4", bytes(0, 0, 16, 0)).integer(0));
        assertEquals(0xF0000000L, first("<u4", bytes(0, 0, 0, 0xF0)).integer(0));
        assertEquals(1L << 40, first("<i8", bytes(0, 0, 0, 0, 0, 1, 0, 0)).integer(0));
        assertEquals(1.5f, first("<f4", floats(ByteOrder.LITTLE_ENDIAN, 1.5f)).real(0));
        byte[] pi =
                ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(Math.PI).array();
        assertEquals(Math.PI, first("<f8", pi).doubles()[0]);
    }

    private Tensor first(String descr, byte[] data) {
        try (NpySource source = open(npy(descr, "(1, 1)", data), TensorType.f32(1, 1))) {
            return source.read(0);
        }
    }

    @Test
    void anotherShapeIsRefusedNamingBoth() {
        byte[] file = npy("|u1", "(2, 3, 2)", ramp(12));
        refused(() -> open(file, TYPE), "x.npy", "[2,3,2]", "[N,2,3]", "[N,1,2,3]");
        refused(() -> open(npy("|u1", "(12,)", ramp(12)), TYPE), "[12]");
        refused(() -> open(npy("|u1", "()", ramp(1)), TYPE), "[]");
    }

    @Test
    void aFileOfAnotherLengthIsRefused() {
        refused(() -> open(npy("|u1", "(2, 2, 3)", ramp(11)), TYPE), "x.npy", "truncated");
        refused(() -> open(npy("|u1", "(2, 2, 3)", ramp(13)), TYPE), "x.npy", "announces");
    }

    @Test
    void whatIsNoReadableNpyIsRefused() {
        refused(() -> open(ramp(100), TYPE), "x.npy", "not an .npy file");
        refused(() -> open(bytes(), TYPE), "x.npy", "not an .npy file");
        refused(() -> open(Arrays.copyOf(npy("|u1", "(1,)", ramp(1)), 20), TYPE), "x.npy");
        refused(() -> open(npy("<f2", "(2, 2, 3)", ramp(24)), TYPE), "x.npy", "float16");
        refused(() -> open(npy(">f4", "(2, 2, 3)", ramp(48)), TYPE), "x.npy", "little-endian");
        refused(() -> open(npy("|O", "(2, 2, 3)", ramp(24)), TYPE), "x.npy", "|O");
        refused(() -> open(npy("{}", ramp(24)), TYPE), "x.npy", "descr");
        String fortran = "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 2, 3)}";
        refused(() -> open(npy(fortran, ramp(12)), TYPE), "x.npy", "Fortran");
        refused(() -> open(npy("|u1", "(9999999999, 2, 3)", ramp(12)), TYPE), "x.npy");
        refused(() -> open(npy("|u1", "(99999999, 2, 3)", ramp(12)), TYPE), "truncated");
    }

    @Test
    void storedBoolsAreZeroOrOne() {
        assertEquals(DType.BOOL, first("|b1", bytes(1)).dtype());
    }
}
