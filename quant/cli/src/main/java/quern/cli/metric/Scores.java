package quern.cli.metric;

import java.util.Arrays;
import quern.error.ShapeException;
import quern.fixedpoint.Quantization;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;

/** Outputs of a model as real numbers. */
final class Scores {
    private Scores() {}

    /** The elements as reals, dequantized where they are codes. */
    static float[] reals(Tensor t) {
        float[] reals = new float[t.elements()];
        if (t.type().isQuantized()) {
            Quant.PerTensor q = t.type().perTensor("an output");
            for (int i = 0; i < reals.length; i++) {
                reals[i] = Quantization.dequantize(t.code(i), q.scale(), q.zeroPoint());
            }
            return reals;
        }
        for (int i = 0; i < reals.length; i++) {
            reals[i] =
                    switch (t.dtype()) {
                        case F32 -> t.real(i);
                        case F64 -> (float) t.doubles()[t.offset() + i];
                        default -> t.integer(i);
                    };
        }
        return reals;
    }

    /**
     * Number of classes: the length of the only axis longer than 1, else of the last axis.
     *
     * @throws ShapeException if there are fewer than two
     */
    static int classes(Shape shape) {
        int[] dims = shape.toArray();
        int[] longer = Arrays.stream(dims).filter(d -> d > 1).toArray();
        int classes = longer.length == 1 ? longer[0] : dims.length == 0 ? 1 : dims[dims.length - 1];
        if (classes < 2) {
            throw new ShapeException(
                    "an output of shape " + shape + " has no classes to choose from");
        }
        return classes;
    }

    /**
     * How many of {@code n} scores from {@code from} on come before the one at {@code index}: those
     * that are greater, or equal and earlier. NaN comes last.
     */
    static int rank(float[] scores, int from, int n, int index) {
        float own = scores[from + index];
        int before = 0;
        for (int i = 0; i < n; i++) {
            float other = scores[from + i];
            boolean same = other == own || (Float.isNaN(other) && Float.isNaN(own));
            boolean greater = other > own || (Float.isNaN(own) && !Float.isNaN(other));
            before += greater || (same && i < index) ? 1 : 0;
        }
        return before;
    }

    /** Index of the greatest of {@code n} scores from {@code from} on; the first of equals. */
    static int best(float[] scores, int from, int n) {
        int best = 0;
        for (int i = 1; i < n; i++) {
            float score = scores[from + i];
            float most = scores[from + best];
            if (score > most || (Float.isNaN(most) && !Float.isNaN(score))) {
                best = i;
            }
        }
        return best;
    }
}
