package quern.cases;

import java.util.List;
import quern.op.detection.DetectionPostProcess;
import quern.tensor.Floats;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Detection: few boxes that overlap, scores that tie. */
final class DetectionCases {
    private static final Floats SCALES = Floats.of(10, 10, 5, 5);

    private DetectionCases() {}

    static OpCase random(Draw d) {
        int n = d.chance(3) ? 0 : d.upTo(1, 30);
        int classes = d.upTo(1, 5);
        float threshold = d.pick(-1e30f, 0f, 0.25f, 0.5f);
        DetectionPostProcess op =
                new DetectionPostProcess(
                        d.upTo(1, 8),
                        d.upTo(1, 3),
                        d.upTo(1, 4),
                        d.chance(50),
                        threshold,
                        d.pick(0.1f, 0.5f, 1f),
                        classes,
                        SCALES);
        Shape scores = Shape.of(1, n, classes + d.between(0, 1));
        Shape boxes = Shape.of(1, n, d.chance(80) ? 4 : 7);
        CaseBuilder b = new CaseBuilder("").rounding(d.rounding());
        boolean codes = d.chance(50);
        b.input("boxes", codes ? codes(d, boxes, 0.05) : Fill.reals(boxes, d));
        b.input("scores", d.chance(50) ? codes(d, scores, 0.004) : Fill.reals(scores, d));
        Shape anchors = Shape.of(n, 4);
        b.constant("anchors", codes ? codes(d, anchors, 0.004) : Fill.reals(anchors, d));
        return b.build(op);
    }

    private static Tensor codes(Draw d, Shape shape, double scale) {
        TensorType type = Types.activation(d, shape, scale);
        return Fill.codes(type, d);
    }

    static List<OpCase> awkward() {
        DetectionPostProcess fast =
                new DetectionPostProcess(4, 3, 100, false, 0.5f, 0.5f, 2, SCALES);
        DetectionPostProcess regular =
                new DetectionPostProcess(4, 2, 2, true, 0.5f, 0.5f, 2, SCALES);
        Tensor boxes = Fill.cycle(TensorType.f32(1, 6, 4), 0);
        Tensor anchors =
                Fill.cycle(TensorType.f32(6, 4), 0, 0, 1, 1, 0, 0.1, 1, 1, 0, 3, 1, 1, 0, 3, 0, 1);
        Tensor ties = Fill.cycle(TensorType.f32(1, 6, 3), 0.9, 0.75, 0.75, 0.9, 0.5, 0.75);
        return List.of(
                new CaseBuilder("DetectionPostProcess ties")
                        .input("boxes", boxes)
                        .input("scores", ties)
                        .constant("anchors", anchors)
                        .build(fast),
                new CaseBuilder("DetectionPostProcess ties, regular")
                        .input("boxes", boxes)
                        .input("scores", ties)
                        .constant("anchors", anchors)
                        .build(regular),
                new CaseBuilder("DetectionPostProcess wild floats")
                        .input("boxes", Fill.wild(Shape.of(1, 6, 4)))
                        .input("scores", Fill.wild(Shape.of(1, 6, 2)))
                        .input("anchors", Fill.wild(Shape.of(6, 4)))
                        .build(fast),
                new CaseBuilder("DetectionPostProcess of no boxes")
                        .input("boxes", Fill.wild(Shape.of(1, 0, 4)))
                        .input("scores", Fill.wild(Shape.of(1, 0, 2)))
                        .input("anchors", Fill.wild(Shape.of(0, 4)))
                        .build(regular));
    }
}
