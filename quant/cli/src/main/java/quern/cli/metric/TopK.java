package quern.cli.metric;

import java.util.List;
import quern.error.ShapeException;
import quern.tensor.Tensor;

/** How often the label is among the k classes with the highest scores of the first output. */
final class TopK extends Metric {
    private final int k;

    TopK(int k) {
        this.k = k;
    }

    @Override
    public String name() {
        return "top" + k;
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
    double score(List<Tensor> outputs, int label, List<Tensor> reference) {
        Tensor output = outputs.get(0);
        int classes = Scores.classes(output.shape());
        if (output.elements() != classes) {
            throw new ShapeException(
                    "an output of shape " + output.shape() + " is not one list of class scores");
        }
        if (label < 0 || label >= classes) {
            throw new ShapeException(
                    "label " + label + " is none of the " + classes + " classes of the model");
        }
        return Scores.rank(Scores.reals(output), 0, classes, label) < k ? 1 : 0;
    }
}
