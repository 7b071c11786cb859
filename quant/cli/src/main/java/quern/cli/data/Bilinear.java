package quern.cli.data;

import java.util.Arrays;

/**
 * Bilinear resampling with half-pixel centres and without a filter against aliasing, from 8-bit
 * components in binary32: the same on every JVM.
 *
 * <p>Along each axis the source position of target pixel {@code t} is {@code p = start + (t + 0.5)
 * * length / size - 0.5}, limited to the picture; with {@code f = p - floor(p)} the value is {@code
 * a + f * (b - a)} of the two pixels around it, first along rows, then down. For one channel,
 * colours become grey before they are resampled.
 */
final class Bilinear {
    private final Picture picture;
    private final PictureShape shape;
    private final ChannelOrder order;
    private int[] upper;
    private int[] lower;
    private int upperRow = -1;
    private int lowerRow = -1;

    Bilinear(Picture picture, PictureShape shape, ChannelOrder order) {
        this.picture = picture;
        this.shape = shape;
        this.order = order;
        this.upper = new int[picture.width() * Picture.COMPONENTS];
        this.lower = new int[picture.width() * Picture.COMPONENTS];
    }

    /** Draws the part of the picture into the pixels of a tensor; others stay as they are. */
    void draw(Placement p, float[] pixels) {
        Taps across = new Taps(p.sourceX(), p.sourceWidth(), p.width(), picture.width());
        Taps down = new Taps(p.sourceY(), p.sourceHeight(), p.height(), picture.height());
        for (int y = 0; y < p.height(); y++) {
            load(down.first[y], down.second[y]);
            for (int x = 0; x < p.width(); x++) {
                for (int c = 0; c < shape.channels(); c++) {
                    float above = across(upper, across, x, c);
                    float below = across(lower, across, x, c);
                    pixels[shape.index(p.top() + y, p.left() + x, c)] =
                            above + down.fraction[y] * (below - above);
                }
            }
        }
    }

    private float across(int[] row, Taps taps, int x, int c) {
        int component = shape.channels() == 1 ? 0 : order.component(c, shape.channels());
        int a = row[taps.first[x] * Picture.COMPONENTS + component];
        int b = row[taps.second[x] * Picture.COMPONENTS + component];
        return a + taps.fraction[x] * (b - a);
    }

    private void load(int above, int below) {
        if (above == lowerRow) {
            int[] swapped = upper;
            upper = lower;
            lower = swapped;
            lowerRow = upperRow;
            upperRow = above;
        }
        if (above != upperRow) {
            row(above, upper);
            upperRow = above;
        }
        if (below != lowerRow) {
            row(below, lower);
            lowerRow = below;
        }
    }

    private void row(int y, int[] into) {
        picture.row(y, into);
        if (shape.channels() == 1) {
            for (int i = 0; i < into.length; i += Picture.COMPONENTS) {
                int grey = Picture.grey(into[i], into[i + 1], into[i + 2]);
                Arrays.fill(into, i, i + Picture.COMPONENTS, grey);
            }
        }
    }

    private static final class Taps {
        private final int[] first;
        private final int[] second;
        private final float[] fraction;

        Taps(double start, double length, int size, int pixels) {
            first = new int[size];
            second = new int[size];
            fraction = new float[size];
            for (int t = 0; t < size; t++) {
                double p = start + (t + 0.5) * length / size - 0.5;
                double limited = Math.max(0, Math.min(p, pixels - 1));
                first[t] = (int) limited;
                second[t] = Math.min(first[t] + 1, pixels - 1);
                fraction[t] = (float) (limited - first[t]);
            }
        }
    }
}
