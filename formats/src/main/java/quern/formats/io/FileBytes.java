package quern.formats.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import quern.error.FormatException;
import quern.formats.Limits;

/** Reads whole files of bounded size. */
public final class FileBytes {
    private static final int MOST_COPIED = 1 << 20;

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

    /**
     * A read-only view of a file; large ones are mapped, not copied.
     *
     * @param limit most bytes that are accepted
     * @throws IOException if the file cannot be read
     * @throws FormatException if it is larger than the limit
     */
    public static ByteBuffer map(Path path, long limit) throws IOException {
        if (Files.size(path) <= MOST_COPIED) {
            return ByteBuffer.wrap(read(path, limit));
        }
        try (FileChannel channel = FileChannel.open(path)) {
            Limits.require(channel.size(), limit, "", "bytes of a file");
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
        }
    }
}
