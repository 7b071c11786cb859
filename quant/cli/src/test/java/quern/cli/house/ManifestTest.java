package quern.cli.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every file of the test data is listed with its size, sum, licence and origin. */
class ManifestTest {
    private record Entry(String sha256, String bytes, String licence, String path, String origin) {}

    @TempDir Path temp;

    @Test
    void testdataIsWhatItsManifestSays() throws Exception {
        Path folder = Modules.root().resolve("testdata");
        List<Entry> entries = entries(folder);
        assertFalse(entries.isEmpty(), folder + "/MANIFEST is empty");
        assertEquals(List.of(), differences(folder, entries));
        List<String> paths = entries.stream().map(Entry::path).collect(Collectors.toList());
        assertEquals(paths.stream().sorted().collect(Collectors.toList()), paths);
    }

    @Test
    void everyDifferenceIsFound() throws Exception {
        String same = line("same.bin", "abc", "MIT", "same.sh");
        String other = line("other.bin", "abc", "MIT", "other.sh");
        String gone = line("gone.bin", "abc", "MIT", "gone.sh");
        String nameless = line("deep/nameless.bin", "abc", "?", "?");
        Files.delete(temp.resolve("gone.bin"));
        Files.writeString(temp.resolve("other.bin"), "abd");
        Files.writeString(temp.resolve("new.bin"), "");
        Files.writeString(temp.resolve("script.py"), "");
        Files.writeString(temp.resolve("MANIFEST"), same + other + gone + nameless);
        List<String> found = differences(temp, entries(temp));
        assertEquals(
                List.of(
                        "deep/nameless.bin has no licence or origin",
                        "gone.bin is listed but missing",
                        "new.bin is not listed",
                        "other.bin differs from its size or sha256"),
                found);
    }

    private String line(String path, String content, String licence, String origin)
            throws Exception {
        Path file = temp.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        String size = String.valueOf(Files.size(file));
        return String.join("  ", sha256(file), size, licence, path, origin) + "\n";
    }

    private static List<Entry> entries(Path folder) throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("MANIFEST"))) {
            String[] fields = line.split("  ", 5);
            assertEquals(5, fields.length, "not five fields: " + line);
            entries.add(new Entry(fields[0], fields[1], fields[2], fields[3], fields[4]));
        }
        return entries;
    }

    private static List<String> differences(Path folder, List<Entry> entries) throws Exception {
        Map<String, Path> present = present(folder);
        Map<String, String> found = new TreeMap<>();
        for (Entry entry : entries) {
            Path file = present.remove(entry.path());
            if (file == null) {
                found.put(entry.path(), " is listed but missing");
            } else if (!entry.bytes().equals(String.valueOf(Files.size(file)))
                    || !entry.sha256().equals(sha256(file))) {
                found.put(entry.path(), " differs from its size or sha256");
            } else if (isUnknown(entry.licence()) || isUnknown(entry.origin())) {
                found.put(entry.path(), " has no licence or origin");
            }
        }
        present.keySet().forEach(path -> found.put(path, " is not listed"));
        return found.entrySet().stream()
                .map(e -> e.getKey() + e.getValue())
                .collect(Collectors.toList());
    }

    private static boolean isUnknown(String field) {
        return field.isBlank() || field.equals("?");
    }

    private static Map<String, Path> present(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !isScriptOrDocumentation(file.getFileName().toString()))
                    .collect(
                            Collectors.toMap(
                                    file -> folder.relativize(file).toString().replace('\\', '/'),
                                    file -> file,
                                    (a, b) -> a,
                                    TreeMap::new));
        }
    }

    private static boolean isScriptOrDocumentation(String name) {
        return name.equals("MANIFEST") || name.matches(".*\\.(py|pyc|md)");
    }

    private static String sha256(Path file) throws IOException, NoSuchAlgorithmException {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
        return HexFormat.of().formatHex(digest);
    }
}
