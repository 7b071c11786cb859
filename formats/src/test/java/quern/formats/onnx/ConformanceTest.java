package quern.formats.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Every test of the ONNX suite passes, or stands in {@code conformance.txt} with the reason why
 * not. {@code -Dquern.update=true} writes that file and the summary in {@code formats/README.md}
 * anew; {@code -Dquern.onnx.only=PATTERN} runs tests whose name has the pattern and fails with all
 * reasons.
 */
class ConformanceTest {
    private static final Path SUITE =
            Path.of(System.getProperty("quern.onnx.suite", "/usr/share/libonnx-testdata/data"));
    private static final Path EXPECTED = Path.of("src/test/resources/quern/conformance.txt");
    private static final Path README = Path.of("README.md");
    private static final String MARK = "<!-- conformance -->";
    private static final Pattern ONLY = Pattern.compile(System.getProperty("quern.onnx.only", ""));
    private static final boolean UPDATE = Boolean.getBoolean("quern.update");

    @Test
    void testsPassOrAreListedWithAReason() throws IOException {
        assumeTrue(Files.isDirectory(SUITE), "the package libonnx-testdata is not installed");
        Map<String, String> expected = expectations();
        Map<String, String> failing = new TreeMap<>();
        Map<String, int[]> counts = new LinkedHashMap<>();
        Conformance suite = new Conformance(SUITE);
        for (String group : Conformance.GROUPS) {
            int[] count = counts.computeIfAbsent(group, g -> new int[4]);
            for (String test : suite.tests(group)) {
                if (!ONLY.matcher(test).find()) {
                    continue;
                }
                Optional<String> problem = suite.run(test);
                problem.ifPresent(p -> failing.put(test, p));
                boolean inScope = !Conformance.OUTSIDE.matcher(test).find();
                count[0]++;
                count[1] += inScope ? 1 : 0;
                count[2] += problem.isEmpty() && inScope ? 1 : 0;
                count[3] += problem.isEmpty() && !inScope ? 1 : 0;
            }
        }
        if (UPDATE) {
            write(failing);
            Files.writeString(README, replaced(summary(counts)));
            return;
        }
        if (!ONLY.pattern().isEmpty()) {
            assertEquals("", failing.toString().replace(", ", "\n"));
            return;
        }
        List<String> surprises = new ArrayList<>();
        failing.forEach(
                (test, why) -> {
                    if (!expected.containsKey(test)) {
                        surprises.add(test + " fails: " + why);
                    }
                });
        expected.keySet().stream()
                .filter(test -> !failing.containsKey(test))
                .forEach(test -> surprises.add(test + " passes, but the file lists it"));
        assertTrue(surprises.isEmpty(), () -> String.join("\n", surprises));
        assertEquals(replaced(summary(counts)), Files.readString(README));
    }

    private static String summary(Map<String, int[]> counts) {
        StringBuilder text = new StringBuilder();
        text.append("| tests | number | in scope | pass | pass outside of the scope |\n");
        text.append("|---|---|---|---|---|\n");
        counts.forEach(
                (group, c) ->
                        text.append("| `")
                                .append(group)
                                .append("` | ")
                                .append(c[0])
                                .append(" | ")
                                .append(c[1])
                                .append(" | ")
                                .append(c[2])
                                .append(" | ")
                                .append(c[3])
                                .append(" |\n"));
        return text.toString();
    }

    /** The README with another summary. */
    private static String replaced(String summary) throws IOException {
        String readme = Files.readString(README);
        int start = readme.indexOf(MARK) + MARK.length();
        int end = readme.indexOf("\n\n", start + 2);
        return readme.substring(0, start)
                + "\n\n"
                + summary
                + (end < 0 ? "" : readme.substring(end + 1));
    }

    private static Map<String, String> expectations() throws IOException {
        Map<String, String> all = new TreeMap<>();
        if (Files.exists(EXPECTED)) {
            for (String line : Files.readAllLines(EXPECTED)) {
                int tab = line.indexOf('\t');
                if (tab > 0) {
                    all.put(line.substring(0, tab), line.substring(tab + 1));
                }
            }
        }
        return all;
    }

    private static void write(Map<String, String> failing) throws IOException {
        StringBuilder text = new StringBuilder();
        failing.forEach((test, why) -> text.append(test).append('\t').append(why).append('\n'));
        Files.createDirectories(EXPECTED.getParent());
        Files.writeString(EXPECTED, text.toString(), StandardCharsets.UTF_8);
    }
}
