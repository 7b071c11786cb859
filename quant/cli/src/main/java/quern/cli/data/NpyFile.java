package quern.cli.data;

import java.nio.file.Path;
import quern.error.ShapeException;
import quern.tensor.Tensor;

/**
 * A {@code .npy} file that is one sample.
 *
 * @param input what the sample is for
 */
record NpyFile(ModelInput input) {
    Tensor read(Path file) {
        NpyHeader header = NpyHeader.read(file);
        if (!input.takes(header.shape())) {
            throw new ShapeException(
                    file.toString(),
                    "holds an array of shape "
                            + header.shape()
                            + ", but a sample of "
                            + input
                            + " has that shape"
                            + (input.hasBatchAxis() ? " or " + input.withoutBatch() : ""));
        }
        byte[] bytes = new byte[Math.toIntExact(header.dtype().byteSize(input.elements()))];
        try (Records records = Records.open(file, header.length(), 1, bytes.length)) {
            records.read(0, bytes);
        }
        return Elements.decode(bytes, header.dtype(), input.type().shape(), header.order());
    }
}
