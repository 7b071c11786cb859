package quern.op.detection;

import java.util.List;
import quern.error.ShapeException;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.tensor.Floats;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * Boxes of objects from the encoded boxes and class scores of a single-shot detector, by
 * non-maximum suppression.
 *
 * <p>Inputs, each float32 or codes of 8 bits: encodings [1, n, 4 or more] that begin with y, x, h,
 * w; scores [1, n, classes] or, with the background first, [1, n, classes + 1]; anchors [n, 4] as
 * y, x, h, w. A box has its centre at {@code y / scale * anchorH + anchorY} and half the height
 * {@code 0.5 * exp(h / scale) * anchorH}; x and w likewise.
 *
 * <p>Outputs, float32, with {@code N = maxDetections * maxClasses}: boxes [1, N, 4] as ymin, xmin,
 * ymax, xmax; classes [1, N]; scores [1, N]; the number of boxes [1]. Unused places are zero.
 *
 * <p>A box is suppressed by a better one whose intersection over union is above the threshold;
 * equal scores rank by their place. {@code regular}: each class for itself, at most {@code
 * perClass} boxes each, the best {@code maxDetections} of all. Otherwise: by the best score of each
 * box; every box counts once and gives its best {@code maxClasses} classes.
 *
 * @param maxDetections most boxes
 * @param maxClasses classes a box, where not regular
 * @param perClass most boxes a class, where regular
 * @param regular suppression of each class for itself
 * @param scoreThreshold the smallest score that counts
 * @param iouThreshold above 0, at most 1
 * @param classes number of classes, without the background
 * @param scales of y, x, h, w
 */
public record DetectionPostProcess(
        int maxDetections,
        int maxClasses,
        int perClass,
        boolean regular,
        float scoreThreshold,
        float iouThreshold,
        int classes,
        Floats scales)
        implements Op {
    private static final int MOST = 1 << 20;

    public DetectionPostProcess {
        boolean counts =
                maxDetections >= 1
                        && maxClasses >= 1
                        && perClass >= 1
                        && classes >= 1
                        && (long) maxDetections * maxClasses <= MOST;
        if (!counts || !(iouThreshold > 0 && iouThreshold <= 1) || scales.size() != 4) {
            throw new ShapeException(
                    "detection needs positive counts of at most "
                            + MOST
                            + " boxes, a threshold from 0 to 1 and four scales, not "
                            + List.of(maxDetections, maxClasses, perClass, classes)
                            + ", "
                            + iouThreshold
                            + " and "
                            + scales.size());
        }
    }

    @Override
    public Arity arity() {
        return new Arity(3, 3, 4);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        Shape boxes = in.type(0).shape();
        Shape scores = in.type(1).shape();
        Shape anchors = in.type(2).shape();
        TypeRules.activation(in.type(0), "the boxes");
        TypeRules.activation(in.type(1), "the scores");
        TypeRules.activation(in.type(2), "the anchors");
        boolean fits =
                boxes.isStatic()
                        && scores.isStatic()
                        && boxes.rank() == 3
                        && scores.rank() == 3
                        && boxes.dim(0) == 1
                        && scores.dim(0) == 1
                        && boxes.dim(2) >= 4
                        && scores.dim(1) == boxes.dim(1)
                        && (scores.dim(2) == classes || scores.dim(2) - 1 == classes)
                        && anchors.equals(Shape.of(boxes.dim(1), 4));
        if (!fits) {
            throw new ShapeException(
                    "boxes "
                            + boxes
                            + ", scores "
                            + scores
                            + " and anchors "
                            + anchors
                            + " do not fit a detection of "
                            + classes
                            + " classes");
        }
        int n = maxDetections * maxClasses;
        return List.of(
                TensorType.f32(1, n, 4),
                TensorType.f32(1, n),
                TensorType.f32(1, n),
                TensorType.f32(1));
    }

    @Override
    public void write(Attributes a) {
        a.put("max_detections", maxDetections);
        a.put("max_classes", maxClasses);
        a.put("per_class", perClass);
        if (regular) {
            a.put("regular", true);
        }
        a.put("score_threshold", scoreThreshold);
        a.put("iou_threshold", iouThreshold);
        a.put("classes", classes);
        a.put("scales", scales);
    }

    /** Restores what {@link #write} wrote. */
    public static DetectionPostProcess read(Attributes a) {
        return new DetectionPostProcess(
                a.integer("max_detections"),
                a.integer("max_classes"),
                a.integer("per_class"),
                a.flag("regular", false),
                a.real("score_threshold"),
                a.real("iou_threshold"),
                a.integer("classes"),
                a.floats("scales"));
    }
}
