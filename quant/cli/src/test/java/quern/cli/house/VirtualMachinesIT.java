package quern.cli.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every virtual machine that is installed computes the recorded bits of the models in testdata:
 * with both compilers, with the first alone, interpreted, and in the Zero VM.
 */
@Tag("long")
class VirtualMachinesIT {
    private static final Path JDKS = Path.of("/usr/lib/jvm");

    @TempDir Path temp;

    @TestFactory
    List<DynamicTest> bitsAreThoseRecorded() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (Path home : homes()) {
            List<String> options = new ArrayList<>(List.of("", "-XX:TieredStopAtLevel=1", "-Xint"));
            if (Files.exists(home.resolve("lib/zero/libjvm.so"))) {
                options.add("-zero");
            }
            for (String option : options) {
                for (String tier : List.of("auto", "scalar")) {
                    for (String threads : List.of("1", "2")) {
                        List<String> words = List.of("--tier", tier, "--threads", threads);
                        String name = home + " " + option + " " + String.join(" ", words);
                        tests.add(
                                DynamicTest.dynamicTest(
                                        name, () -> verify(home, option, words, "int8")));
                    }
                }
                tests.add(
                        DynamicTest.dynamicTest(
                                home + " " + option + " float",
                                () -> verify(home, option, List.of(), "float")));
            }
        }
        assertTrue(tests.size() >= 15, "no virtual machine was found");
        return tests;
    }

    /** The JDK of this test, and others of Java 17 and later. */
    private static List<Path> homes() throws IOException {
        List<Path> homes = new ArrayList<>();
        homes.add(Path.of(System.getProperty("java.home")).toRealPath());
        if (Files.isDirectory(JDKS)) {
            try (Stream<Path> found = Files.list(JDKS)) {
                for (Path home : found.sorted().toList()) {
                    if (isModern(home) && !homes.contains(home.toRealPath())) {
                        homes.add(home.toRealPath());
                    }
                }
            }
        }
        return homes;
    }

    private static boolean isModern(Path home) throws IOException {
        Path release = home.resolve("release");
        if (!Files.isExecutable(home.resolve("bin/java")) || !Files.isRegularFile(release)) {
            return false;
        }
        return Files.readAllLines(release).stream()
                .filter(line -> line.matches("JAVA_VERSION=\"\\d+.*"))
                .map(line -> line.replaceAll("\\D*(\\d+).*", "$1"))
                .anyMatch(feature -> Integer.parseInt(feature) >= 17);
    }

    private void verify(Path home, String option, List<String> options, String model)
            throws IOException, InterruptedException {
        Path root = Modules.root();
        List<String> words = new ArrayList<>();
        words.add(root.resolve("quant/cli/target/quern/bin/quern").toString());
        words.add("verify");
        words.add(root.resolve("testdata/models/fashion_cnn_" + model + ".qrn").toString());
        words.add("--against");
        words.add(root.resolve("testdata/digests/fashion_cnn_" + model + ".json").toString());
        words.addAll(options);
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "QUERN_JAVA_OPTS"));
        builder.environment().put("JAVA_HOME", home.toString());
        builder.environment().put("QUERN_JAVA_OPTS", option);
        Path printed = Files.createTempFile(temp, "printed", ".txt");
        Process process =
                builder.redirectErrorStream(true).redirectOutput(printed.toFile()).start();
        try {
            assertTrue(process.waitFor(300, TimeUnit.SECONDS), "hangs: " + words);
        } finally {
            process.destroyForcibly();
        }
        String text = Files.readString(printed);
        assertEquals(0, process.exitValue(), text);
        assertTrue(text.contains("values are the same"), text);
    }
}
