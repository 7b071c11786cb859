package quern.cli.metric;

import java.util.List;
import quern.error.ShapeException;
import quern.tensor.Tensor;

/**
 * The mean over outputs of {@code a.b / (|a| |b|)} with the reference's output b, in binary64. Two
 * outputs of zeros have 1, an output of zeros and another 0; so has one with NaN or infinities.
 */
final class Cosine extends Metric {
    @Override
    public String name() {
        return "cosine";
    }

    @Override
    public boolean needsLabels() {
        return false;
    }

    @Override
    public boolean needsReference() {
        return true;
    }

    @Override
    double score(List<Tensor> outputs, int label, List<Tensor> reference) {
        if (outputs.size() != reference.size()) {
            throw new ShapeException(
                    outputs.size()
                            + " outputs cannot be compared with the reference's "
                            + reference.size());
        }
        double sum = 0;
        for (int i = 0; i < outputs.size(); i++) {
            if (outputs.get(i).elements() != reference.get(i).elements()) {
                throw new ShapeException(
                        "an output of shape "
                                + outputs.get(i).shape()
                                + " cannot be compared with one of shape "
                                + reference.get(i).shape());
            }
            sum += similarity(Scores.reals(outputs.get(i)), Scores.reals(reference.get(i)));
        }
        return sum / outputs.size();
    }

    private static double similarity(float[] a, float[] b) {
        double dot = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
            aa += (double) a[i] * a[i];
            bb += (double) b[i] * b[i];
        }
        if (aa == 0 && bb == 0) {
            return 1;
        }
        double cosine = dot / (Math.sqrt(aa) * Math.sqrt(bb));
        return Double.isNaN(cosine) || Double.isInfinite(cosine)
                ? 0
                : Math.max(-1, Math.min(1, cosine));
    }
}
