package quern.quant.train;

import quern.tensor.Shape;

/** Small images whose class is the place of a bright blob, over noise. */
final class Blobs implements Samples {
    static final int CLASSES = 4;
    private final float[][] images;

    Blobs(int size, int pixels, int channels, long seed) {
        images = new float[size][pixels * pixels * channels];
        for (int i = 0; i < size; i++) {
            Seeded random = new Seeded(seed, i);
            int place = i % CLASSES;
            for (int p = 0; p < images[i].length; p++) {
                int h = p / channels / pixels;
                int w = p / channels % pixels;
                boolean bright = (h * 2 / pixels) * 2 + w * 2 / pixels == place;
                images[i][p] = 0.5f * random.normal() + (bright ? 1 : 0);
            }
        }
        this.shape = Shape.of(pixels, pixels, channels);
    }

    private final Shape shape;

    @Override
    public int size() {
        return images.length;
    }

    @Override
    public Shape shape() {
        return shape;
    }

    @Override
    public void read(int i, float[] to, int offset) {
        System.arraycopy(images[i], 0, to, offset, images[i].length);
    }

    @Override
    public int label(int i) {
        return i % CLASSES;
    }
}
