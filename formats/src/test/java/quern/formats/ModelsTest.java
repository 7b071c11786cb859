package quern.formats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import quern.error.FormatException;
import quern.formats.tflite.TinyModels;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Models by file name: the extension says the format, and files appear whole or not at all. */
class ModelsTest {
    @TempDir Path folder;

    private static Graph graph() {
        GraphBuilder g = new GraphBuilder("g");
        g.output(g.constant("c", Tensor.zeros(TensorType.f32(100))));
        return g.build();
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(p -> p.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void theExtensionSaysTheFormatInAnyCase() throws IOException {
        byte[] tflite = TinyModels.files().get("shapes.tflite");
        Files.write(folder.resolve("My.Model.TFLITE"), tflite);
        Graph read = Models.read(folder.resolve("My.Model.TFLITE"));
        assertEquals("My.Model", read.name());
        Models.write(read, folder.resolve("out.QRN"));
        assertEquals(read, Models.read(folder.resolve("out.QRN")));
        assertEquals(List.of("My.Model.TFLITE", "out.QRN"), files());
    }

    @Test
    void otherExtensionsAreRefusedBeforeTheFileIsOpened() {
        for (String name : List.of("a.onn", "a.pb", "a", "a.qrn.gz", ".")) {
            FormatException e =
                    assertThrows(FormatException.class, () -> Models.read(Path.of(name)));
            assertTrue(e.getMessage().startsWith(name + ": "), e::getMessage);
        }
        FormatException e =
                assertThrows(
                        FormatException.class,
                        () -> Models.write(graph(), folder.resolve("a.tflite")));
        assertEquals("models are written as .qrn and .onnx files only", e.problem());
    }

    @Test
    void aFileThatCannotBeReadIsAnIoError() {
        assertThrows(NoSuchFileException.class, () -> Models.read(folder.resolve("missing.qrn")));
        assertThrows(
                IOException.class, () -> Models.write(graph(), folder.resolve("no/folder/a.qrn")));
    }

    @Test
    void aFileAboveTheLimitIsNotRead() throws IOException {
        Path path = folder.resolve("a.qrn");
        Models.write(graph(), path);
        long size = Files.size(path);
        assertEquals(graph(), Models.read(path, Limits.standard().withFileBytes(size)));
        FormatException e =
                assertThrows(
                        FormatException.class,
                        () -> Models.read(path, Limits.standard().withFileBytes(size - 1)));
        assertEquals(
                path
                        + ": the file has "
                        + size
                        + " bytes; at most "
                        + (size - 1)
                        + " bytes are read",
                e.getMessage());
    }

    @Test
    void writingReplacesAFile() throws IOException {
        Path path = folder.resolve("a.qrn");
        Files.write(path, new byte[1_000_000]);
        Models.write(graph(), path);
        assertEquals(graph(), Models.read(path));
        assertEquals(List.of("a.qrn"), files());
    }

    @Test
    void writingThroughALinkKeepsTheLink() throws IOException {
        Path target = Files.write(folder.resolve("target.qrn"), new byte[1]);
        Path link = Files.createSymbolicLink(folder.resolve("link.qrn"), target.getFileName());
        Models.write(graph(), link);
        assertTrue(Files.isSymbolicLink(link));
        assertEquals(graph(), Models.read(target));
    }

    @Test
    void aFailureLeavesTheOldFileAndNothingElse() throws IOException {
        Path path = folder.resolve("a.qrn");
        byte[] old = {1, 2, 3};
        Files.write(path, old);
        assertThrows(
                IOException.class,
                () ->
                        AtomicFile.write(
                                path,
                                out -> {
                                    out.write(new byte[200_000]);
                                    throw new IOException("the disk is full");
                                }));
        assertThrows(
                IllegalStateException.class,
                () ->
                        AtomicFile.write(
                                path,
                                out -> {
                                    throw new IllegalStateException();
                                }));
        assertArrayEquals(old, Files.readAllBytes(path));
        assertEquals(List.of("a.qrn"), files());
    }

    @Test
    void foldersAndDevicesAreNotReplaced() throws IOException {
        Path place = Files.createDirectory(folder.resolve("a.qrn"));
        IOException e = assertThrows(IOException.class, () -> Models.write(graph(), place));
        assertTrue(e.getMessage().endsWith("this is not a regular file"), e::getMessage);
        assertTrue(Files.isDirectory(place));
        assertThrows(IOException.class, () -> Models.read(place));
    }
}
