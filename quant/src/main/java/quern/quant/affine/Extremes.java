package quern.quant.affine;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import quern.tensor.Tensor;

/** Smallest and largest elements of F32 tensors. */
public final class Extremes {
    private Extremes() {}

    /** The first element that is NaN or infinite. */
    public static OptionalInt firstNotFinite(Tensor real) {
        float[] values = real.floats();
        int end = real.offset() + real.elements();
        for (int i = real.offset(); i < end; i++) {
            if (!(Math.abs(values[i]) <= Float.MAX_VALUE)) {
                return OptionalInt.of(i - real.offset());
            }
        }
        return OptionalInt.empty();
    }

    /**
     * The smallest range with every element; empty for a tensor without elements.
     *
     * @throws IllegalArgumentException if an element is NaN or infinite
     */
    public static Optional<Range> of(Tensor real) {
        if (real.elements() == 0) {
            return Optional.empty();
        }
        float[] values = real.floats();
        float min = Float.POSITIVE_INFINITY;
        float max = Float.NEGATIVE_INFINITY;
        int end = real.offset() + real.elements();
        for (int i = real.offset(); i < end; i++) {
            min = Math.min(min, values[i]);
            max = Math.max(max, values[i]);
        }
        return Optional.of(new Range(min, max));
    }

    /** The range of each channel along an axis; {@link Range#ZERO} for one without elements. */
    public static Range[] perChannel(Tensor real, int axis) {
        Channels channels = Channels.along(real.shape(), axis);
        float[] min = new float[channels.count()];
        float[] max = new float[channels.count()];
        Arrays.fill(min, Float.POSITIVE_INFINITY);
        Arrays.fill(max, Float.NEGATIVE_INFINITY);
        for (int i = 0; i < real.elements(); i++) {
            int c = channels.of(i);
            min[c] = Math.min(min[c], real.real(i));
            max[c] = Math.max(max[c], real.real(i));
        }
        Range[] ranges = new Range[channels.count()];
        for (int c = 0; c < ranges.length; c++) {
            ranges[c] = min[c] > max[c] ? Range.ZERO : new Range(min[c], max[c]);
        }
        return ranges;
    }
}
