package quern.cli.training;

import quern.cli.data.DataSet;
import quern.error.FormatException;
import quern.quant.train.Samples;
import quern.tensor.Shape;
import quern.tensor.Tensor;

/** All samples of a data set in memory, as real numbers, with their classes. Immutable. */
public final class LoadedSamples implements Samples {
    private final Shape shape;
    private final float[][] values;
    private final int[] labels;
    private final int classes;

    private LoadedSamples(Shape shape, float[][] values, int[] labels) {
        this.shape = shape;
        this.values = values;
        this.labels = labels;
        int most = 0;
        for (int l : labels) {
            most = Math.max(most, l);
        }
        this.classes = most + 1;
    }

    /**
     * Reads everything.
     *
     * @throws FormatException if a sample has no class
     */
    public static LoadedSamples of(DataSet data) {
        float[][] values = new float[data.size()][];
        int[] labels = new int[values.length];
        Shape shape = Shape.of();
        for (int i = 0; i < values.length; i++) {
            Tensor t = data.reals(i).get(0);
            int[] dims = new int[t.shape().rank() - 1];
            System.arraycopy(t.shape().toArray(), 1, dims, 0, dims.length);
            shape = Shape.of(dims);
            values[i] = t.copy().floats();
            String name = data.name(i);
            labels[i] =
                    data.label(i)
                            .orElseThrow(
                                    () ->
                                            new FormatException(
                                                    name, "has no class; --labels names them"));
        }
        return new LoadedSamples(shape, values, labels);
    }

    /** One more than the largest class. */
    public int classes() {
        return classes;
    }

    @Override
    public int size() {
        return values.length;
    }

    @Override
    public Shape shape() {
        return shape;
    }

    @Override
    public void read(int i, float[] to, int offset) {
        System.arraycopy(values[i], 0, to, offset, values[i].length);
    }

    @Override
    public int label(int i) {
        return labels[i];
    }
}
