package quern.runtime.kernel;

import java.util.ArrayList;
import java.util.List;
import quern.op.TransposedWindow;
import quern.op.nn.TransposeConv;
import quern.tensor.Shape;

/**
 * How a convolution of NHWC images with an OHWI filter is cut into tiles: some pixels of the output
 * in one or more rows, which are the lanes of the inner loops.
 *
 * @param images number of images
 * @param groups channel groups
 * @param inputs input channels of a group
 * @param outputs output channels of a group
 * @param taps products that make an output element, those of all taps of the filter
 * @param kernelColumns width of the filter
 * @param outputRows height of the output
 * @param outputColumns width of the output
 * @param tiles the tiles of one image
 */
record TileShape(
        int images,
        int groups,
        int inputs,
        int outputs,
        int taps,
        int kernelColumns,
        int outputRows,
        int outputColumns,
        List<Tile> tiles) {
    /** Lanes that make a loop long enough. */
    static final int LANES = 256;

    /** Elements of the lines of a tile that stay in a cache. */
    private static final int LINES = 128 * 1024;

    private static final int MOST_LINES = 16 * LINES;

    /**
     * A tile: {@code height} rows of {@code width} pixels from row {@code top} and column {@code
     * left} of the outputs of two axes.
     */
    record Tile(TileAxis rows, TileAxis columns, int top, int left, int height, int width) {
        /** Whether taps are read straight from the image: there is no more than one. */
        boolean direct() {
            return rows.taps().size() * columns.taps().size() <= 1;
        }

        /** Columns of the image that the tile sees. */
        int lineWidth() {
            return (int) columns.span(width);
        }

        /** Rows of the image that the tile sees. */
        int lines() {
            return (int) rows.span(height);
        }

        /** Lanes from one row of pixels to the next. */
        int pitch() {
            return direct() || columns.stride() > 1 ? width : lineWidth();
        }

        /** Lanes from the first pixel to the last. */
        int lanes() {
            return (height - 1) * pitch() + width;
        }
    }

    /** The tiles of a convolution. */
    static TileShape of(ConvShape s) {
        List<Tile> tiles = new ArrayList<>();
        cut(TileAxis.of(s.rows()), TileAxis.of(s.columns()), s.inputs(), tiles);
        return new TileShape(
                s.images(),
                s.groups(),
                s.inputs(),
                s.outputs(),
                s.taps(),
                s.columns().kernel(),
                s.rows().output(),
                s.columns().output(),
                tiles);
    }

    /** The tiles of a transposed convolution. */
    static TileShape of(TransposeConv op, Shape x, Shape w) {
        int height = op.size().at(0);
        int width = op.size().at(1);
        var rows = TransposedWindow.vertical(x.dim(1), w.dim(1), op.stride(), op.padding(), height);
        var columns =
                TransposedWindow.horizontal(x.dim(2), w.dim(2), op.stride(), op.padding(), width);
        List<Tile> tiles = new ArrayList<>();
        for (TileAxis r : TileAxis.of(rows)) {
            for (TileAxis c : TileAxis.of(columns)) {
                cut(r, c, x.dim(3), tiles);
            }
        }
        int taps = w.dim(1) * w.dim(2) * w.dim(3);
        return new TileShape(x.dim(0), 1, x.dim(3), w.dim(0), taps, w.dim(2), height, width, tiles);
    }

    /** Tiles of nearly the same size. */
    private static void cut(TileAxis rows, TileAxis columns, int inputs, List<Tile> tiles) {
        if (rows.outputs() == 0 || columns.outputs() == 0) {
            return;
        }
        int width = even(columns.outputs(), LANES);
        int pitch = new Tile(rows, columns, 0, 0, 1, width).pitch();
        int fitting = width < columns.outputs() ? 1 : Math.max(1, LANES / pitch);
        int height = even(rows.outputs(), fitting);
        while (height > 1 && lineElements(rows, columns, height, width, inputs) > LINES) {
            height = (height + 1) / 2;
        }
        for (int top = 0; top < rows.outputs(); top += height) {
            for (int left = 0; left < columns.outputs(); left += width) {
                tiles.add(
                        new Tile(
                                rows,
                                columns,
                                top,
                                left,
                                Math.min(height, rows.outputs() - top),
                                Math.min(width, columns.outputs() - left)));
            }
        }
    }

    private static long lineElements(
            TileAxis rows, TileAxis columns, int height, int width, int inputs) {
        Tile tile = new Tile(rows, columns, 0, 0, height, width);
        double elements = (double) rows.span(height) * columns.span(width) * inputs;
        return tile.direct() ? 0 : (long) elements;
    }

    private static int even(int total, int most) {
        int parts = (total + most - 1) / most;
        return (total + parts - 1) / parts;
    }

    /** Whether the lines of every tile have a reasonable size. */
    boolean fits() {
        return mostLineElements() <= MOST_LINES;
    }

    /** Elements of the lines that the largest tile sees. */
    int lineElements() {
        return Math.toIntExact(mostLineElements());
    }

    private long mostLineElements() {
        long most = 0;
        for (Tile t : tiles) {
            most =
                    Math.max(
                            most,
                            lineElements(t.rows(), t.columns(), t.height(), t.width(), inputs));
        }
        return most;
    }

    /** The most lanes of a tile. */
    int lanes() {
        return tiles.stream().mapToInt(Tile::lanes).max().orElse(0);
    }

    /** Multiplications of all output elements, those with padding too. */
    long macs() {
        long sum = 0;
        for (Tile t : tiles) {
            long pixels = (long) t.height() * t.width();
            sum += pixels * t.rows().taps().size() * t.columns().taps().size();
        }
        return sum * images * groups * inputs * outputs;
    }

    int inputChannels() {
        return groups * inputs;
    }

    int outputChannels() {
        return groups * outputs;
    }
}
