package quern.runtime.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Weights of neighbouring output channels of one group, ready for the inner loops: row {@code k}
 * holds the weights that every channel has at tap {@code k}, taps in the order kernel row, kernel
 * column, input channel.
 *
 * @param group the channel group
 * @param start the first output channel
 * @param width number of output channels
 * @param rows an array of {@code width} weights for each tap
 */
record Panel<R>(int group, int start, int width, R[] rows) {
    private static final int BYTES = 256 * 1024;
    private static final int NARROWEST = 64;
    private static final int WIDEST = 256;

    /** Sets one weight of a row. */
    interface Setter<R> {
        void set(R row, int column, int weight);
    }

    /**
     * All weights of a convolution. A panel is narrow enough to stay in a cache while the pixels of
     * an image pass.
     *
     * @param allRows makes the empty rows of a panel from its width
     * @param setter fills in the weight with the given index in the filter
     */
    static <R> List<Panel<R>> pack(ConvShape shape, IntFunction<R[]> allRows, Setter<R> setter) {
        List<Panel<R>> panels = new ArrayList<>();
        int widest = widest(shape.taps());
        for (int g = 0; g < shape.groups(); g++) {
            int end = (g + 1) * shape.outputs();
            for (int start = g * shape.outputs(); start < end; start += widest) {
                int width = Math.min(widest, end - start);
                R[] rows = allRows.apply(width);
                for (int k = 0; k < rows.length; k++) {
                    for (int c = 0; c < width; c++) {
                        setter.set(rows[k], c, shape.weight(start + c, k));
                    }
                }
                panels.add(new Panel<>(g, start, width, rows));
            }
        }
        return panels;
    }

    private static int widest(int taps) {
        int fitting = BYTES / Integer.BYTES / Math.max(taps, 1) / 16 * 16;
        return Math.max(NARROWEST, Math.min(WIDEST, fitting));
    }

    /** The width of the panels of a convolution. */
    static int width(ConvShape shape) {
        return Math.min(widest(shape.taps()), shape.outputs());
    }

    /** Bytes of panels of four-byte weights. */
    static long bytes(List<? extends Panel<?>> panels) {
        long sum = 0;
        for (Panel<?> p : panels) {
            sum += (long) p.width() * p.rows().length * Integer.BYTES;
        }
        return sum;
    }

    /** The width of the widest panel. */
    static int widest(List<? extends Panel<?>> panels) {
        return panels.stream().mapToInt(Panel::width).max().orElse(0);
    }
}
