package quern.op;

import quern.error.ShapeException;
import quern.tensor.Ints;

/**
 * The geometry of a sliding window along one axis: tap {@code k} of output {@code o} reads input
 * {@code o * stride - before + k * dilation}.
 *
 * @param input input size
 * @param kernel number of taps
 * @param stride step between outputs
 * @param dilation step between taps
 * @param before padding before the first input
 * @param output output size
 */
public record Window(int input, int kernel, int stride, int dilation, int before, int output) {
    /** The vertical window of an image operator. */
    public static Window vertical(
            int input, int kernel, Ints stride, Ints dilation, Padding padding) {
        int before = padding instanceof Padding.Explicit e ? e.top() : 0;
        int after = padding instanceof Padding.Explicit e ? e.bottom() : 0;
        return of(input, kernel, stride.at(0), dilation.at(0), padding, before, after);
    }

    /** The horizontal window of an image operator. */
    public static Window horizontal(
            int input, int kernel, Ints stride, Ints dilation, Padding padding) {
        int before = padding instanceof Padding.Explicit e ? e.left() : 0;
        int after = padding instanceof Padding.Explicit e ? e.right() : 0;
        return of(input, kernel, stride.at(1), dilation.at(1), padding, before, after);
    }

    private static Window of(
            int input,
            int kernel,
            int stride,
            int dilation,
            Padding padding,
            int before,
            int after) {
        if (kernel < 1 || stride < 1 || dilation < 1) {
            throw new ShapeException(
                    "a window needs a positive kernel, stride and dilation, not "
                            + kernel
                            + ", "
                            + stride
                            + ", "
                            + dilation);
        }
        long extent = (kernel - 1L) * dilation + 1;
        if (padding instanceof Padding.Same) {
            int output = (int) ((input + (long) stride - 1) / stride);
            long total = Math.max(0, (output - 1L) * stride + extent - input);
            requireInt(input + total);
            return new Window(input, kernel, stride, dilation, (int) (total / 2), output);
        }
        long padded = (long) input + before + after;
        requireInt(padded);
        long room = padded - extent;
        if (room < 0) {
            throw new ShapeException(
                    "a window of extent "
                            + extent
                            + " does not fit an input of size "
                            + input
                            + " with padding "
                            + before
                            + "+"
                            + after);
        }
        int output = (int) (room / stride + 1);
        return new Window(input, kernel, stride, dilation, before, output);
    }

    private static void requireInt(long padded) {
        if (padded > Integer.MAX_VALUE) {
            throw new ShapeException(
                    "a window reaches over a padded input of size "
                            + padded
                            + ", more than "
                            + Integer.MAX_VALUE);
        }
    }

    /**
     * Input index of tap {@code k} of output {@code o}; outside {@code 0..input-1} it lies in the
     * padding.
     */
    public int at(int o, int k) {
        return o * stride - before + k * dilation;
    }

    /** Whether input index {@code i} lies in the image. */
    public boolean inside(int i) {
        return i >= 0 && i < input;
    }

    /**
     * The first tap that lies in the image if tap 0 reads index {@code start}; that of {@link
     * #lastInside} if none does.
     */
    public int firstInside(int start) {
        int first = start >= 0 ? 0 : (-start + dilation - 1) / dilation;
        return Math.min(first, lastInside(start));
    }

    /** One more than the last tap that lies in the image if tap 0 reads index {@code start}. */
    public int lastInside(int start) {
        return start >= input ? 0 : Math.min(kernel, (input - 1 - start) / dilation + 1);
    }

    /** Whether some tap of some output falls into padding. */
    public boolean padded() {
        return before > 0 || output > 0 && at(output - 1, kernel - 1) >= input;
    }
}
