package quern.cli.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher, started on JDKs that only print how they were called, one word a line. */
class LauncherIT {
    private static final String ALL = "java.base jdk.incubator.vector java.xml";

    @TempDir Path temp;
    private Path launcher;

    private record Result(int exit, List<String> out, List<String> err) {}

    @BeforeEach
    void copyTheDistributionToAFolderWithBlanks() throws IOException {
        Path from = Modules.root().resolve("quant/cli/target/quern");
        Path to = temp.resolve("some folder/quern");
        Files.walkFileTree(
                from,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path d, BasicFileAttributes a)
                            throws IOException {
                        Files.createDirectories(to.resolve(from.relativize(d).toString()));
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path f, BasicFileAttributes a)
                            throws IOException {
                        Files.copy(f, to.resolve(from.relativize(f).toString()));
                        return FileVisitResult.CONTINUE;
                    }
                });
        launcher = to.resolve("bin/quern");
        Files.createDirectories(to.resolve("lib/tiers"));
        deleteTiers();
    }

    @Test
    void argumentsArriveAsTheyWereGiven() throws Exception {
        Path jdk = jdk("jdk", "17.0.15", ALL);
        List<String> words = List.of("inspect", "a b", "", "*", "$HOME", "it's", "\"q\"");
        List<String> out = run(Map.of("JAVA_HOME", jdk.toString()), words).out();
        assertEquals(words, out.subList(out.indexOf("quern.cli.Main") + 1, out.size()));
    }

    @Test
    void theClassPathIsTheCommandsOwnJar() throws Exception {
        Path jdk = jdk("jdk", "21", ALL);
        List<String> out = run(Map.of("JAVA_HOME", jdk.toString()), List.of("inspect")).out();
        String classPath = out.get(out.indexOf("-cp") + 1);
        assertTrue(Files.isRegularFile(Path.of(classPath)), classPath);
        assertTrue(classPath.contains("/lib/quern-cli-"), classPath);
    }

    @Test
    void optionsForTheJvmComeBeforeTheProgram() throws Exception {
        Path jdk = jdk("jdk", "21", ALL);
        Map<String, String> environment =
                Map.of(
                        "JAVA_HOME",
                        jdk.toString(),
                        "QUERN_JAVA_OPTS",
                        "-Xmx16m  -Dquern.tier=simd");
        List<String> out = run(environment, List.of("run")).out();
        assertTrue(out.indexOf("-Xmx16m") < out.indexOf("quern.cli.Main"), out.toString());
        assertTrue(out.contains("-Xmx16m") && out.contains("-Dquern.tier=simd"), out.toString());
    }

    @Test
    void javaOfThePathIsFoundThroughLinks() throws Exception {
        Path jdk = jdk("a jdk", "25.0.3", ALL);
        Path tools = path();
        Files.createSymbolicLink(temp.resolve("alternative"), jdk.resolve("bin/java"));
        Files.createSymbolicLink(tools.resolve("java"), temp.resolve("alternative"));
        Files.createSymbolicLink(tools.resolve("quern"), launcher);
        launcher = tools.resolve("quern");
        Result result = run(Map.of("PATH", tools.toString()), List.of("inspect", "x"));
        assertEquals(0, result.exit(), result.toString());
        assertTrue(result.out().contains("quern.cli.Main"), result.toString());
        assertFalse(Files.exists(jdk.resolve("asked")), "java was started to tell its version");
    }

    @Test
    void withoutAReleaseFileJavaIsAsked() throws Exception {
        Path old = jdk("old", "1.8.0_392", "");
        Files.delete(old.resolve("release"));
        assertRefused(run(Map.of("JAVA_HOME", old.toString()), List.of("run")), "1.8.0_392");
        Path fit = jdk("fit", "17.0.2", "");
        Files.delete(fit.resolve("release"));
        assertEquals(0, run(Map.of("JAVA_HOME", fit.toString()), List.of("run")).exit());
    }

    @Test
    void oneLineSaysWhyItCannotStart() throws Exception {
        String empty = path().toString();
        assertRefused(run(Map.of("PATH", empty), List.of("run")), "JAVA_HOME");
        assertRefused(run(Map.of("JAVA_HOME", empty), List.of("run")), empty);
        for (String version : List.of("1.8.0_392", "11.0.21", "16")) {
            Path jdk = jdk("jdk-" + version, version, ALL);
            assertRefused(run(Map.of("JAVA_HOME", jdk.toString()), List.of("run")), version);
        }
    }

    @Test
    void tiersAreForTheCommandsThatComputeMuch() throws Exception {
        Path tiers = launcher.resolveSibling("../lib/tiers").normalize();
        Files.createFile(tiers.resolve("quern-simd-1.jar"));
        Files.createFile(tiers.resolve("quern-machinecode-1.jar"));
        for (String command :
                List.of(
                        "quantize",
                        "eval",
                        "compare",
                        "bench",
                        "demo",
                        "train",
                        "qat",
                        "prune",
                        "verify")) {
            assertTiers(command, jdk(command + 17, "17", ALL), true, false);
            assertTiers(command, jdk(command + 22, "22-ea", ALL), true, true);
            assertTiers(command, jdk(command + "-small", "25", "java.base"), false, true);
        }
        for (String command : List.of("inspect", "convert", "run", "--help")) {
            assertTiers(command, jdk(command, "25", ALL), false, false);
        }
    }

    @Test
    void tiersThatAreNotThereAreNotAskedFor() throws Exception {
        assertTiers("bench", jdk("jdk", "25", ALL), false, false);
    }

    private void assertTiers(String command, Path jdk, boolean simd, boolean machinecode)
            throws Exception {
        List<String> out = run(Map.of("JAVA_HOME", jdk.toString()), List.of(command)).out();
        String text = command + " on " + jdk + ": " + out;
        String classPath = out.get(out.indexOf("-cp") + 1);
        assertEquals(simd, out.contains("--add-modules=jdk.incubator.vector"), text);
        assertEquals(simd, classPath.contains("quern-simd-"), text);
        assertEquals(machinecode, out.contains("--enable-native-access=ALL-UNNAMED"), text);
        assertEquals(machinecode, classPath.contains("quern-machinecode-"), text);
    }

    private static void assertRefused(Result result, String reason) {
        assertEquals(1, result.exit(), result.toString());
        assertEquals(1, result.err().size(), result.toString());
        assertTrue(result.err().get(0).startsWith("quern: "), result.toString());
        assertTrue(result.err().get(0).contains(reason), result.toString());
        assertEquals(List.of(), result.out());
    }

    private Result run(Map<String, String> environment, List<String> words) throws Exception {
        List<String> command = new ArrayList<>(List.of("/bin/sh", launcher.toString()));
        command.addAll(words);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeAll(List.of("JAVA_HOME", "QUERN_JAVA_OPTS"));
        builder.environment().putAll(environment);
        Path out = temp.resolve("out");
        Path err = temp.resolve("err");
        Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the launcher hangs");
        return new Result(process.exitValue(), Files.readAllLines(out), Files.readAllLines(err));
    }

    /** A folder with the few tools that a POSIX shell has beside it, and no java. */
    private Path path() throws IOException {
        Path tools = Files.createDirectories(temp.resolve("tools"));
        for (String name : List.of("dirname", "readlink", "sed")) {
            Path usr = Path.of("/usr/bin", name);
            Path tool = Files.exists(usr) ? usr : Path.of("/bin", name);
            script(tools.resolve(name), "#!/bin/sh", "exec " + tool + " \"$@\"");
        }
        return tools;
    }

    private static void script(Path file, String... lines) throws IOException {
        Files.writeString(file, String.join("\n", lines) + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Path jdk(String name, String version, String modules) throws IOException {
        Path home = temp.resolve(name);
        script(
                Files.createDirectories(home.resolve("bin")).resolve("java"),
                "#!/bin/sh",
                "if [ \"$1\" = -version ]; then",
                "  : > '" + home.resolve("asked") + "'",
                "  echo 'openjdk version \"" + version + "\" 2025-01-01' >&2",
                "  exit 0",
                "fi",
                "printf '%s\\n' \"$@\"");
        Files.writeString(
                home.resolve("release"),
                "JAVA_VERSION=\"" + version + "\"\nMODULES=\"" + modules + "\"\n");
        return home;
    }

    private void deleteTiers() throws IOException {
        try (Stream<Path> files = Files.list(launcher.resolveSibling("../lib/tiers"))) {
            for (Path file : files.collect(Collectors.toList())) {
                Files.delete(file);
            }
        }
    }
}
