package quern.cli.data;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import quern.error.FormatException;

/** Records read where they stand in a file. */
final class PlainRecords implements Records {
    private final Path file;
    private final FileChannel channel;
    private final int header;
    private final int record;

    private PlainRecords(Path file, FileChannel channel, int header, int record) {
        this.file = file;
        this.channel = channel;
        this.header = header;
        this.record = record;
    }

    static PlainRecords open(Path file, int header, int rows, int record) {
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            long size = channel.size();
            long expected = Records.size(header, rows, record);
            if (size != expected) {
                channel.close();
                throw new FormatException(
                        file.toString(),
                        "has "
                                + size
                                + " bytes, but its header announces "
                                + expected
                                + (size < expected ? ": the file is truncated" : ""));
            }
            return new PlainRecords(file, channel, header, record);
        } catch (IOException e) {
            throw Failures.of(file, e);
        }
    }

    @Override
    public void read(int row, byte[] into) {
        try {
            ByteBuffer buffer = ByteBuffer.wrap(into);
            long at = header + (long) row * record;
            while (buffer.hasRemaining()) {
                int n = channel.read(buffer, at + buffer.position());
                if (n < 0) {
                    throw new EOFException();
                }
            }
        } catch (IOException e) {
            throw Failures.of(file, e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw Failures.of(file, e);
        }
    }
}
