package quern.cli.data;

import java.io.IOException;
import java.nio.file.Path;
import quern.error.ShapeException;
import quern.formats.npy.Npy;
import quern.formats.npy.NpyHeader;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * A {@code .npy} file that is one sample.
 *
 * @param input what the sample is for
 */
record NpyFile(ModelInput input) {
    /** What a file says about its array, which must be of a type that data may have. */
    static NpyHeader header(Path file) {
        try {
            NpyHeader header = Npy.header(file);
            if (!Elements.isRead(header.dtype())) {
                throw new ShapeException(
                        file.toString(),
                        "holds "
                                + header.dtype().numpyName()
                                + ", which is not read as data: save it as float32");
            }
            return header;
        } catch (IOException e) {
            throw Failures.of(file, e);
        }
    }

    Tensor read(Path file) {
        Shape shape = header(file).shape();
        if (!input.takes(shape)) {
            throw new ShapeException(
                    file.toString(),
                    "holds an array of shape "
                            + shape
                            + ", but a sample of "
                            + input
                            + " has that shape"
                            + (input.hasBatchAxis() ? " or " + input.withoutBatch() : ""));
        }
        try {
            Tensor stored = Npy.read(file);
            return stored.as(TensorType.of(stored.dtype(), input.type().shape()));
        } catch (IOException e) {
            throw Failures.of(file, e);
        }
    }
}
