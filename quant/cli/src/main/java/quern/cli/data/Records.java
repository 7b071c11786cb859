package quern.cli.data;

import java.nio.file.Path;

/** Records of equal size that follow a header in a file. Used by one thread. */
interface Records extends AutoCloseable {
    /** Fills {@code into}, which is as long as a record, with record {@code row}. */
    void read(int row, byte[] into);

    @Override
    void close();

    /** The bytes of a header and {@code rows} records. */
    static long size(int header, int rows, int record) {
        return header + (long) rows * record;
    }

    /** Opens the records of a file, gzip data if its name ends in {@code .gz}; checks its size. */
    static Records open(Path file, int header, int rows, int record) {
        return file.toString().endsWith(".gz")
                ? GzipRecords.open(file, header, rows, record)
                : PlainRecords.open(file, header, rows, record);
    }
}
