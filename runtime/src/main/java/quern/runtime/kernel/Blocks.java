package quern.runtime.kernel;

import quern.op.Window;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Walk;

/**
 * The output pixels of a convolution in blocks of whole rows, small enough to stay in a cache while
 * all panels of weights pass. All blocks of an image look alike, the last may be lower. Either a
 * block reads the image where it is, or the part of the image that it sees is staged: copied to
 * scratch, with the padding around it.
 *
 * @param shape the convolution
 * @param rows output rows of a block
 * @param staged whether it reads a copy
 */
record Blocks(ConvShape shape, int rows, boolean staged) {
    /** Pixels of a block. */
    private static final int PIXELS = 256;

    /** Results of a block with a window for each channel. */
    private static final int RESULTS = 16384;

    /** Where a staged part comes from and goes to. */
    interface Stage {
        /** Copies {@code n} elements from element {@code x} of the input on. */
        void copy(Arena arena, int part, int x, int to, int n);

        /** Puts padding into {@code n} places. */
        void pad(Arena arena, int part, int to, int n);
    }

    /**
     * @param copied whether the image is staged even where it has no padding
     */
    static Blocks of(ConvShape shape, boolean copied) {
        ConvShape flat = isPointwise(shape) ? ConvShape.flat(shape) : shape;
        int height = flat.rows().output();
        int width = Math.max(1, flat.columns().output());
        int pixels =
                shape.depthwise()
                        ? Math.max(1, RESULTS / Math.max(1, shape.outputChannels()))
                        : PIXELS;
        int count = (int) Math.max(1, (long) height * width / pixels);
        int rows = Math.max(1, (height + count - 1) / count);
        boolean padded = flat.rows().padded() || flat.columns().padded();
        return new Blocks(flat, rows, copied || padded);
    }

    private static boolean isPointwise(ConvShape s) {
        Window r = s.rows();
        Window c = s.columns();
        return r.kernel() * c.kernel() == 1
                && r.stride() * c.stride() == 1
                && !r.padded()
                && !c.padded();
    }

    /** Blocks of an image. */
    private int perImage() {
        return (shape.rows().output() + rows - 1) / rows;
    }

    /** Blocks of all images. */
    int count() {
        return shape.images() * perImage();
    }

    /** Pixels of one block. */
    int pixels(int block) {
        int top = block % perImage() * rows;
        return Math.min(rows, shape.rows().output() - top) * shape.columns().output();
    }

    /** Pixels of the largest block. */
    int mostPixels() {
        return rows * shape.columns().output();
    }

    /** Elements of a pixel of the image. */
    private int channels() {
        return shape.inputChannels();
    }

    private static int span(Window w, int outputs) {
        return (outputs - 1) * w.stride() + (w.kernel() - 1) * w.dilation() + 1;
    }

    /** Pixels of a row of what a block reads. */
    private int lineWidth() {
        return staged ? span(shape.columns(), shape.columns().output()) : shape.columns().input();
    }

    /** Elements of the staged part of the image. */
    int stagedElements() {
        return staged ? span(shape.rows(), rows) * lineWidth() * channels() : 0;
    }

    /** The first element of the output that a block makes. */
    int output(int block) {
        int image = block / perImage();
        int row = image * shape.rows().output() + block % perImage() * rows;
        return row * shape.columns().output() * shape.outputChannels();
    }

    /** The first element of the input that a block reads where it is. */
    int input(int block) {
        int image = block / perImage();
        int row = image * shape.rows().input() + block % perImage() * rows * shape.rows().stride();
        return row * shape.columns().input() * channels();
    }

    /** Copies what a block sees. */
    void stage(Arena arena, int part, int block, Stage stage) {
        Window r = shape.rows();
        Window c = shape.columns();
        int width = lineWidth();
        int left = c.at(0, 0);
        int start = Math.min(width, Math.max(0, -left));
        int count = Math.max(0, Math.min(c.input() - left, width) - start);
        int image = block / perImage() * r.input();
        int top = r.at(block % perImage() * rows, 0);
        int lines = span(r, pixels(block) / c.output());
        int to = 0;
        for (int i = 0; i < lines; i++) {
            int copied = r.inside(top + i) ? count : 0;
            int end = start + copied;
            if (start > 0) {
                stage.pad(arena, part, to, start * channels());
            }
            if (copied > 0) {
                int x = ((image + top + i) * c.input() + left + start) * channels();
                stage.copy(arena, part, x, to + start * channels(), copied * channels());
            }
            if (end < width) {
                stage.pad(arena, part, to + end * channels(), (width - end) * channels());
            }
            to += width * channels();
        }
    }

    /** Where the windows of a block lie, taps as given. */
    Walk walk(int[] taps) {
        int width = shape.columns().output();
        int[] from = new int[rows * width];
        int[] to = new int[from.length];
        for (int p = 0; p < from.length; p++) {
            int row = p / width * shape.rows().stride();
            int column = p % width * shape.columns().stride();
            from[p] = (row * lineWidth() + column) * channels();
            to[p] = p * shape.outputChannels();
        }
        return new Walk(from, to, taps);
    }

    /** Where the results of a block stand one pixel after the other with so many channels each. */
    Walk dense(Walk walk, int channels) {
        int[] to = new int[walk.to().length];
        for (int p = 0; p < to.length; p++) {
            to[p] = p * channels;
        }
        return new Walk(walk.from(), to, walk.taps());
    }

    /** The taps of a window in the order kernel row, kernel column, input channel of a group. */
    int[] taps() {
        int inputs = shape.inputs();
        int[] taps = new int[shape.taps()];
        for (int k = 0; k < taps.length; k++) {
            taps[k] = place(k / inputs) + k % inputs;
        }
        return taps;
    }

    /** The taps of a window over all channels. */
    int[] places() {
        int[] taps = new int[shape.rows().kernel() * shape.columns().kernel()];
        for (int k = 0; k < taps.length; k++) {
            taps[k] = place(k);
        }
        return taps;
    }

    private int place(int k) {
        int row = k / shape.columns().kernel() * shape.rows().dilation();
        int column = k % shape.columns().kernel() * shape.columns().dilation();
        return (row * lineWidth() + column) * channels();
    }
}
