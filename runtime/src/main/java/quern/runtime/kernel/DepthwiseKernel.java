package quern.runtime.kernel;

import quern.op.Window;
import quern.runtime.arena.Arena;

/**
 * Depthwise convolution in tiles: some neighbouring pixels of an output row with all their channels
 * are one row of accumulators.
 *
 * <p>For each kernel row, the part of the image row that the tile sees is copied to a line, with
 * zeros for the padding and each channel as often as it has output channels; each tap of the kernel
 * row is the line moved by some pixels.
 */
final class DepthwiseKernel implements Kernel {
    /** Elements that make a loop long enough. */
    private static final int TILE = 512;

    /** Pixels that pay for the columns beside them, which a tile reads too. */
    private static final int FEWEST = 6;

    /** Taps that are multiplied at one time. */
    private static final int TAPS = 3;

    /** Rows of accumulators that are in use: results, line, taps. */
    static final int ACC = 0;

    static final int LINE = 1;
    static final int FIRST_TAP = 2;

    /** The arithmetic of an element type. */
    interface Lanes {
        /** Bytes of the weights. */
        long weightBytes();

        /** The rows of a part. */
        Object[] rows(Arena arena, int part);

        /** Sets the accumulators of a number of pixels to the bias. */
        void begin(Arena arena, int part, int pixels);

        /**
         * Fills the line: {@code count} values from {@code start} on, those of the input from
         * {@code x} on, and zeros before and behind them up to {@code length}.
         */
        void line(Arena arena, int part, int x, int start, int count, int length);

        /** Adds {@code taps} products to each of {@code n} accumulators, with weights from k on. */
        void multiply(Arena arena, int part, int taps, int k, int n);

        /** Writes {@code n} results from {@code y} on. */
        void end(Arena arena, int part, int n, int y);
    }

    private final String name;
    private final ConvShape shape;
    private final Operand x;
    private final Operand y;
    private final Lanes lanes;
    private final int pixels;
    private final int tiles;

    DepthwiseKernel(String name, ConvShape shape, Operand x, Operand y, Lanes lanes) {
        this.name = name;
        this.shape = shape;
        this.x = x;
        this.y = y;
        this.lanes = lanes;
        this.pixels = pixels(shape);
        this.tiles = (shape.columns().output() + pixels - 1) / pixels;
    }

    /** Pixels of a tile; the tiles of an output row are of nearly the same size. */
    static int pixels(ConvShape shape) {
        int width = shape.columns().output();
        int fitting = Math.max(FEWEST, TILE / Math.max(1, shape.outputChannels()));
        int tiles = Math.max(1, (width + fitting - 1) / fitting);
        return Math.max(1, (width + tiles - 1) / tiles);
    }

    /** Elements of the rows that a part needs. */
    static int[] rowSizes(ConvShape shape) {
        int results = pixels(shape) * shape.outputChannels();
        int line = span(shape, pixels(shape)) * shape.outputChannels();
        return new int[] {results, line, results, results, results};
    }

    /** Image columns that so many output pixels see. */
    private static int span(ConvShape shape, int pixels) {
        Window columns = shape.columns();
        return (pixels - 1) * columns.stride() + (columns.kernel() - 1) * columns.dilation() + 1;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int pieces() {
        return shape.images() * shape.rows().output() * tiles;
    }

    @Override
    public long work() {
        return shape.macs();
    }

    @Override
    public long packedBytes() {
        return lanes.weightBytes();
    }

    @Override
    public void run(Arena arena, int part, int parts) {
        int last = Split.start(pieces(), part + 1, parts);
        for (int piece = Split.start(pieces(), part, parts); piece < last; piece++) {
            tile(arena, part, piece / tiles, piece % tiles * pixels);
        }
    }

    /**
     * The tile that begins with pixel {@code ow} of an output row, rows counted over all images.
     */
    private void tile(Arena arena, int part, int row, int ow) {
        Window rows = shape.rows();
        Window columns = shape.columns();
        int count = Math.min(pixels, columns.output() - ow);
        int channels = shape.outputChannels();
        int top = rows.at(row % rows.output(), 0);
        int left = columns.at(ow, 0);
        int span = span(shape, count);
        int start = Math.min(Math.max(-left, 0), span);
        int inside = Math.max(Math.min(columns.input() - left, span) - start, 0);
        lanes.begin(arena, part, count);
        for (int kh = 0; kh < rows.kernel(); kh++) {
            int h = top + kh * rows.dilation();
            int pixel = (row / rows.output() * rows.input() + h) * columns.input() + left + start;
            lanes.line(
                    arena,
                    part,
                    x.offset(arena) + pixel * shape.inputChannels(),
                    start * channels,
                    rows.inside(h) ? inside * channels : 0,
                    span * channels);
            for (int kw = 0; kw < columns.kernel(); kw += TAPS) {
                int taps = Math.min(TAPS, columns.kernel() - kw);
                for (int t = 0; t < taps; t++) {
                    tap(lanes.rows(arena, part), t, (kw + t) * columns.dilation(), count);
                }
                lanes.multiply(arena, part, taps, kh * columns.kernel() + kw, count * channels);
            }
        }
        int to = y.offset(arena) + (row * columns.output() + ow) * channels;
        lanes.end(arena, part, count * channels, to);
    }

    /** What a tap sees: the line from pixel {@code from} on. */
    private void tap(Object[] rows, int t, int from, int count) {
        int channels = shape.outputChannels();
        int stride = shape.columns().stride();
        Object tap = rows[FIRST_TAP + t];
        if (stride == 1) {
            System.arraycopy(rows[LINE], from * channels, tap, 0, count * channels);
        } else {
            for (int i = 0; i < count; i++) {
                int at = (from + i * stride) * channels;
                System.arraycopy(rows[LINE], at, tap, i * channels, channels);
            }
        }
    }
}
