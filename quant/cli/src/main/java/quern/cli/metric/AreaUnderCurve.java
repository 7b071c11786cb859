package quern.cli.metric;

import java.util.ArrayList;
import java.util.List;
import quern.error.ShapeException;
import quern.tensor.Tensor;

/**
 * The area under the receiver operating characteristic: how often a sample of class 1 scores above
 * one of class 0, ties counted half.
 *
 * <p>The score is the only number of the first output, or the last of a list of class scores, or,
 * if the output has the shape of the input, the mean of the squared differences of both: the
 * reconstruction error of an autoencoder.
 */
final class AreaUnderCurve extends Metric {
    private final List<Double> positive = new ArrayList<>();
    private final List<Double> negative = new ArrayList<>();

    @Override
    public String name() {
        return "auc";
    }

    @Override
    public boolean needsLabels() {
        return true;
    }

    @Override
    public boolean needsReference() {
        return false;
    }

    @Override
    public boolean takesInputs() {
        return true;
    }

    @Override
    double score(List<Tensor> outputs, int label, List<Tensor> inputs) {
        if (label != 0 && label != 1) {
            throw new ShapeException("metric auc takes the classes 0 and 1, not " + label);
        }
        (label == 1 ? positive : negative).add(score(outputs.get(0), inputs));
        return 0;
    }

    private static double score(Tensor output, List<Tensor> inputs) {
        float[] y = Scores.reals(output);
        if (inputs.size() == 1 && y.length > 2 && inputs.get(0).shape().equals(output.shape())) {
            float[] x = Scores.reals(inputs.get(0));
            double sum = 0;
            for (int i = 0; i < y.length; i++) {
                sum += ((double) y[i] - x[i]) * ((double) y[i] - x[i]);
            }
            return sum / y.length;
        }
        if (Scores.classes(output.shape()) != y.length) {
            throw new ShapeException(
                    "an output of shape " + output.shape() + " is not one list of class scores");
        }
        return y[y.length - 1];
    }

    @Override
    public double value() {
        double sum = 0;
        for (double p : positive) {
            for (double n : negative) {
                sum += p > n ? 1 : p == n ? 0.5 : 0;
            }
        }
        long pairs = (long) positive.size() * negative.size();
        return pairs == 0 ? 0 : sum / pairs;
    }
}
