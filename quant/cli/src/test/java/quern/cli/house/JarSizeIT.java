package quern.cli.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an application takes in to run a model stays small. */
class JarSizeIT {
    private static final long LIMIT = 1_300_000;

    @Test
    void theThreeLibraryJarsTogetherStaySmall() throws IOException {
        long total = 0;
        for (String module : List.of("ops", "formats", "runtime")) {
            List<Path> jars = Modules.jars(module);
            assertEquals(1, jars.size(), "jars of " + module + ": " + jars);
            total += Files.size(jars.get(0));
        }
        assertTrue(total < LIMIT, "ops, formats and runtime are " + total + " bytes of " + LIMIT);
    }
}
