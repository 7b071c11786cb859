package quern.cli.data;

import java.util.Arrays;

/**
 * Bilinear resampling with half-pixel centres ({@link Taps}) from 8-bit components: sums of
 * products in binary64 in ascending order, first along rows, then down, rounded once to binary32.
 * The same on every JVM. For one channel, colours become grey before they are resampled.
 */
final class Bilinear {
    private final Picture picture;
    private final PictureShape shape;
    private final ChannelOrder order;
    private final int[] pixels;

    Bilinear(Picture picture, PictureShape shape, ChannelOrder order) {
        this.picture = picture;
        this.shape = shape;
        this.order = order;
        this.pixels = new int[picture.width() * Picture.COMPONENTS];
    }

    /** Draws a part of the picture into the pixels of a tensor; others stay as they are. */
    void draw(Placement p, boolean antialias, float[] into) {
        Taps across = new Taps(p.sourceX(), p.sourceWidth(), p.width(), picture.width(), antialias);
        Taps down =
                new Taps(p.sourceY(), p.sourceHeight(), p.height(), picture.height(), antialias);
        double[][] rows = new double[down.window()][p.width() * shape.channels()];
        int[] held = new int[rows.length];
        Arrays.fill(held, -1);
        double[] sum = new double[p.width() * shape.channels()];
        for (int y = 0; y < p.height(); y++) {
            double[] weights = down.weights(y);
            Arrays.fill(sum, 0);
            for (int k = 0; k < weights.length; k++) {
                int row = down.first(y) + k;
                int slot = row % rows.length;
                if (held[slot] != row) {
                    across(row, across, rows[slot]);
                    held[slot] = row;
                }
                for (int i = 0; i < sum.length; i++) {
                    sum[i] += weights[k] * rows[slot][i];
                }
            }
            for (int i = 0; i < sum.length; i++) {
                int x = p.left() + i / shape.channels();
                into[shape.index(p.top() + y, x, i % shape.channels())] = (float) sum[i];
            }
        }
    }

    /** One source row, resampled along its length. */
    private void across(int row, Taps taps, double[] into) {
        load(row);
        for (int i = 0; i < into.length; i++) {
            int x = i / shape.channels();
            double[] weights = taps.weights(x);
            int at = taps.first(x) * Picture.COMPONENTS + component(i % shape.channels());
            double sum = 0;
            for (double weight : weights) {
                sum += weight * pixels[at];
                at += Picture.COMPONENTS;
            }
            into[i] = sum;
        }
    }

    private int component(int c) {
        return shape.channels() == 1 ? 0 : order.component(c, shape.channels());
    }

    private void load(int row) {
        picture.row(row, pixels);
        if (shape.channels() == 1) {
            for (int i = 0; i < pixels.length; i += Picture.COMPONENTS) {
                pixels[i] = Picture.grey(pixels[i], pixels[i + 1], pixels[i + 2]);
            }
        }
    }
}
