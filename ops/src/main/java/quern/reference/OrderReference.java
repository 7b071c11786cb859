package quern.reference;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import quern.numeric.Expf;
import quern.op.detection.NonMaxSuppression;
import quern.op.logic.Comparison;
import quern.op.reduction.CumSum;
import quern.op.reduction.TopK;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;

/** Elements in order, sums one after the other, and boxes by their scores. */
final class OrderReference {
    private OrderReference() {}

    static void topK(TopK op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor values = c.output();
        Tensor places = c.outputs().get(1);
        Comparator<Integer> ascending = (i, j) -> order(x, i, x, j);
        Comparator<Integer> order = op.largest() ? ascending.reversed() : ascending;
        for (int i = 0; i < values.elements(); i++) {
            int[] at = Indexing.coordinates(values.shape(), i);
            int rank = at[op.axis()];
            List<Integer> elements = line(x.shape(), at, op.axis());
            List<Integer> sorted = new ArrayList<>(elements);
            sorted.sort(order);
            Indexing.copy(x, sorted.get(rank), values, i);
            places.setInteger(i, elements.indexOf(sorted.get(rank)));
        }
    }

    /** The elements along an axis, in order. */
    private static List<Integer> line(Shape shape, int[] at, int axis) {
        List<Integer> elements = new ArrayList<>();
        int[] coordinates = at.clone();
        for (int k = 0; k < shape.dim(axis); k++) {
            coordinates[axis] = k;
            elements.add(Indexing.index(shape, coordinates));
        }
        return elements;
    }

    /** Negative, zero or positive; NaN is above everything else. */
    private static int order(Tensor a, int i, Tensor b, int j) {
        int order = LogicReference.order(a, i, b, j);
        if (order == Comparison.UNORDERED) {
            return Boolean.compare(Float.isNaN(a.real(i)), Float.isNaN(b.real(j)));
        }
        return order == Comparison.BELOW ? -1 : order == Comparison.SAME ? 0 : 1;
    }

    static void cumSum(CumSum op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor y = c.output();
        boolean real = x.dtype() == DType.F32;
        for (int i = 0; i < y.elements(); i++) {
            int[] at = Indexing.coordinates(y.shape(), i);
            int place = at[op.axis()];
            List<Integer> line = line(x.shape(), at, op.axis());
            int before = op.reverse() ? line.size() - 1 - place : place;
            float sum = 0;
            long whole = 0;
            for (int k = 0; k < before + (op.exclusive() ? 0 : 1); k++) {
                int element = line.get(op.reverse() ? line.size() - 1 - k : k);
                sum += real ? x.real(element) : 0;
                whole += real ? 0 : x.integer(element);
            }
            if (real) {
                y.setReal(i, sum);
            } else {
                y.setInteger(i, whole);
            }
        }
    }

    /** A box that may be chosen, and how many of the chosen ones it was compared with. */
    private record Candidate(int box, float score, int compared) {}

    /**
     * The best candidate is compared with the boxes that were chosen since it was compared last,
     * the latest first; one whose score that lowers goes back among the candidates.
     */
    static void suppress(NonMaxSuppression op, KernelContext c) {
        Tensor boxes = c.input(0);
        Tensor scores = c.input(1);
        List<Candidate> open = new ArrayList<>();
        for (int i = 0; i < scores.elements(); i++) {
            if (scores.real(i) > op.score()) {
                open.add(new Candidate(i, scores.real(i), 0));
            }
        }
        List<Candidate> chosen = new ArrayList<>();
        while (chosen.size() < op.count() && !open.isEmpty()) {
            Candidate best = best(open);
            open.remove(best);
            float score = best.score();
            boolean out = false;
            for (int k = chosen.size() - 1; k >= best.compared() && !out; k--) {
                float iou = iou(boxes, best.box(), chosen.get(k).box());
                score *= op.sigma() > 0 ? Expf.exp(-0.5f / op.sigma() * iou * iou) : 1;
                out = iou >= op.iou() || !(score > op.score());
            }
            if (!out && score == best.score()) {
                chosen.add(best);
            } else if (!out) {
                open.add(new Candidate(best.box(), score, chosen.size()));
            }
        }
        write(op, chosen, c.outputs());
    }

    private static Candidate best(List<Candidate> open) {
        Candidate best = open.get(0);
        for (Candidate o : open) {
            boolean first = o.score() == best.score() && o.box() < best.box();
            best = o.score() > best.score() || first ? o : best;
        }
        return best;
    }

    private static void write(NonMaxSuppression op, List<Candidate> chosen, List<Tensor> outputs) {
        for (int i = 0; i < op.count(); i++) {
            boolean used = i < chosen.size();
            outputs.get(0).setInteger(i, used ? chosen.get(i).box() : 0);
            if (op.scored()) {
                outputs.get(1).setReal(i, used ? chosen.get(i).score() : 0);
            }
        }
        outputs.get(outputs.size() - 1).setInteger(0, chosen.size());
    }

    private static float iou(Tensor boxes, int i, int j) {
        float[] a = corners(boxes, i);
        float[] b = corners(boxes, j);
        float areaA = (a[2] - a[0]) * (a[3] - a[1]);
        float areaB = (b[2] - b[0]) * (b[3] - b[1]);
        if (!(areaA > 0) || !(areaB > 0)) {
            return 0;
        }
        float height = Math.max(Math.min(a[2], b[2]) - Math.max(a[0], b[0]), 0);
        float width = Math.max(Math.min(a[3], b[3]) - Math.max(a[1], b[1]), 0);
        float both = height * width;
        return both / (areaA + areaB - both);
    }

    /** ymin, xmin, ymax, xmax. */
    private static float[] corners(Tensor boxes, int i) {
        float[] corners = new float[4];
        for (int k = 0; k < 2; k++) {
            float one = boxes.real(4 * i + k);
            float other = boxes.real(4 * i + k + 2);
            corners[k] = Math.min(one, other);
            corners[k + 2] = Math.max(one, other);
        }
        return corners;
    }
}
