package quern.cli.data;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.ZipException;
import quern.error.FormatException;

/** What went wrong with a data file, as one sentence. */
final class Failures {
    private Failures() {}

    /** The error for a file that could not be read. */
    static FormatException of(Path file, IOException e) {
        FormatException failure = new FormatException(file.toString(), sentence(e));
        failure.initCause(e);
        return failure;
    }

    private static String sentence(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "no such file or folder";
        } else if (e instanceof AccessDeniedException) {
            return "cannot be read: permission denied";
        } else if (e instanceof ZipException) {
            return "is not intact gzip data: " + e.getMessage();
        } else if (e instanceof EOFException) {
            return "ends before its data does: the file is truncated";
        }
        return "cannot be read: " + e.getMessage();
    }
}
