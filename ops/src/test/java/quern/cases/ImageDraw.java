package quern.cases;

import quern.op.Padding;
import quern.tensor.Ints;

/** Random geometry of a window that slides over an image. */
record ImageDraw(int height, int width, Ints kernel, Ints stride, Ints dilation, Padding padding) {
    /**
     * @param maxDilation 1 for pooling
     */
    static ImageDraw of(Draw d, int maxDilation) {
        Ints kernel = Ints.of(d.upTo(1, 5), d.upTo(1, 5));
        Ints stride = Ints.of(d.between(1, 3), d.between(1, 3));
        Ints dilation = Ints.of(d.upTo(1, maxDilation), d.upTo(1, maxDilation));
        int h = d.upTo(1, 12);
        int w = d.upTo(1, 12);
        switch (d.between(0, 2)) {
            case 0:
                return new ImageDraw(h, w, kernel, stride, dilation, Padding.SAME);
            case 1:
                return new ImageDraw(
                        Math.max(h, extent(kernel, dilation, 0)),
                        Math.max(w, extent(kernel, dilation, 1)),
                        kernel,
                        stride,
                        dilation,
                        Padding.VALID);
            default:
                int most = d.pick(1, 2, 6);
                Padding.Explicit pad =
                        new Padding.Explicit(
                                d.between(0, most),
                                d.between(0, most),
                                d.between(0, most),
                                d.between(0, most));
                return new ImageDraw(
                        Math.max(h, extent(kernel, dilation, 0) - pad.top() - pad.bottom()),
                        Math.max(w, extent(kernel, dilation, 1) - pad.left() - pad.right()),
                        kernel,
                        stride,
                        dilation,
                        pad);
        }
    }

    private static int extent(Ints kernel, Ints dilation, int axis) {
        return (kernel.at(axis) - 1) * dilation.at(axis) + 1;
    }
}
