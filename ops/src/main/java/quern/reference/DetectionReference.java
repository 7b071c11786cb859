package quern.reference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import quern.op.detection.DetectionPostProcess;
import quern.tensor.Tensor;

/**
 * Non-maximum suppression. Codes are dequantized; centre and half size are binary64, rounded to
 * binary32 once, with the exponential of {@link StrictMath}; corners, areas and scores are
 * binary32.
 */
final class DetectionReference {
    private final DetectionPostProcess op;
    private final float[] scores;
    private final float[][] boxes;
    private final int columns;
    private final int background;

    /** A class of a box with its score. */
    private record Detection(int box, int category, float score) {}

    /** Best first; the sort is stable and puts NaN last. */
    private static final Comparator<Detection> BEST =
            (a, b) -> a.score() > b.score() ? -1 : b.score() > a.score() ? 1 : 0;

    private DetectionReference(DetectionPostProcess op, KernelContext c) {
        this.op = op;
        this.scores = RealValues.of(c.input(1));
        this.boxes = boxes(c);
        this.columns = c.input(1).shape().dim(2);
        this.background = columns - op.classes();
    }

    static void run(DetectionPostProcess op, KernelContext c) {
        new DetectionReference(op, c).run(c.outputs());
    }

    private void run(List<Tensor> y) {
        y.forEach(t -> Arrays.fill(t.floats(), t.offset(), t.offset() + t.elements(), 0f));
        List<Detection> found = op.regular() ? regular() : best();
        int each = op.regular() ? 1 : op.maxClasses();
        for (int i = 0; i < found.size(); i++) {
            Detection d = found.get(i);
            List<Detection> categories = op.regular() ? List.of(d) : categories(d.box());
            for (int k = 0; k < Math.min(each, categories.size()); k++) {
                int at = i * each + k;
                for (int corner = 0; corner < 4; corner++) {
                    y.get(0).setReal(4 * at + corner, boxes[d.box()][corner]);
                }
                y.get(1).setReal(at, categories.get(k).category());
                y.get(2).setReal(at, categories.get(k).score());
            }
        }
        y.get(3).setReal(0, found.size());
    }

    /** The best of all classes, each class suppressed for itself. */
    private List<Detection> regular() {
        List<Detection> found = new ArrayList<>();
        for (int category = 0; category < op.classes(); category++) {
            List<Detection> candidates = new ArrayList<>();
            for (int b = 0; b < boxes.length; b++) {
                candidates.add(new Detection(b, category, score(b, category)));
            }
            found.addAll(suppress(candidates, op.perClass()));
            found.sort(BEST);
            found = new ArrayList<>(found.subList(0, Math.min(found.size(), op.maxDetections())));
        }
        return found;
    }

    /** The best boxes by the best score of each. */
    private List<Detection> best() {
        List<Detection> candidates = new ArrayList<>();
        for (int b = 0; b < boxes.length; b++) {
            int best = 0;
            for (int category = 1; category < op.classes(); category++) {
                best = score(b, category) > score(b, best) ? category : best;
            }
            candidates.add(new Detection(b, best, score(b, best)));
        }
        return suppress(candidates, op.maxDetections());
    }

    /** All classes of a box, best first. */
    private List<Detection> categories(int box) {
        List<Detection> all = new ArrayList<>();
        for (int category = 0; category < op.classes(); category++) {
            all.add(new Detection(box, category, score(box, category)));
        }
        all.sort(BEST);
        return all;
    }

    private float score(int box, int category) {
        float s = scores[box * columns + background + category];
        return s == s ? s : Float.NEGATIVE_INFINITY;
    }

    private List<Detection> suppress(List<Detection> candidates, int most) {
        List<Detection> kept = new ArrayList<>(candidates);
        kept.removeIf(d -> !(d.score() >= op.scoreThreshold()));
        kept.sort(BEST);
        List<Detection> selected = new ArrayList<>();
        boolean[] suppressed = new boolean[kept.size()];
        for (int i = 0; i < kept.size() && selected.size() < most; i++) {
            if (suppressed[i]) {
                continue;
            }
            selected.add(kept.get(i));
            for (int j = i + 1; j < kept.size(); j++) {
                float iou = iou(boxes[kept.get(i).box()], boxes[kept.get(j).box()]);
                suppressed[j] |= iou > op.iouThreshold();
            }
        }
        return selected;
    }

    private static float iou(float[] a, float[] b) {
        float areaA = (a[2] - a[0]) * (a[3] - a[1]);
        float areaB = (b[2] - b[0]) * (b[3] - b[1]);
        if (areaA <= 0 || areaB <= 0) {
            return 0;
        }
        float height = Math.max(Math.min(a[2], b[2]) - Math.max(a[0], b[0]), 0f);
        float width = Math.max(Math.min(a[3], b[3]) - Math.max(a[1], b[1]), 0f);
        float shared = height * width;
        return shared / (areaA + areaB - shared);
    }

    private float[][] boxes(KernelContext c) {
        float[] codes = RealValues.of(c.input(0));
        float[] anchors = RealValues.of(c.input(2));
        int length = c.input(0).shape().dim(2);
        float[][] corners = new float[c.input(0).shape().dim(1)][];
        for (int b = 0; b < corners.length; b++) {
            float y = center(codes, b * length, anchors, 4 * b, 0);
            float x = center(codes, b * length, anchors, 4 * b, 1);
            float h = half(codes, b * length, anchors, 4 * b, 2);
            float w = half(codes, b * length, anchors, 4 * b, 3);
            corners[b] = new float[] {y - h, x - w, y + h, x + w};
        }
        return corners;
    }

    private float center(float[] codes, int at, float[] anchors, int anchor, int axis) {
        double place = (double) codes[at + axis] / op.scales().at(axis);
        return (float) (place * anchors[anchor + 2 + axis] + anchors[anchor + axis]);
    }

    private float half(float[] codes, int at, float[] anchors, int anchor, int axis) {
        double size = StrictMath.exp((double) codes[at + axis] / op.scales().at(axis));
        return (float) (0.5 * size * anchors[anchor + axis]);
    }
}
