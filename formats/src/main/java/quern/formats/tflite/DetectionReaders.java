package quern.formats.tflite;

import quern.op.detection.DetectionPostProcess;
import quern.tensor.Floats;

/** Reads what stands behind the layers of an object detector. */
final class DetectionReaders {
    private static final int PER_CLASS = 100;

    private DetectionReaders() {}

    static void read(TfliteOperator o) {
        o.requireInputs(3, 3);
        FlexMap m = o.customOptions();
        boolean regular = m.integer("use_regular_nms", 0) != 0;
        DetectionPostProcess op =
                new DetectionPostProcess(
                        m.integer("max_detections"),
                        m.integer("max_classes_per_detection"),
                        m.integer("detections_per_class", PER_CLASS),
                        regular,
                        m.real("nms_score_threshold"),
                        m.real("nms_iou_threshold"),
                        m.integer("num_classes"),
                        Floats.of(
                                m.real("y_scale"),
                                m.real("x_scale"),
                                m.real("h_scale"),
                                m.real("w_scale")));
        o.emitInferred(op, o.input(0), o.input(1), o.input(2));
    }
}
