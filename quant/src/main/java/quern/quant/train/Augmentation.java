package quern.quant.train;

import quern.tensor.Shape;

/**
 * Random changes of images HWC while they are read.
 *
 * @param flip mirror left and right, every other image
 * @param shift move by up to so many pixels in each direction; what comes in is zero
 */
public record Augmentation(boolean flip, int shift) {
    /** Images as they are. */
    public static final Augmentation NONE = new Augmentation(false, 0);

    public Augmentation {
        if (shift < 0) {
            throw new IllegalArgumentException("a shift is 0 or more pixels, not " + shift);
        }
    }

    void apply(Seeded random, Shape shape, float[] from, float[] to, int offset) {
        boolean mirrored = flip && random.below(2) == 1;
        int down = random.below(2 * shift + 1) - shift;
        int right = random.below(2 * shift + 1) - shift;
        int height = shape.dim(0);
        int width = shape.dim(1);
        int channels = shape.dim(2);
        for (int i = 0; i < height * width; i++) {
            int h = i / width - down;
            int w = i % width - right;
            boolean inside = h >= 0 && h < height && w >= 0 && w < width;
            int source = (h * width + (mirrored ? width - 1 - w : w)) * channels;
            for (int c = 0; c < channels; c++) {
                to[offset + i * channels + c] = inside ? from[source + c] : 0;
            }
        }
    }
}
