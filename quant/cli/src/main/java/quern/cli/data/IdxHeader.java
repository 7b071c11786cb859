package quern.cli.data;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import quern.error.FormatException;
import quern.tensor.DType;
import quern.tensor.Shape;

/**
 * What an IDX file says about its array: two zero bytes, a type, the number of dimensions, the
 * dimensions as 32-bit numbers; everything is big-endian (the format of the MNIST files).
 *
 * @param dtype of the elements
 * @param shape of the whole array
 */
record IdxHeader(DType dtype, Shape shape) {
    private static final int HIGHEST_RANK = 8;
    private static final Pattern NAME =
            Pattern.compile(".*(\\.idx\\d*|ubyte|[.-]idx\\d-[a-z]+)(\\.gz)?");
    private static final Map<Integer, DType> TYPES =
            Map.of(
                    0x08, DType.U8,
                    0x09, DType.S8,
                    0x0B, DType.S16,
                    0x0C, DType.S32,
                    0x0D, DType.F32,
                    0x0E, DType.F64);

    /** Whether a file's name is that of an IDX file: {@code .idx} or {@code ubyte}, also packed. */
    static boolean isNamed(Path file) {
        return NAME.matcher(String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT)).matches();
    }

    /** Bytes before the first element. */
    int length() {
        return 4 + 4 * shape.rank();
    }

    static IdxHeader read(Path file) {
        try (InputStream in =
                file.toString().endsWith(".gz")
                        ? GzipRecords.unpack(file)
                        : Files.newInputStream(file)) {
            return read(file, new DataInputStream(in));
        } catch (IOException e) {
            throw Failures.of(file, e);
        }
    }

    private static IdxHeader read(Path file, DataInputStream in) throws IOException {
        int magic = in.readInt();
        DType dtype = TYPES.get(magic >> 8);
        int rank = magic & 0xFF;
        if (dtype == null || rank < 1 || rank > HIGHEST_RANK) {
            throw new FormatException(
                    file.toString(), String.format("is no IDX file: it begins with 0x%08x", magic));
        }
        int[] dims = new int[rank];
        for (int i = 0; i < rank; i++) {
            dims[i] = in.readInt();
            if (dims[i] < 0) {
                throw new FormatException(
                        file.toString(),
                        "has dimension " + (dims[i] & 0xFFFFFFFFL) + ", which is too large");
            }
        }
        return new IdxHeader(dtype, Shape.of(dims));
    }
}
