package quern.cli.data;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import quern.error.FormatException;
import quern.error.ShapeException;
import quern.tensor.DType;
import quern.tensor.Tensor;

/**
 * A {@code .bin} file that is one sample: little-endian numbers and nothing else. They are float32;
 * with {@code --raw} of the input's type, with {@code --data-scale} of the type that goes with it.
 * An input of integers without quantization takes its own type.
 *
 * @param input what the sample is for
 * @param dtype of the numbers
 */
record BinFile(ModelInput input, DType dtype) {
    /** A reader of the given files, whose sizes are checked before any is read. */
    static BinFile open(List<Path> files, ModelInput input, Preprocessing how) {
        BinFile reader = new BinFile(input, dtype(input, how));
        if (!Elements.isRead(reader.dtype())) {
            throw new ShapeException(
                    input.toString(),
                    "numbers of type " + reader.dtype().numpyName() + " are not read from .bin");
        }
        for (Path file : files) {
            reader.check(file);
        }
        return reader;
    }

    private static DType dtype(ModelInput input, Preprocessing how) {
        DType own = input.type().dtype();
        if (how.isRaw() || (!own.isFloat() && !input.type().isQuantized())) {
            return own;
        }
        return how.stored().map(StoredScale::dtype).orElse(DType.F32);
    }

    private int size() {
        return Math.toIntExact(dtype.byteSize(input.elements()));
    }

    private void check(Path file) {
        long bytes;
        try {
            bytes = Files.size(file);
        } catch (IOException e) {
            throw Failures.of(file, e);
        }
        if (bytes != size()) {
            throw new FormatException(
                    file.toString(),
                    "has "
                            + bytes
                            + " bytes, but a sample of "
                            + input
                            + " has "
                            + size()
                            + " as "
                            + dtype.numpyName()
                            + hint(bytes));
        }
    }

    private String hint(long bytes) {
        if (bytes == input.elements() && dtype == DType.F32) {
            return ": for stored integers give --data-scale and --data-zero, or --raw";
        } else if (bytes > 0 && bytes % CifarSource.RECORD == 0) {
            return ": CIFAR-10 records are given as cifar:FILE";
        }
        return "";
    }

    Tensor read(Path file) {
        byte[] bytes = new byte[size()];
        try (Records records = PlainRecords.open(file, 0, 1, bytes.length)) {
            records.read(0, bytes);
        }
        return Elements.decode(bytes, dtype, input.type().shape(), ByteOrder.LITTLE_ENDIAN);
    }
}
