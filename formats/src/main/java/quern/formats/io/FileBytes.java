package quern.formats.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import quern.error.FormatException;

/** Reads whole files of bounded size. */
public final class FileBytes {
    private FileBytes() {}

    /**
     * All bytes of a file.
     *
     * @param limit most bytes that are accepted
     * @throws IOException if the file cannot be read
     * @throws FormatException if it is larger than the limit
     */
    public static byte[] read(Path path, long limit) throws IOException {
        long size = Files.size(path);
        if (size > limit) {
            throw new FormatException(
                    path.toString(),
                    "the file has " + size + " bytes; at most " + limit + " bytes are read");
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = new byte[(int) size];
            int read = in.readNBytes(bytes, 0, bytes.length);
            return read == bytes.length ? bytes : Arrays.copyOf(bytes, read);
        }
    }
}
