package quern.cli.metric;

import java.util.List;
import quern.error.ShapeException;
import quern.tensor.Tensor;

/**
 * How often the first output chooses the class that the reference chooses. Where an output holds
 * several lists of class scores, such as one for each pixel, it is the share of lists that agree.
 */
final class Agreement extends Metric {
    @Override
    public String name() {
        return "agreement";
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
        float[] scores = Scores.reals(outputs.get(0));
        float[] expected = Scores.reals(reference.get(0));
        int classes = Scores.classes(outputs.get(0).shape());
        if (scores.length != expected.length
                || classes != Scores.classes(reference.get(0).shape())) {
            throw new ShapeException(
                    "an output of shape "
                            + outputs.get(0).shape()
                            + " cannot agree with one of shape "
                            + reference.get(0).shape());
        }
        int agreed = 0;
        for (int from = 0; from < scores.length; from += classes) {
            agreed +=
                    Scores.best(scores, from, classes) == Scores.best(expected, from, classes)
                            ? 1
                            : 0;
        }
        return (double) agreed * classes / scores.length;
    }
}
