package quern.cli.data;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import quern.error.FormatException;

/** From one path of DATA to the samples behind it. */
final class Sources {
    /** What stands before the path of a CIFAR-10 file. */
    static final String CIFAR = "cifar:";

    private Sources() {}

    /** Whether DATA words name something that exists. */
    static boolean exists(String words) {
        try {
            return Files.exists(path(words));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static Path path(String words) {
        return Path.of(words.startsWith(CIFAR) ? words.substring(CIFAR.length()) : words);
    }

    /** Opens what DATA words name; the kind is seen from the name. */
    static Source open(String words, ModelInput input, Preprocessing how) {
        if (!exists(words)) {
            throw new FormatException(words, "no such file or folder");
        }
        Path path = path(words);
        if (words.startsWith(CIFAR)) {
            return new CifarSource(path, input, how);
        } else if (Files.isDirectory(path)) {
            return FilesSource.folder(path, input, how);
        } else if (IdxHeader.isNamed(path)) {
            return new IdxSource(path, input, how);
        }
        Optional<FileKind> kind = FileKind.of(path);
        if (kind.isEmpty()) {
            throw new FormatException(
                    words,
                    "is no data: expected .npy, IDX (.idx or ubyte, also .gz), cifar:FILE or a"
                            + " folder of .npy, .bin or picture files");
        }
        return kind.get() == FileKind.NPY
                ? new NpySource(path, input)
                : FilesSource.file(path, kind.get(), input, how);
    }
}
