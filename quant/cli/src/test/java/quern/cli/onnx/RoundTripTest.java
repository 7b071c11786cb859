package quern.cli.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import quern.formats.Models;
import quern.rewrite.Simplify;

/** From ONNX to the own format, to ONNX and back: the two files of the own format are equal. */
@EnabledIf("hasShared")
class RoundTripTest {
    private static final Path MODELS = Path.of(System.getProperty("quern.shared"), "models");

    @TempDir Path folder;

    static boolean hasShared() {
        return Files.isDirectory(MODELS);
    }

    static List<Path> models() throws IOException {
        try (Stream<Path> all = Files.walk(MODELS)) {
            return all.filter(p -> p.toString().endsWith(".onnx")).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void bothFilesAreEqual(Path source) throws IOException {
        Path first = folder.resolve("first.qrn");
        Path between = folder.resolve("between.onnx");
        Path second = folder.resolve("second.qrn");
        Models.write(Simplify.simplify(Models.read(source)), first);
        Models.write(Models.read(first), between);
        Models.write(Simplify.simplify(Models.read(between)), second);
        assertArrayEquals(Files.readAllBytes(first), Files.readAllBytes(second));
    }
}
