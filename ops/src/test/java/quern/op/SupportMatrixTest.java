package quern.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Compares the support matrix in the README of this folder with the tables; with {@code
 * -Dquern.update=true} it writes the README instead.
 */
class SupportMatrixTest {
    private static final String BEGIN = "<!-- support matrix -->";
    private static final String END = "<!-- end of support matrix -->";

    @Test
    void readmeShowsWhatTheTablesSay() throws IOException {
        Path readme = Path.of("README.md");
        List<String> text = Files.readAllLines(readme);
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        assertTrue(begin >= 0 && end > begin, "README.md has no place for the support matrix");
        List<String> matrix = new ArrayList<>(List.of(""));
        matrix.addAll(SupportMatrix.lines());
        matrix.add("");
        if (Boolean.getBoolean("quern.update")) {
            List<String> updated = new ArrayList<>(text.subList(0, begin + 1));
            updated.addAll(matrix);
            updated.addAll(text.subList(end, text.size()));
            Files.write(readme, updated);
            return;
        }
        assertEquals(
                String.join("\n", matrix),
                String.join("\n", text.subList(begin + 1, end)),
                "README.md is out of date; mvn -pl ops test -Dtest=SupportMatrixTest"
                        + " -Dquern.update=true writes it anew");
    }
}
