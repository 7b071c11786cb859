package quern.runtime.kernel;

import quern.op.Padding;
import quern.op.Window;
import quern.tensor.Ints;
import quern.tensor.Shape;

/**
 * The geometry of pooling NHWC images.
 *
 * @param images number of images
 * @param rows vertical window
 * @param columns horizontal window
 * @param channels number of channels
 */
record PoolShape(int images, Window rows, Window columns, int channels) {
    private static final Ints NO_DILATION = Ints.of(1, 1);

    static PoolShape of(Shape x, Ints kernel, Ints stride, Padding padding) {
        return new PoolShape(
                x.dim(0),
                Window.vertical(x.dim(1), kernel.at(0), stride, NO_DILATION, padding),
                Window.horizontal(x.dim(2), kernel.at(1), stride, NO_DILATION, padding),
                x.dim(3));
    }

    /** Output pixels of all images. */
    int pixels() {
        return images * rows.output() * columns.output();
    }

    /** The most taps of a window. */
    long taps() {
        return (long) Math.min(rows.kernel(), rows.input())
                * Math.min(columns.kernel(), columns.input());
    }

    /** Elements read for all output elements. */
    long reads() {
        return pixels() * taps() * channels;
    }
}
