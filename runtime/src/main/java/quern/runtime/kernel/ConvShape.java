package quern.runtime.kernel;

import quern.op.Window;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.tensor.Shape;

/**
 * The geometry of a convolution of NHWC images with grouped channels. A fully connected layer is
 * one whose image is a row of pixels; a depthwise convolution has a group for each input channel.
 *
 * @param images number of images
 * @param rows vertical window
 * @param columns horizontal window
 * @param groups channel groups
 * @param inputs input channels of a group
 * @param outputs output channels of a group
 * @param depthwise filter layout 1HWC instead of OHWI
 */
record ConvShape(
        int images,
        Window rows,
        Window columns,
        int groups,
        int inputs,
        int outputs,
        boolean depthwise) {
    static ConvShape of(Conv2d op, Shape x, Shape w) {
        return new ConvShape(
                x.dim(0),
                Window.vertical(x.dim(1), w.dim(1), op.stride(), op.dilation(), op.padding()),
                Window.horizontal(x.dim(2), w.dim(2), op.stride(), op.dilation(), op.padding()),
                op.groups(),
                w.dim(3),
                w.dim(0) / op.groups(),
                false);
    }

    static ConvShape of(DepthwiseConv2d op, Shape x, Shape w) {
        return new ConvShape(
                x.dim(0),
                Window.vertical(x.dim(1), w.dim(1), op.stride(), op.dilation(), op.padding()),
                Window.horizontal(x.dim(2), w.dim(2), op.stride(), op.dilation(), op.padding()),
                x.dim(3),
                1,
                w.dim(3) / x.dim(3),
                true);
    }

    /** A fully connected layer over {@code count} rows with weights [outputs, inputs]. */
    static ConvShape rows(int count, Shape w) {
        Window row = new Window(1, 1, 1, 1, 0, 1);
        Window pixels = new Window(count, 1, 1, 1, 0, count);
        return new ConvShape(1, row, pixels, 1, w.dim(1), w.dim(0), false);
    }

    /** A convolution of single pixels as rows of pixels of one image. */
    static ConvShape flat(ConvShape s) {
        int count = s.pixels();
        Window pixels = new Window(count, 1, 1, 1, 0, count);
        Window one = new Window(1, 1, 1, 1, 0, 1);
        return new ConvShape(1, pixels, one, s.groups(), s.inputs(), s.outputs(), s.depthwise());
    }

    /** Input channels of all groups. */
    int inputChannels() {
        return groups * inputs;
    }

    /** Output channels of all groups. */
    int outputChannels() {
        return groups * outputs;
    }

    /** Products that make one output element. */
    int taps() {
        return rows.kernel() * columns.kernel() * inputs;
    }

    /** Output pixels of all images. */
    int pixels() {
        return images * rows.output() * columns.output();
    }

    /** Multiplications of all output elements. */
    long macs() {
        return (long) pixels() * outputChannels() * taps();
    }

    /** Element of the filter that output channel {@code o} uses at tap {@code k}. */
    int weight(int o, int k) {
        return depthwise ? k * outputChannels() + o : o * taps() + k;
    }

    /**
     * Whether the channels of neighbouring taps stand next to each other in the image, so that a
     * row of taps is one run of values.
     */
    boolean contiguous() {
        return groups == 1 && columns.dilation() == 1;
    }
}
