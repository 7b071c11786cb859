package quern.cli.data;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What a file of one sample holds, seen from its name. */
enum FileKind {
    NPY(".npy files"),
    BIN(".bin files"),
    PICTURE("pictures");

    private static final Map<String, FileKind> BY_EXTENSION =
            Map.of(
                    "npy", NPY,
                    "bin", BIN,
                    "jpg", PICTURE,
                    "jpeg", PICTURE,
                    "png", PICTURE,
                    "bmp", PICTURE,
                    "gif", PICTURE);

    private final String plural;

    FileKind(String plural) {
        this.plural = plural;
    }

    String plural() {
        return plural;
    }

    /** The kind of a file; empty for names that are no samples, and for hidden files. */
    static Optional<FileKind> of(Path file) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        return dot <= 0 || name.startsWith(".")
                ? Optional.empty()
                : Optional.ofNullable(
                        BY_EXTENSION.get(name.substring(dot + 1).toLowerCase(Locale.ROOT)));
    }

    /** A file's name without its extension: what pairs files of several inputs. */
    static String stem(String name) {
        int dot = name.lastIndexOf('.');
        return dot <= 0 ? name : name.substring(0, dot);
    }
}
