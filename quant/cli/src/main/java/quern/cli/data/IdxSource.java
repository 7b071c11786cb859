package quern.cli.data;

import java.nio.ByteOrder;
import java.nio.file.Path;
import quern.error.ShapeException;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;

/**
 * An IDX file whose first axis counts the samples; a sample has as many elements as the input, in
 * the same order. Unsigned bytes are pixels and may be normalized.
 */
final class IdxSource implements Source {
    private final Path file;
    private final ModelInput input;
    private final IdxHeader header;
    private final Normalization normalization;
    private final Records records;
    private final byte[] bytes;

    IdxSource(Path file, ModelInput input, Preprocessing preprocessing) {
        this.file = file;
        this.input = input;
        this.header = IdxHeader.read(file);
        Shape sample = sample(header.shape());
        if (elements(sample) != input.elements()) {
            throw new ShapeException(
                    file.toString(),
                    "holds samples of shape "
                            + sample
                            + ", "
                            + elements(sample)
                            + " elements each, but "
                            + input
                            + " needs "
                            + input.elements());
        }
        this.normalization =
                header.dtype() == DType.U8 && preprocessing.normalizesPixels()
                        ? preprocessing.normalization()
                        : Normalization.NONE;
        normalization.check(input.name(), 1);
        this.bytes = new byte[Math.toIntExact(header.dtype().byteSize(input.elements()))];
        this.records = Records.open(file, header.length(), size(), bytes.length);
    }

    private static Shape sample(Shape whole) {
        return Shape.of(whole.words().subList(1, whole.rank()));
    }

    private long elements(Shape sample) {
        try {
            return sample.elements();
        } catch (ShapeException e) {
            throw e.within(file.toString());
        }
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
        Shape shape = input.type().shape();
        Tensor stored = Elements.decode(bytes, header.dtype(), shape, ByteOrder.BIG_ENDIAN);
        if (normalization.isNone()) {
            return stored;
        }
        float[] reals = new float[stored.elements()];
        for (int i = 0; i < reals.length; i++) {
            reals[i] = normalization.apply(stored.code(i), 0);
        }
        return Tensor.of(shape, reals);
    }

    @Override
    public void close() {
        records.close();
    }
}
