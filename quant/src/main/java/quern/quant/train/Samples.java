package quern.quant.train;

import quern.tensor.Shape;

/** Labelled samples, each one tensor of real numbers and a class. Read by one thread at a time. */
public interface Samples {
    /** Number of samples. */
    int size();

    /** Shape of one sample, without a batch axis: height, width, channels for images. */
    Shape shape();

    /** Writes sample {@code i} to {@code to} from {@code offset} on. */
    void read(int i, float[] to, int offset);

    /** The class of sample {@code i}, from 0 on. */
    int label(int i);
}
