package quern.reference;

import quern.fixedpoint.Rounding;
import quern.op.image.ResizeBilinear;
import quern.op.image.ResizeNearestNeighbor;

/**
 * Which pixels an output pixel of a resize reads, along one axis: the arithmetic that {@link
 * ResizeReference} and {@link BilinearCodes} describe. {@code v} is an output index, {@code in} and
 * {@code out} the sizes of the axis.
 */
public final class ResizeGrid {
    /** Steps of a position in integers from one pixel to the next. */
    public static final int ONE = 1024;

    private ResizeGrid() {}

    /** The input index of the nearest pixel. */
    public static int nearest(ResizeNearestNeighbor op, int v, int in, int out) {
        float t = (v + (op.halfPixelCenters() ? 0.5f : 0)) * scale(in, out, op.alignCorners());
        double index = op.alignCorners() ? Rounding.halfAwayFromZero(t) : Math.floor(t);
        return Math.min((int) index, in - 1);
    }

    private static float scale(int in, int out, boolean alignCorners) {
        return alignCorners && out > 1 ? (in - 1) / (float) (out - 1) : in / (float) out;
    }

    /** The position between input pixels. */
    public static float position(ResizeBilinear op, int v, int in, int out) {
        float s = scale(in, out, op.alignCorners());
        return op.halfPixelCenters() ? (v + 0.5f) * s - 0.5f : v * s;
    }

    /** The pixel at or before a position. */
    public static int low(float p, int in) {
        return Math.min(Math.max((int) Math.floor(p), 0), in - 1);
    }

    /** The pixel at or behind a position. */
    public static int high(float p, int in) {
        return Math.min((int) Math.ceil(p), in - 1);
    }

    /** The position between input pixels, in units of {@link #ONE}. */
    public static long steps(ResizeBilinear op, int v, int in, int out) {
        boolean corners = op.alignCorners() && out > 1;
        long steps = corners ? in - 1 : in;
        int intervals = corners ? out - 1 : out;
        long scale = (ONE * steps + intervals / 2) / intervals;
        return op.halfPixelCenters() ? v * scale + scale / 2 - ONE / 2 : v * scale;
    }

    /** The pixel at or before a position in steps. */
    public static int low(long p, int in) {
        return (int) Math.min(Math.max(p / ONE, 0), in - 1);
    }

    /** The pixel at or behind a position in steps. */
    public static int high(long p, int in) {
        return (int) Math.min((p + ONE - 1) / ONE, in - 1);
    }
}
