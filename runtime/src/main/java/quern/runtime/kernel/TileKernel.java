package quern.runtime.kernel;

import quern.runtime.arena.Arena;
import quern.runtime.kernel.TileShape.Tile;

/**
 * Convolutions whose lanes are pixels of the output: for few output channels, for weights that are
 * not constant, for transposed convolutions. Weights are read where they are; nothing is packed.
 *
 * <p>For each tile and group, the part of the image that the tile sees is copied to lines, channel
 * by channel, with zeros for the padding. Some taps at a time, what each tap sees is copied to a
 * row of its own, and for each output channel these rows are multiplied by its weights.
 */
final class TileKernel implements Kernel {
    /** Taps that are multiplied at one time: their rows stay in the nearest cache. */
    static final int TAPS = 32;

    /** Output channels that use the rows of a tap. */
    static final int CHANNELS = 128;

    /** Channels whose values are loaded or stored at one time where they stand side by side. */
    static final int ABREAST = 4;

    /** Rows of accumulators that are in use: lines, taps, results. */
    static final int LINES = 0;

    static final int FIRST_TAP = 1;
    static final int FIRST_RESULT = FIRST_TAP + TAPS;

    /** The arithmetic of an element type. */
    interface Lanes {
        /** Bytes of weights that are not those of the graph. */
        default long packedBytes() {
            return 0;
        }

        /** Zeros in {@code n} places of a row from {@code at} on. */
        void zeros(Arena arena, int part, int row, int at, int n);

        /**
         * {@code n} values of the input, from element {@code x} on at a distance of {@code step},
         * in a row from {@code at} on.
         */
        void load(Arena arena, int part, int x, int step, int row, int at, int n);

        /** {@link #load} of {@link #ABREAST} channels, each in a row of its own. */
        void loadAbreast(Arena arena, int part, int x, int step, int row, int at, int n);

        /** Every {@code step}-th element of the lines, from {@code from} on, in a row. */
        void pick(Arena arena, int part, int from, int step, int row, int at, int n);

        /** Sets a result row of output channel {@code o} to the bias. */
        void begin(Arena arena, int part, int row, int o, int lanes);

        /**
         * Adds to a result row of output channel {@code o} the rows of {@code count} taps, the
         * first of which is row {@code tap} and has weight {@code k} of the channel.
         */
        void multiply(Arena arena, int part, int row, int o, int k, int count, int tap, int lanes);

        /** Turns a result row of output channel {@code o} into results. */
        void end(Arena arena, int part, int row, int o, int lanes);

        /**
         * Writes {@code n} results from lane {@code lane} on to the output from element {@code y}
         * on at a distance of {@code step}.
         */
        void store(Arena arena, int part, int row, int lane, int y, int step, int n);

        /** {@link #store} of {@link #ABREAST} rows to channels side by side. */
        void storeAbreast(Arena arena, int part, int row, int lane, int y, int step, int n);
    }

    private final String name;
    private final TileShape shape;
    private final Operand x;
    private final Operand y;
    private final Lanes lanes;
    private final Tile[] tiles;
    private final int[][] taps;
    private final int blocks;
    private final int rows;
    private final int columns;

    TileKernel(String name, TileShape shape, Operand x, Operand y, Lanes lanes) {
        this.name = name;
        this.shape = shape;
        this.x = x;
        this.y = y;
        this.lanes = lanes;
        this.tiles = shape.tiles().toArray(Tile[]::new);
        this.taps = new int[tiles.length][];
        this.blocks = (shape.outputs() + CHANNELS - 1) / CHANNELS;
        this.rows = tiles.length == 0 ? 0 : tiles[0].rows().input();
        this.columns = tiles.length == 0 ? 0 : tiles[0].columns().input();
        for (int i = 0; i < taps.length; i++) {
            taps[i] = i > 0 && sameTaps(tiles[i - 1], tiles[i]) ? taps[i - 1] : weights(tiles[i]);
        }
    }

