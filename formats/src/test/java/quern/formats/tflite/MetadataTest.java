package quern.formats.tflite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import quern.error.FormatException;
import quern.formats.Limits;
import quern.formats.io.ByteSource;
import quern.graph.Graph;

/** Signatures, metadata and the archive behind a model. */
class MetadataTest {
    private static Optional<String> text(byte[] archive, String name) {
        return new AttachedFiles(new ByteSource(archive)).text(name);
    }

    @Test
    void filesOfAnArchive() throws IOException {
        assertEquals(
                Optional.of("cat\ndog"), text(MetadataModels.zip(9, "l.txt", "cat\ndog"), "l.txt"));
        assertEquals(Optional.of(""), text(MetadataModels.zip(0, "l.txt", ""), "l.txt"));
        assertEquals(Optional.empty(), text(MetadataModels.zip(9, "l.txt", "cat"), "m.txt"));
        assertEquals(Optional.empty(), text(new byte[100], "l.txt"));
    }

    @Test
    void archivesThatAreWrong() throws IOException {
        byte[] bomb = MetadataModels.zip(9, "l.txt", "a".repeat(AttachedFiles.MAX_BYTES + 1));
        assertTrue(bomb.length < 2000);
        FormatException e = assertThrows(FormatException.class, () -> text(bomb, "l.txt"));
        assertTrue(e.getMessage().contains("is longer than 1048576"), e::getMessage);
        byte[] good = MetadataModels.zip(9, "l.txt", "cat dog ".repeat(100));
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

    @Test
    void labelsAndNormalization() throws IOException {
        byte[] metadata =
                Flat.file(
                        MetadataModels.metadata(new float[] {127.5f}, new float[] {127.5f}),
                        "M001");
        Graph real =
                MetadataModels.with(MetadataModels.picture(TinyModel.FLOAT32), metadata).read();
        assertEquals("127.5", real.metadata().get("quern.mean"));
        assertEquals("127.5", real.metadata().get("quern.std"));
        assertFalse(real.metadata().containsKey(TfliteReader.LABELS_KEY));
        Graph codes = MetadataModels.with(MetadataModels.picture(TinyModel.UINT8), metadata).read();
        assertEquals("3", codes.metadata().get("quern.mean"));
        assertEquals("4", codes.metadata().get("quern.std"));
    }

    @Test
    void labelsOfTheArchiveBehindTheModel() {
        Graph g = TfliteReader.read(MetadataModels.described(), "m", Limits.standard());
        assertEquals("cat\ndog", g.metadata().get(TfliteReader.LABELS_KEY));
        assertEquals("classify", g.metadata().get(TfliteReader.SIGNATURE_KEY));
    }

    @Test
    void normalizationThatMeansNothingIsLeftOut() {
        byte[] metadata =
                Flat.file(MetadataModels.metadata(new float[] {1, 2}, new float[] {1, 1}), "M001");
        Graph g = MetadataModels.with(MetadataModels.picture(TinyModel.FLOAT32), metadata).read();
        assertFalse(g.metadata().containsKey("quern.mean"));
        byte[] zero = Flat.file(MetadataModels.metadata(new float[] {1}, new float[] {0}), "M001");
        assertFalse(
                MetadataModels.with(MetadataModels.picture(TinyModel.FLOAT32), zero)
                        .read()
                        .metadata()
                        .containsKey("quern.std"));
    }

    @Test
    void damagedMetadataKeepsNoModelFromBeingRead() {
        Graph g =
                MetadataModels.with(
                                MetadataModels.picture(TinyModel.FLOAT32),
                                new byte[] {9, 9, 9, 9, 9})
                        .read();
        assertTrue(g.metadata().containsKey(TfliteReader.METADATA_ERROR_KEY));
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
                                                                MetadataModels.signature(
                                                                        "b", 1, "image", "y"),
                                                                MetadataModels.signature(
                                                                        "a", 0, "in", "out")))))
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
