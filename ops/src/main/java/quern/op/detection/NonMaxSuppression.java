package quern.op.detection;

import java.util.ArrayList;
import java.util.List;
import quern.error.ShapeException;
import quern.fixedpoint.RoundingMode;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * Chooses boxes by their score and leaves out those that lie over a better one.
 *
 * <p>Inputs, F32: boxes [n, 4] of two opposite corners each, y1, x1, y2, x2; scores [n]. Outputs:
 * places of the chosen boxes, S32 [count]; with {@code scored} their scores, F32 [count]; how many
 * they are, S32 []. What is beyond that number is 0.
 *
 * <p>Boxes of a score above the threshold are taken best first, equal scores by their place. One is
 * left out if its intersection over union with a chosen one is {@code iou} or more; boxes without
 * area have none. With a {@code sigma} above 0 each chosen box that lies over another one of a
 * lower score multiplies that score by {@code exp(-0.5 / sigma * iou^2)}, which puts it further
 * back, or out where it no longer is above the threshold.
 *
 * @param count most boxes
 * @param iou intersection over union, from 0 on
 * @param score threshold of the scores
 * @param sigma 0 for suppression that is all or nothing
 * @param scored whether the scores are an output
 */
public record NonMaxSuppression(int count, float iou, float score, float sigma, boolean scored)
        implements Op {
    public NonMaxSuppression {
        if (count < 0 || !(iou >= 0) || !(sigma >= 0) || score != score) {
            throw new ShapeException(
                    "suppression needs numbers that are not negative, not "
                            + count
                            + ", "
                            + iou
                            + " and "
                            + sigma
                            + ", and a threshold of scores, not "
                            + score);
        }
    }

    @Override
    public Arity arity() {
        return new Arity(2, 2, Arity.VARIADIC);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        TensorType boxes = in.type(0);
        TensorType scores = in.type(1);
        TypeRules.rank(boxes, 2, "the boxes");
        TypeRules.rank(scores, 1, "the scores");
        if (!TypeRules.isReal(boxes)
                || !TypeRules.isReal(scores)
                || !Shape.of(List.of(scores.shape().word(0), "4")).accepts(boxes.shape())) {
            throw new ShapeException(
                    "boxes and scores must be F32[n,4] and F32[n], but are "
                            + boxes
                            + " and "
                            + scores);
        }
        List<TensorType> outputs = new ArrayList<>();
        outputs.add(TensorType.of(DType.S32, Shape.of(count)));
        if (scored) {
            outputs.add(TensorType.f32(count));
        }
        outputs.add(TensorType.of(DType.S32, Shape.of()));
        return outputs;
    }

    @Override
    public void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        for (TensorType y : outputs) {
            if (y.isQuantized()) {
                throw new ShapeException("places and numbers have no scale, but one is " + y);
            }
        }
    }

    @Override
    public void write(Attributes a) {
        a.put("count", count);
        a.put("iou", iou);
        a.put("score", score);
        if (sigma != 0) {
            a.put("sigma", sigma);
        }
        if (scored) {
            a.put("scored", true);
        }
    }

    /** Restores what {@link #write} wrote. */
    public static NonMaxSuppression read(Attributes a) {
        return new NonMaxSuppression(
                a.integer("count"),
                a.real("iou"),
                a.real("score"),
                a.real("sigma", 0),
                a.flag("scored", false));
    }
}
