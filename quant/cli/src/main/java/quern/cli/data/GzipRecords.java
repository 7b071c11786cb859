package quern.cli.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import quern.error.FormatException;

/**
 * Records of a gzip file, unpacked as they are asked for: no more than one is held. A record before
 * the last one read begins the file anew.
 */
final class GzipRecords implements Records {
    private static final int BUFFER = 1 << 16;

    private final Path file;
    private final int header;
    private final byte[] last;
    private InputStream stream;
    private int next;

    private GzipRecords(Path file, int header, int record) throws IOException {
        this.file = file;
        this.header = header;
        this.last = new byte[record];
        this.stream = start();
    }

    /** Unpacks the whole file once, so that a damaged one is refused before anything is run. */
    static GzipRecords open(Path file, int header, int rows, int record) {
        long expected = Records.size(header, rows, record);
        try {
            try (InputStream in = unpack(file)) {
                long size = count(in, expected);
                if (size != expected) {
                    throw new FormatException(
                            file.toString(),
                            "unpacks to "
                                    + (size < expected ? size + " bytes" : "more bytes")
                                    + ", but its header announces "
                                    + expected
                                    + (size < expected ? ": the file is truncated" : ""));
                }
            }
            return new GzipRecords(file, header, record);
        } catch (IOException e) {
            throw Failures.of(file, e);
        }
    }

    /** The unpacked bytes of a gzip file. */
    static InputStream unpack(Path file) throws IOException {
        InputStream packed = Files.newInputStream(file);
        try {
            return new GZIPInputStream(packed, BUFFER);
        } catch (IOException e) {
            packed.close();
            throw e;
        }
    }

    private static long count(InputStream in, long most) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long size = 0;
        for (int n = in.read(buffer); n >= 0 && size <= most; n = in.read(buffer)) {
            size += n;
        }
        return size;
    }

    private InputStream start() throws IOException {
        InputStream in = unpack(file);
        try {
            in.skipNBytes(header);
        } catch (IOException e) {
            in.close();
            throw e;
        }
        return in;
    }

    @Override
    public void read(int row, byte[] into) {
        try {
            if (row == next - 1) {
                System.arraycopy(last, 0, into, 0, last.length);
                return;
            }
            if (row < next) {
                stream.close();
                stream = start();
                next = 0;
            }
            stream.skipNBytes((long) (row - next) * last.length);
            if (stream.readNBytes(last, 0, last.length) < last.length) {
                throw new EOFException();
            }
            next = row + 1;
            System.arraycopy(last, 0, into, 0, last.length);
        } catch (IOException e) {
            throw Failures.of(file, e);
        }
    }

    @Override
    public void close() {
        try {
            stream.close();
        } catch (IOException e) {
            throw Failures.of(file, e);
        }
    }
}