    private static boolean sameTaps(Tile a, Tile b) {
        return a.rows() == b.rows() && a.columns() == b.columns();
    }

    /** For each tap of a tile, the place of its first weight within an output channel's. */
    private int[] weights(Tile t) {
        int width = t.columns().taps().size();
        int[] all = new int[t.rows().taps().size() * width];
        for (int i = 0; i < all.length; i++) {
            int kh = t.rows().taps().at(i / width);
            int kw = t.columns().taps().at(i % width);
            all[i] = (kh * shape.kernelColumns() + kw) * shape.inputs();
        }
        return all;
    }

    /** Elements of the rows that a part needs. */
    static int[] rowSizes(TileShape shape) {
        int results = Math.min(CHANNELS, shape.outputs());
        int[] sizes = new int[FIRST_RESULT + results];
        sizes[LINES] = shape.lineElements();
        for (int i = FIRST_TAP; i < sizes.length; i++) {
            sizes[i] = i < FIRST_RESULT && i > shape.taps() ? 0 : shape.lanes();
        }
        return sizes;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int pieces() {
        return shape.images() * shape.groups() * blocks * tiles.length;
    }

    @Override
    public long work() {
        return shape.macs();
    }

    @Override
    public long packedBytes() {
        return lanes.packedBytes();
    }

    @Override
    public void run(Arena arena, int part, int parts) {
        int last = Split.start(pieces(), part + 1, parts);
        for (int piece = Split.start(pieces(), part, parts); piece < last; piece++) {
            int block = piece % blocks;
            int tile = piece / blocks % tiles.length;
            int group = piece / blocks / tiles.length % shape.groups();
            int image = piece / blocks / tiles.length / shape.groups();
            int first = group * shape.outputs() + block * CHANNELS;
            int end = Math.min(first + CHANNELS, (group + 1) * shape.outputs());
            tile(arena, part, image, group, tile, first, end);
        }
    }

    /** Output channels {@code first} to {@code end - 1} of a tile. */
    private void tile(Arena arena, int part, int image, int group, int number, int first, int end) {
        Tile t = tiles[number];
        int n = t.lanes();
        int from = x.offset(arena) + image * rows * columns * shape.inputChannels();
        from += group * shape.inputs();
        if (!t.direct()) {
            lines(arena, part, t, from);
        }
        for (int o = first; o < end; o++) {
            lanes.begin(arena, part, FIRST_RESULT + o - first, o, n);
        }
        int[] weights = taps[number];
        int total = weights.length * shape.inputs();
        boolean whole = total == shape.taps();
        for (int k = 0; k < total; k += TAPS) {
            int count = Math.min(TAPS, total - k);
            for (int i = 0; i < count; ) {
                int channels = t.direct() && i + ABREAST <= count ? ABREAST : 1;
                tap(arena, part, t, from, k + i, channels, FIRST_TAP + i);
                i += channels;
            }
            for (int o = first; o < end; o++) {
                int row = FIRST_RESULT + o - first;
                if (whole) {
                    lanes.multiply(arena, part, row, o, k, count, FIRST_TAP, n);
                } else {
                    pieces(arena, part, row, o, weights, k, count, n);
                }
            }
        }
        for (int o = first; o < end; ) {
            int channels = o + ABREAST <= end ? ABREAST : 1;
            int row = FIRST_RESULT + o - first;
            for (int i = 0; i < channels; i++) {
                lanes.end(arena, part, row + i, o + i, n);
            }
            store(arena, part, t, image, row, o, channels);
            o += channels;
        }
    }

    /** The weights of the taps in pieces that stand next to each other. */
    private void pieces(
            Arena arena, int part, int row, int o, int[] weights, int k, int count, int n) {
        int inputs = shape.inputs();
        for (int i = 0; i < count; ) {
            int channel = (k + i) % inputs;
            int run = Math.min(inputs - channel, count - i);
            int weight = weights[(k + i) / inputs] + channel;
            lanes.multiply(arena, part, row, o, weight, run, FIRST_TAP + i, n);
            i += run;
        }
    }

    /** Copies what the tile sees of the image, channel by channel. */
    private void lines(Arena arena, int part, Tile t, int from) {
        int width = t.lineWidth();
        int top = t.top() * t.rows().stride() + t.rows().least();
        int left = t.left() * t.columns().stride() + t.columns().least();
        int at = 0;
        for (int c = 0; c < shape.inputs(); c++) {
            for (int line = 0; line < t.lines(); line++) {
                pixels(arena, part, from + c, 1, top + line, left, 1, LINES, at, width);
                at += width;
            }
        }
    }

    /**
     * Values of one or {@link #ABREAST} channels of {@code n} pixels of image row {@code h}, which
     * may lie in the padding, from column {@code w} on at a distance of {@code step}.
     */
    private void pixels(
            Arena arena,
            int part,
            int from,
            int count,
            int h,
            int w,
            int step,
            int row,
            int at,
            int n) {
        int start = 0;
        int end = 0;
        if (h >= 0 && h < rows) {
            start = w >= 0 ? 0 : Math.min(n, (-w + step - 1) / step);
            end = w >= columns ? start : Math.min(n, (columns - 1 - w) / step + 1);
            end = Math.max(start, end);
        }
        int channels = shape.inputChannels();
        for (int i = 0; i < count; i++) {
            lanes.zeros(arena, part, row + i, at, start);
            lanes.zeros(arena, part, row + i, at + end, n - end);
        }
        if (end == start) {
            return;
        }
        int x = from + (h * columns + w + start * step) * channels;
        if (count == ABREAST) {
            lanes.loadAbreast(arena, part, x, step * channels, row, at + start, end - start);
        } else {
            lanes.load(arena, part, x, step * channels, row, at + start, end - start);
        }
    }

    /**
     * Fills a row with what tap {@code k} sees, taps counted over all input channels; and the rows
     * after it with what the next ones see, if {@code count} is more than 1.
     */
    private void tap(Arena arena, int part, Tile t, int from, int k, int count, int row) {
        int c = k % shape.inputs();
        int place = k / shape.inputs();
        int width = t.columns().taps().size();
        int rowOffset = t.rows().offsets().at(place / width);
        int columnOffset = t.columns().offsets().at(place % width);
        int stride = t.columns().stride();
        if (t.direct()) {
            int left = t.left() * stride + columnOffset;
            for (int r = 0; r < t.height(); r++) {
                int h = (t.top() + r) * t.rows().stride() + rowOffset;
                int at = r * t.pitch();
                pixels(arena, part, from + c, count, h, left, stride, row, at, t.width());
            }
            return;
        }
        int lineWidth = t.lineWidth();
        int down = rowOffset - t.rows().least();
        int right = columnOffset - t.columns().least();
        int line = (c * t.lines() + down) * lineWidth + right;
        if (stride == 1 && t.rows().stride() == 1) {
            lanes.pick(arena, part, line, 1, row, 0, t.lanes());
            return;
        }
        for (int r = 0; r < t.height(); r++) {
            lanes.pick(arena, part, line, stride, row, r * t.pitch(), t.width());
            line += t.rows().stride() * lineWidth;
        }
    }

    private void store(Arena arena, int part, Tile t, int image, int row, int o, int count) {
        int channels = shape.outputChannels();
        int step = t.columns().step() * channels;
        for (int r = 0; r < t.height(); r++) {
            int oh = t.rows().first() + (t.top() + r) * t.rows().step();
            int ow = t.columns().first() + t.left() * t.columns().step();
            int pixel = (image * shape.outputRows() + oh) * shape.outputColumns() + ow;
            int to = y.offset(arena) + pixel * channels + o;
            if (count == ABREAST) {
                lanes.storeAbreast(arena, part, row, r * t.pitch(), to, step, t.width());
            } else {
                lanes.store(arena, part, row, r * t.pitch(), to, step, t.width());
            }
        }
    }
}
