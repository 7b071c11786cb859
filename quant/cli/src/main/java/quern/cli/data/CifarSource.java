package quern.cli.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import quern.error.FormatException;
import quern.error.ShapeException;
import quern.tensor.DType;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * CIFAR-10 binary records: a label byte 0 to 9, then the planes of red, green and blue, 32 rows of
 * 32 pixels each. Pixels are turned into the model's layout and channel order and may be
 * normalized. Source: https://www.cs.toronto.edu/~kriz/cifar.html.
 */
final class CifarSource implements Source {
    private static final int SIDE = 32;
    private static final int PLANE = SIDE * SIDE;
    private static final int CHANNELS = 3;
    static final int RECORD = 1 + CHANNELS * PLANE;
    private static final int CLASSES = 10;

    private final Path file;
    private final ModelInput input;
    private final PictureShape picture;
    private final ChannelOrder order;
    private final Normalization normalization;
    private final Records records;
    private final int size;
    private final byte[] bytes = new byte[RECORD];

    CifarSource(Path file, ModelInput input, Preprocessing preprocessing) {
        this.file = file;
        this.input = input;
        this.picture = PictureShape.of(input, preprocessing.layout());
        if (!picture.equals(new PictureShape(SIDE, SIDE, CHANNELS, picture.layout()))) {
            throw new ShapeException(
                    file.toString(),
                    "holds colour pictures of 32x32 pixels, which do not fit " + input);
        }
        this.order = preprocessing.channels();
        this.normalization =
                preprocessing.normalizesPixels()
                        ? preprocessing.normalization()
                        : Normalization.NONE;
        normalization.check(input.name(), CHANNELS);
        this.size = count(file);
        this.records = PlainRecords.open(file, 0, size, RECORD);
    }

    private static int count(Path file) {
        try {
            long bytes = Files.size(file);
            if (bytes == 0 || bytes % RECORD != 0 || bytes / RECORD > Integer.MAX_VALUE) {
                throw new FormatException(
                        file.toString(),
                        "has " + bytes + " bytes, which are no CIFAR-10 records of 3073 each");
            }
            return (int) (bytes / RECORD);
        } catch (IOException e) {
            throw Failures.of(file, e);
        }
    }

    @Override
    public int size() {
        return size;
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
    public OptionalInt label(int row) {
        byte[] record = new byte[RECORD];
        records.read(row, record);
        return OptionalInt.of(checkedLabel(row, record));
    }

    private int checkedLabel(int row, byte[] record) {
        int label = record[0] & 0xFF;
        if (label >= CLASSES) {
            throw new FormatException(
                    name(row), "has label " + label + ", but CIFAR-10 labels are 0 to 9");
        }
        return label;
    }

    @Override
    public Tensor read(int row) {
        records.read(row, bytes);
        checkedLabel(row, bytes);
        boolean stays = normalization.isNone();
        DType dtype = stays ? DType.U8 : DType.F32;
        Tensor t = Tensor.zeros(TensorType.of(dtype, input.type().shape()));
        for (int c = 0; c < CHANNELS; c++) {
            int plane = 1 + order.component(c, CHANNELS) * PLANE;
            for (int i = 0; i < PLANE; i++) {
                byte pixel = bytes[plane + i];
                int to = picture.index(i / SIDE, i % SIDE, c);
                if (stays) {
                    t.bytes()[to] = pixel;
                } else {
                    t.floats()[to] = normalization.apply(pixel & 0xFF, c);
                }
            }
        }
        return t;
    }

    @Override
    public void close() {
        records.close();
    }
}
