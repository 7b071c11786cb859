package quern.cli.data;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import quern.error.FormatException;
import quern.error.ShapeException;
import quern.tensor.Tensor;

/**
 * A picture that is one sample: fitted, resampled and normalized. An input of integers without
 * quantization takes pixel values rounded to the nearest.
 */
final class PictureFile {
    private final ImageFit fit;
    private final ModelInput input;
    private final PictureShape shape;
    private final Preprocessing how;
    private final boolean rounds;

    private PictureFile(ImageFit fit, ModelInput input, Preprocessing how) {
        this.fit = fit;
        this.input = input;
        this.how = how;
        this.shape = PictureShape.of(input, how.layout());
        this.rounds = !input.type().dtype().isFloat() && !input.type().isQuantized();
    }

    /** A reader of pictures for an input. */
    static PictureFile open(List<Path> files, ModelInput input, Preprocessing how) {
        String first = files.get(0).toString();
        if (how.isRaw()) {
            throw new FormatException(
                    first, "is a picture; --raw is for stored integers in the input's own type");
        }
        ImageFit fit =
                how.image()
                        .orElseThrow(
                                () ->
                                        new FormatException(
                                                first,
                                                "is a picture, and neither --image nor the model's"
                                                        + " metadata says how it is fitted"));
        PictureFile reader = new PictureFile(fit, input, how);
        reader.check();
        return reader;
    }

    private void check() {
        if (fit.height() != shape.height() || fit.width() != shape.width()) {
            throw new ShapeException(
                    "input " + input.name(),
                    "it takes pictures of "
                            + shape.height()
                            + "x"
                            + shape.width()
                            + ", but --image says "
                            + fit.height()
                            + "x"
                            + fit.width());
        }
        how.normalization().check(input.name(), shape.channels());
    }

    Tensor read(Path file) {
        Picture picture = Picture.read(file);
        float[] pixels = new float[shape.elements()];
        Arrays.fill(pixels, fit.pad());
        Placement place = fit.place(picture.height(), picture.width());
        new Bilinear(picture, shape, how.channels()).draw(place, how.antialias(), pixels);
        for (int y = 0; y < shape.height(); y++) {
            for (int x = 0; x < shape.width(); x++) {
                for (int c = 0; c < shape.channels(); c++) {
                    int i = shape.index(y, x, c);
                    float value = how.normalization().apply(pixels[i], c);
                    pixels[i] = rounds ? (float) Math.floor(value + 0.5) : value;
                }
            }
        }
        return Tensor.of(input.type().shape(), pixels);
    }
}
