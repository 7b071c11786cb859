package quern.cli.data;

import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import quern.error.FormatException;
import quern.error.ShapeException;
import quern.formats.npy.NpyHeader;
import quern.tensor.Shape;
import quern.tensor.Tensor;

/** A {@code .npy} array whose first axis counts the samples. */
final class NpySource implements Source {
    private final Path file;
    private final ModelInput input;
    private final NpyHeader header;
    private final Records records;
    private final byte[] bytes;

    NpySource(Path file, ModelInput input) {
        this.file = file;
        this.input = input;
        this.header = NpyFile.header(file);
        List<String> words = header.shape().words();
        if (words.isEmpty() || !input.takes(Shape.of(words.subList(1, words.size())))) {
            throw new ShapeException(
                    file.toString(),
                    "holds an array of shape "
                            + header.shape()
                            + ", but samples of "
                            + input
                            + " need [N"
                            + axes(input.withoutBatch())
                            + "] or [N"
                            + axes(input.type().shape())
                            + "]");
        }
        if (header.fortranOrder() && header.shape().rank() > 1) {
            throw new FormatException(
                    file.toString(), "is in Fortran order, which samples cannot be read from");
        }
        this.bytes = new byte[Math.toIntExact(header.dtype().byteSize(input.elements()))];
        this.records = Records.open(file, (int) header.length(), size(), bytes.length);
    }

    private static String axes(Shape shape) {
        return shape.rank() == 0 ? "" : "," + String.join(",", shape.words());
    }

    @Override
    public int size() {
        return header.shape().dim(0);
    }

    @Override
    public String name(int row) {
        return file + " sample " + row;
    }

    @Override
    public boolean isNamed() {
        return false;
    }

    @Override
    public Tensor read(int row) {
        records.read(row, bytes);
        return Elements.decode(
                bytes, header.dtype(), input.type().shape(), ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void close() {
        records.close();
    }
}
