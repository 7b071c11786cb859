package quern.formats;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Writes a file beside its place and moves it there when it is complete: readers see the old file
 * or the new one, never a part of it.
 */
public final class AtomicFile {
    private static final int ATTEMPTS = 100;

    /** Writes the content. */
    @FunctionalInterface
    public interface Content {
        /** Writes everything to {@code out}, which is buffered and closed by the caller. */
        void writeTo(OutputStream out) throws IOException;
    }

    private AtomicFile() {}

    /**
     * Writes {@code target}, replacing a regular file of that name. If the content throws, nothing
     * is left behind and an old file stays as it was.
     *
     * @throws IOException if the folder cannot be written or the target is a folder or device
     */
    public static void write(Path target, Content content) throws IOException {
        Path place = Files.isSymbolicLink(target) ? target.toRealPath() : target.toAbsolutePath();
        if (Files.exists(place) && !Files.isRegularFile(place)) {
            throw new IOException(target + ": this is not a regular file");
        }
        Path folder = place.getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            throw new NoSuchFileException(folder.toString());
        }
        try {
            write(place, content, create(place));
        } catch (IOException e) {
            throw new IOException(target + ": " + reason(e), e);
        }
    }

    private static void write(Path place, Content content, Path beside) throws IOException {
        try {
            fill(beside, content);
            move(beside, place);
        } finally {
            Files.deleteIfExists(beside);
        }
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "access denied";
        }
        if (e instanceof FileSystemException f) {
            return f.getReason() == null ? "no file can be made there" : f.getReason();
        }
        return e.getMessage();
    }

    private static Path create(Path place) throws IOException {
        Path folder = place.getParent();
        if (folder == null || place.getFileName() == null) {
            throw new IOException(place + ": this is not the name of a file");
        }
        for (int i = 0; i < ATTEMPTS; i++) {
            int number = ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE);
            Path candidate = folder.resolve(".quern-" + number + ".part");
            if (!Files.exists(candidate)) {
                return Files.createFile(candidate);
            }
        }
        throw new IOException(folder + ": no free name for a temporary file");
    }

    private static void fill(Path beside, Content content) throws IOException {
        try (FileChannel channel = FileChannel.open(beside, StandardOpenOption.WRITE);
                OutputStream out =
                        new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16)) {
            content.writeTo(out);
            out.flush();
            channel.force(true);
        }
    }

    private static void move(Path beside, Path place) throws IOException {
        try {
            Files.move(
                    beside,
                    place,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(beside, place, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
