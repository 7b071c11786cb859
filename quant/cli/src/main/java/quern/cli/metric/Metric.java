package quern.cli.metric;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.function.Supplier;
import quern.tensor.Tensor;

/**
 * A measure accumulated over samples. Outputs are compared as real numbers; of equal scores the
 * first wins, NaN loses against every number. Used by one thread.
 */
public abstract class Metric {
    private static final Map<String, Supplier<Metric>> KNOWN =
            Map.of(
                    "top1",
                    () -> new TopK(1),
                    "top5",
                    () -> new TopK(5),
                    "agreement",
                    Agreement::new,
                    "cosine",
                    Cosine::new,
                    "auc",
                    AreaUnderCurve::new);

    private double sum;
    private long samples;

    /**
     * A fresh metric.
     *
     * @throws IllegalArgumentException if there is none of this name; the sentence lists the known
     */
    public static Metric of(String name) {
        Supplier<Metric> metric = KNOWN.get(name);
        if (metric == null) {
            throw new IllegalArgumentException(
                    "there is no metric '"
                            + name
                            + "'; known are map, "
                            + String.join(", ", new TreeSet<>(KNOWN.keySet())));
        }
        return metric.get();
    }

    /** The name on the command line. */
    public abstract String name();

    /** Whether samples need a class. */
    public abstract boolean needsLabels();

    /** Whether outputs are compared with those of a reference model. */
    public abstract boolean needsReference();

    /** Whether a sample is measured with the inputs that it was given. */
    public boolean takesInputs() {
        return false;
    }

    /**
     * Takes a sample into account.
     *
     * @param outputs of the model, not kept
     * @param label class of the sample; empty if the metric needs none
     * @param reference outputs of the reference model, or the inputs if the metric takes those, not
     *     kept; else empty
     * @throws quern.error.ShapeException if the outputs cannot be measured
     */
    public final void add(List<Tensor> outputs, OptionalInt label, List<Tensor> reference) {
        if (needsLabels() && label.isEmpty()) {
            throw new IllegalArgumentException("metric " + name() + " needs a label per sample");
        }
        if (needsReference() && reference.isEmpty()) {
            throw new IllegalArgumentException("metric " + name() + " needs a reference model");
        }
        sum += score(outputs, label.orElse(-1), reference);
        samples++;
    }

    /** The part, at most 1, that one sample adds to the sum. */
    abstract double score(List<Tensor> outputs, int label, List<Tensor> reference);

    /** Number of samples so far. */
    public final long samples() {
        return samples;
    }

    /** The mean over all samples, at most 1; 0 if there are none. */
    public double value() {
        return samples == 0 ? 0 : sum / samples;
    }
}
