package quern.op;

import quern.error.ShapeException;
import quern.tensor.Ints;

/**
 * The geometry of a transposed sliding window along one axis: tap {@code k} carries input {@code i}
 * to output {@code i * stride - before + k}.
 *
 * @param input input size
 * @param kernel number of taps
 * @param stride step between the outputs of neighbouring inputs
 * @param before outputs that are cut off in front
 * @param output output size
 */
public record TransposedWindow(int input, int kernel, int stride, int before, int output) {
    public TransposedWindow {
        if (kernel < 1 || stride < 1) {
            throw new ShapeException(
                    "a window needs a positive kernel and stride, not " + kernel + ", " + stride);
        }
    }

    /** The vertical window of an image operator. */
    public static TransposedWindow vertical(
            int input, int kernel, Ints stride, Padding padding, int output) {
        int before = padding instanceof Padding.Explicit e ? e.top() : 0;
        return of(input, kernel, stride.at(0), padding, before, output);
    }

    /** The horizontal window of an image operator. */
    public static TransposedWindow horizontal(
            int input, int kernel, Ints stride, Padding padding, int output) {
        int before = padding instanceof Padding.Explicit e ? e.left() : 0;
        return of(input, kernel, stride.at(1), padding, before, output);
    }

    private static TransposedWindow of(
            int input, int kernel, int stride, Padding padding, int before, int output) {
        if (!(padding instanceof Padding.Same)) {
            return new TransposedWindow(input, kernel, stride, before, output);
        }
        long windows = (output + (long) stride - 1) / stride;
        long total = Math.max(0, (windows - 1) * stride + kernel - output);
        return new TransposedWindow(input, kernel, stride, (int) (total / 2), output);
    }

    /** Whether tap {@code k} belongs to output {@code o}. */
    public boolean meets(int o, int k) {
        return ((long) o + before - k) % stride == 0;
    }

    /**
     * The input that tap {@code k}, which belongs to output {@code o}, carries there; outside
     * {@code 0..input-1} it lies in the padding.
     */
    public int at(int o, int k) {
        return (int) (((long) o + before - k) / stride);
    }

    /** Whether input index {@code i} lies in the image. */
    public boolean inside(int i) {
        return i >= 0 && i < input;
    }
}
