package quern.formats;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the shared models and golden vectors are, if they are. */
public final class Shared {
    private Shared() {}

    /** The folder; it need not exist. */
    public static Path folder() {
        return Path.of(System.getProperty("quern.shared", "no-shared-folder"));
    }

    /** Whether the folder exists: a condition for tests. */
    public static boolean isPresent() {
        return Files.isDirectory(folder().resolve("models"));
    }
}
