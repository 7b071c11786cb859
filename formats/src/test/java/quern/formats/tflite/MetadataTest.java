package quern.formats.tflite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import quern.error.FormatException;
import quern.formats.Limits;
import quern.formats.io.ByteSource;
import quern.graph.Graph;

/** Signatures, metadata and the archive behind a model. */
class MetadataTest {
    private static byte[] zip(int level, String name, String text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setLevel(level);
            zip.putNextEntry(new ZipEntry("other.txt"));
            zip.write(1);
            zip.putNextEntry(new ZipEntry(name));
            zip.write(text.getBytes("UTF-8"));
        }
        return out.toByteArray();
    }

    private static Optional<String> text(byte[] archive, String name) {
        return new AttachedFiles(new ByteSource(archive)).text(name);
    }

    @Test
    void filesOfAnArchive() throws IOException {
        assertEquals(Optional.of("cat\ndog"), text(zip(9, "l.txt", "cat\ndog"), "l.txt"));
        assertEquals(Optional.of(""), text(zip(0, "l.txt", ""), "l.txt"));
        assertEquals(Optional.empty(), text(zip(9, "l.txt", "cat"), "m.txt"));
        assertEquals(Optional.empty(), text(new byte[100], "l.txt"));
    }

    @Test
    void archivesThatAreWrong() throws IOException {
        byte[] bomb = zip(9, "l.txt", "a".repeat(AttachedFiles.MAX_BYTES + 1));
        assertTrue(bomb.length < 2000);
        FormatException e = assertThrows(FormatException.class, () -> text(bomb, "l.txt"));
        assertTrue(e.getMessage().contains("is longer than 1048576"), e::getMessage);
        byte[] good = zip(9, "l.txt", "cat dog ".repeat(100));
        for (int i = 0; i < good.length; i++) {
            byte[] bad = good.clone();
            bad[i] ^= 0x10;
            try {
                text(bad, "l.txt");
            } catch (FormatException damaged) {
                assertFalse(damaged.getMessage().isEmpty());
            }
        }
    }

    private static Flat.Table metadata(float[] mean, float[] std) {
        Flat.Table normalization =
                Flat.table().with(0, Flat.floats(mean)).with(1, Flat.floats(std));
        Flat.Table unit = Flat.table().with(0, (byte) 1).with(1, normalization);
        Flat.Table input = Flat.table().with(4, Flat.tables(List.of(unit)));
        Flat.Table labels = Flat.table().with(0, Flat.string("labels.txt")).with(2, (byte) 2);
        Flat.Table output = Flat.table().with(6, Flat.tables(List.of(labels)));
        Flat.Table subgraph =
                Flat.table()
                        .with(2, Flat.tables(List.of(input)))
                        .with(3, Flat.tables(List.of(output)));
        return Flat.table().with(3, Flat.tables(List.of(subgraph)));
    }

    private static TinyModel with(TinyModel m, byte[] metadata) {
        Flat.Table buffer = Flat.table().with(0, Flat.bytes(metadata));
        Flat.Table entry = Flat.table().with(0, Flat.string("TFLITE_METADATA")).with(1, 0);
        return m.changeBuffer(0, t -> buffer)
                .changeModel(t -> t.with(6, Flat.tables(List.of(entry))));
    }

    private static TinyModel picture(int type) {
        TinyModel m = new TinyModel();
        int x = m.tensor("x", type, 1, 2, 2, 3);
        int y = m.tensor("y", type, 12);
        m.changeTensor(x, t -> t.with(2, 1)).changeTensor(y, t -> t.with(2, 1));
        if (type == TinyModel.UINT8) {
            m.quantize(x, 0.25f, 3).quantize(y, 0.25f, 3);
        }
        m.data(m.tensor("unused", TinyModel.FLOAT32, 0), Flat.floats());
        Flat.Table shape = Flat.table().with(0, Flat.ints(12));
        return m.operator(22, 17, shape, new int[] {x}, y).inputs(x).outputs(y);
    }

    @Test
    void labelsAndNormalization() throws IOException {
        byte[] metadata = Flat.file(metadata(new float[] {127.5f}, new float[] {127.5f}), "M001");
        Graph real = with(picture(TinyModel.FLOAT32), metadata).read();
        assertEquals("127.5", real.metadata().get("quern.mean"));
        assertEquals("127.5", real.metadata().get("quern.std"));
        assertFalse(real.metadata().containsKey(TfliteReader.LABELS_KEY));
        Graph codes = with(picture(TinyModel.UINT8), metadata).read();
        assertEquals("3", codes.metadata().get("quern.mean"));
        assertEquals("4", codes.metadata().get("quern.std"));
    }

    @Test
    void normalizationThatMeansNothingIsLeftOut() {
        byte[] metadata = Flat.file(metadata(new float[] {1, 2}, new float[] {1, 1}), "M001");
        Graph g = with(picture(TinyModel.FLOAT32), metadata).read();
        assertFalse(g.metadata().containsKey("quern.mean"));
        byte[] zero = Flat.file(metadata(new float[] {1}, new float[] {0}), "M001");
        assertFalse(
                with(picture(TinyModel.FLOAT32), zero).read().metadata().containsKey("quern.std"));
    }

    @Test
    void damagedMetadataKeepsNoModelFromBeingRead() {
        Graph g = with(picture(TinyModel.FLOAT32), new byte[] {9, 9, 9, 9, 9}).read();
        assertTrue(g.metadata().containsKey(TfliteReader.METADATA_ERROR_KEY));
    }

    private static Flat.Table signature(String key, int subgraph, String in, String out) {
        return Flat.table()
                .with(0, map(in, 0))
                .with(1, map(out, 1))
                .with(2, Flat.string(key))
                .with(4, subgraph);
    }

    private static Flat.Tables map(String name, int tensor) {
        return Flat.tables(List.of(Flat.table().with(0, Flat.string(name)).with(1, tensor)));
    }

    private static TinyModel unary(int operator) {
        TinyModel m = new TinyModel();
        int x = m.tensor("x", TinyModel.FLOAT32, 2);
        int y = m.tensor("y", TinyModel.FLOAT32, 2);
        return m.operator(operator, 0, Flat.table(), new int[] {x}, y).inputs(x).outputs(y);
    }

    @Test
    void signatures() {
        byte[] file =
                unary(19)
                        .subgraph(unary(14))
                        .changeModel(
                                t ->
                                        t.with(
                                                7,
                                                Flat.tables(
                                                        List.of(
                                                                signature("b", 1, "image", "y"),
                                                                signature("a", 0, "in", "out")))))
                        .bytes();
        Graph first = TfliteReader.read(file, "m", Limits.standard());
        assertEquals("Relu", first.nodes().get(0).op().getClass().getSimpleName());
        assertEquals("a", first.metadata().get(TfliteReader.SIGNATURE_KEY));
        assertEquals("in=x\nout=y", first.metadata().get(TfliteReader.NAMES_KEY));
        Graph second = TfliteReader.read(file, "m", Limits.standard(), Optional.of("b"));
        assertEquals("Logistic", second.nodes().get(0).op().getClass().getSimpleName());
        assertEquals("image=x", second.metadata().get(TfliteReader.NAMES_KEY));
        FormatException e =
                assertThrows(
                        FormatException.class,
                        () -> TfliteReader.read(file, "m", Limits.standard(), Optional.of("c")));
        assertEquals(
                "signature_defs: there is no signature c; the file has [b, a]", e.getMessage());
    }
}
