package quern.cli.data;

import java.util.Optional;
import quern.error.ShapeException;
import quern.tensor.Shape;

/**
 * A tensor shape seen as one picture.
 *
 * @param height rows
 * @param width columns
 * @param channels 1 for grey, 3 for colour
 * @param layout where the channels stand
 */
record PictureShape(int height, int width, int channels, Layout layout) {
    /**
     * Sees an input as a picture.
     *
     * @param layout empty to see it from the shape: NHWC if the last dimension is 1 or 3, else NCHW
     */
    static PictureShape of(ModelInput input, Optional<Layout> layout) {
        Shape shape = input.withoutBatch();
        if (shape.rank() != 3) {
            throw refused(input, "is no picture [1,height,width,channels]");
        }
        Layout axes = layout.orElse(isChannels(shape.dim(2)) ? Layout.NHWC : Layout.NCHW);
        boolean last = axes == Layout.NHWC;
        int channels = shape.dim(last ? 2 : 0);
        if (!isChannels(channels)) {
            throw refused(
                    input, "has " + channels + " channels as " + axes.label() + ", not 1 or 3");
        }
        return new PictureShape(shape.dim(last ? 0 : 1), shape.dim(last ? 1 : 2), channels, axes);
    }

    private static boolean isChannels(int dim) {
        return dim == 1 || dim == 3;
    }

    private static ShapeException refused(ModelInput input, String why) {
        return new ShapeException(
                "input " + input.name(), "its shape " + input.type().shape() + " " + why);
    }

    int elements() {
        return height * width * channels;
    }

    /** Index of channel {@code c} of the pixel in row {@code y} and column {@code x}. */
    int index(int y, int x, int c) {
        return layout == Layout.NHWC
                ? (y * width + x) * channels + c
                : (c * height + y) * width + x;
    }
}
