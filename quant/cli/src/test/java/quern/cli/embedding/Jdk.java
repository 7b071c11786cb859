package quern.cli.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The JDK that runs the tests, started as its user starts it: as processes of their own. */
final class Jdk {
    private static final int SECONDS = 300;

    private Jdk() {}

    /** The file of a tool such as {@code javac}; a JDK may leave out some. */
    static Path tool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name);
    }

    /** What {@code words} print, run in a folder; fails unless they end with code 0. */
    static String run(Path folder, List<String> words) throws IOException, InterruptedException {
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        ProcessBuilder builder = new ProcessBuilder(words).directory(folder.toFile());
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "CLASSPATH"));
        Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        try {
            assertTrue(process.waitFor(SECONDS, TimeUnit.SECONDS), "hangs: " + words);
        } finally {
            process.destroyForcibly();
        }
        String printed = Files.readString(out);
        String text = words + " printed\n" + printed + Files.readString(err);
        assertEquals(0, process.exitValue(), text);
        return printed.strip();
    }

    /** Compiles Java files for Java 17 without any warning. */
    static void javac(Path folder, Path classes, List<String> options, List<Path> sources)
            throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(tool("javac").toString()));
        words.addAll(List.of("--release", "17", "-Xlint:all", "-Werror"));
        words.addAll(options);
        words.addAll(List.of("-d", classes.toString()));
        sources.forEach(source -> words.add(source.toString()));
        run(folder, words);
    }

    /** Files as the value of a path option. */
    static String path(List<Path> files) {
        return files.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }
}
