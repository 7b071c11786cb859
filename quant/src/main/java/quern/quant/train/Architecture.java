package quern.quant.train;

import java.util.Locale;
import quern.runtime.PlanOptions;
import quern.tensor.Shape;

/** Networks that classify images HWC, made from layers with seeded first weights. */
public enum Architecture {
    /** A small network after LeNet (LeCun et al. 1998): four convolutions and a layer of rows. */
    CNN {
        @Override
        String build(Layers l, String x, int classes) {
            String a = l.maxPool("p1", l.conv("c1", x, 16, 3, 1, true));
            String b = l.conv("c3", l.conv("c2", a, 32, 3, 1, true), 32, 3, 1, true);
            String c = l.maxPool("p3", l.conv("c4", l.maxPool("p2", b), 64, 3, 1, true));
            return l.dense("logits", l.flatten("row", c), classes, false);
        }
    },

    /** The residual network of MLPerf Tiny (He et al. 2015): three stages of one block. */
    RESNET8 {
        @Override
        String build(Layers l, String x, int classes) {
            String y = l.conv("stem", x, 16, 3, 1, true);
            int[] widths = {16, 32, 64};
            for (int i = 0; i < widths.length; i++) {
                int stride = i == 0 ? 1 : 2;
                String name = "stage" + (i + 1);
                String a = l.conv(name + "/a", y, widths[i], 3, stride, true);
                String b = l.conv(name + "/b", a, widths[i], 3, 1, false);
                String skip = i == 0 ? y : l.conv(name + "/skip", y, widths[i], 1, stride, false);
                y = l.addRelu(name, b, skip);
            }
            return l.dense("logits", l.globalMean("mean", y), classes, false);
        }
    },

    /** Depthwise separable convolutions after DS-CNN (Zhang et al. 2017). */
    DSCNN {
        @Override
        String build(Layers l, String x, int classes) {
            String y = l.conv("stem", x, 64, 3, 2, true);
            for (int i = 1; i <= 4; i++) {
                y = l.conv("point" + i, l.depthwise("deep" + i, y, 1), 64, 1, 1, true);
            }
            return l.dense("logits", l.globalMean("mean", y), classes, false);
        }
    },

    /** Depthwise separable convolutions that widen as images shrink, after MobileNet (2017). */
    MOBILENET {
        @Override
        String build(Layers l, String x, int classes) {
            String y = l.conv("stem", x, 8, 3, 2, true);
            int[] widths = {16, 32, 32, 64, 64, 128};
            int[] strides = {1, 2, 1, 2, 1, 2};
            for (int i = 0; i < widths.length; i++) {
                y = l.depthwise("deep" + (i + 1), y, strides[i]);
                y = l.conv("point" + (i + 1), y, widths[i], 1, 1, true);
            }
            return l.dense("logits", l.globalMean("mean", y), classes, false);
        }
    };

    /** Writes the layers and returns the name of the logits [N, classes]. */
    abstract String build(Layers l, String x, int classes);

    /** The architecture of this name, in any case. */
    public static Architecture parse(String name) {
        try {
            return valueOf(name.toUpperCase(Locale.ROOT).replace("-", ""));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "there is no architecture "
                            + name
                            + "; there are cnn, resnet8, dscnn and mobilenet");
        }
    }

    /**
     * A network of this architecture for training, with seeded first weights.
     *
     * @param image of a sample, HWC
     * @param plan tier and threads of the session
     */
    public Trainable trainable(Shape image, int classes, int batch, PlanOptions plan, long seed) {
        return new FloatTraining(this, image, classes, batch, plan, seed);
    }
}
