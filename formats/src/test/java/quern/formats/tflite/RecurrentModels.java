package quern.formats.tflite;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Small TFLite files of recurrent operators, transforms and detection. */
final class RecurrentModels {
    private static final byte TANH = 4;

    private RecurrentModels() {}

    static Map<String, TinyModel> models() {
        Map<String, TinyModel> models = new LinkedHashMap<>();
        models.put("lstm-float", lstmFloat());
        models.put("lstm-both-directions", lstmBothDirections());
        models.put("rnn-float", rnnFloat());
        models.put("svdf-int8", svdfInt8());
        models.put("spectrum", spectrum());
        models.put("detection", detection());
        return models;
    }

    private static int weights(TinyModel m, String name, int... dims) {
        float[] values = new float[Arrays.stream(dims).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (i * 7 % 11 - 5) / 8f;
        }
        return m.constant(name, values, dims);
    }

    private static int variable(TinyModel m, String name, int type, int... dims) {
        int t = m.tensor(name, type, dims);
        m.changeTensor(t, table -> table.with(5, (byte) 1));
        return t;
    }

    /** Three features, two cells, one output: every optional part; one step and a sequence. */
    private static TinyModel lstmFloat() {
        TinyModel m = new TinyModel();
        int x = m.tensor("x", TinyModel.FLOAT32, 2, 1, 3);
        int y = m.tensor("y", TinyModel.FLOAT32, 2, 1, 1);
        int step = m.tensor("step", TinyModel.FLOAT32, 1, 3);
        int z = m.tensor("z", TinyModel.FLOAT32, 1, 2);
        int[] from = new int[24];
        Arrays.fill(from, -1);
        from[0] = x;
        for (int g = 0; g < 4; g++) {
            from[1 + g] = weights(m, "w" + g, 2, 3);
            from[5 + g] = weights(m, "r" + g, 2, 1);
            from[12 + g] = weights(m, "b" + g, 2);
            from[20 + g] = weights(m, "n" + g, 2);
        }
        for (int p = 0; p < 3; p++) {
            from[9 + p] = weights(m, "p" + p, 2);
        }
        from[16] = weights(m, "projection", 1, 2);
        from[17] = weights(m, "projection_bias", 1);
        from[18] = variable(m, "h", TinyModel.FLOAT32, 1, 1);
        from[19] = variable(m, "c", TinyModel.FLOAT32, 1, 2);
        Flat.Table options =
                Flat.table().with(0, TANH).with(1, 0.5f).with(2, 0.25f).with(3, (byte) 1);
        m.operator(44, 71, options, from, y);
        int[] other = new int[20];
        Arrays.fill(other, -1);
        other[0] = step;
        for (int g = 1; g < 4; g++) {
            other[1 + g] = from[1 + g];
            other[5 + g] = weights(m, "s" + g, 2, 2);
            other[12 + g] = from[12 + g];
        }
        other[18] = variable(m, "h2", TinyModel.FLOAT32, 1, 2);
        other[19] = variable(m, "c2", TinyModel.FLOAT32, 1, 2);
        m.operator(16, 14, Flat.table().with(0, TANH), other, z);
        return m.inputs(x, step).outputs(y, z);
    }

    private static TinyModel lstmBothDirections() {
        TinyModel m = new TinyModel();
        int x = m.tensor("x", TinyModel.FLOAT32, 1, 2, 3);
        int y = m.tensor("y", TinyModel.FLOAT32, 1, 2, 4);
        int[] from = new int[48];
        Arrays.fill(from, -1);
        from[0] = x;
        for (int first : new int[] {1, 18}) {
            for (int g = 0; g < 4; g++) {
                from[first + g] = weights(m, "w" + (first + g), 2, 3);
                from[first + 4 + g] = weights(m, "r" + (first + g), 2, 2);
                from[first + 11 + g] = weights(m, "b" + (first + g), 2);
            }
        }
        for (int s = 35; s < 39; s++) {
            from[s] = variable(m, "state" + s, TinyModel.FLOAT32, 1, 2);
        }
        Flat.Table options = Flat.table().with(0, TANH).with(3, (byte) 1).with(4, (byte) 0);
        return m.operator(52, 70, options, from, y).inputs(x).outputs(y);
    }

    private static TinyModel rnnFloat() {
        TinyModel m = new TinyModel();
        int x = m.tensor("x", TinyModel.FLOAT32, 1, 2, 3);
        int y = m.tensor("y", TinyModel.FLOAT32, 1, 2, 2);
        int there = m.tensor("there", TinyModel.FLOAT32, 1, 2, 2);
        int back = m.tensor("back", TinyModel.FLOAT32, 1, 2, 2);
        int step = m.tensor("step", TinyModel.FLOAT32, 1, 3);
        int z = m.tensor("z", TinyModel.FLOAT32, 1, 2);
        int w = weights(m, "w", 2, 3);
        int r = weights(m, "r", 2, 2);
        int b = weights(m, "b", 2);
        int[] h = new int[4];
        for (int i = 0; i < h.length; i++) {
            h[i] = variable(m, "h" + i, TinyModel.FLOAT32, 1, 2);
        }
        m.operator(35, 29, Flat.table().with(1, TANH), new int[] {x, w, r, b, h[0]}, y);
        m.operator(24, 13, Flat.table().with(0, (byte) 1), new int[] {step, w, r, b, h[1]}, z);
        int[] both = {x, w, r, b, h[2], w, r, b, h[3], -1, -1, -1};
        m.operator(46, 69, Flat.table().with(1, TANH), both, there, back);
        return m.inputs(x, step).outputs(y, z, there, back);
    }

    private static TinyModel svdfInt8() {
        TinyModel m = new TinyModel();
        int x = m.codes("x", 0.5f, -3, 1, 2);
        int features = m.codes("features", 0.25f, 0, 2, 2);
        m.data(features, Flat.bytes(new byte[] {1, -2, 3, 4}));
        int time = m.tensor("time", TinyModel.INT16, 2, 3);
        m.quantize(time, 0.125f, 0);
        m.data(time, Flat.bytes(new byte[] {1, 0, 2, 0, 3, 0, -1, -1, 5, 0, 6, 0}));
        int bias = m.constant("bias", 100);
        int memory = variable(m, "memory", TinyModel.INT16, 1, 6);
        m.quantize(memory, 0.0625f, 0);
        int y = m.codes("y", 0.5f, 4, 1, 1);
        int[] from = {x, features, time, bias, memory};
        m.operator(27, 6, Flat.table().with(0, 2).with(1, (byte) 1), from, y);
        return m.inputs(x).outputs(y);
    }

    private static TinyModel spectrum() {
        TinyModel m = new TinyModel();
        int complex = 8;
        int x = m.tensor("x", TinyModel.FLOAT32, 2, 1, 6);
        int length = m.constant("length", 1, 8);
        int f = m.tensor("f", complex, 2, 1, 5);
        int flat = m.tensor("flat", complex, 2, 5);
        int shape = m.constant("shape", 2, 5);
        int[] y = new int[3];
        for (int i = 0; i < y.length; i++) {
            y[i] = m.tensor("y" + i, TinyModel.FLOAT32, 2, 5);
        }
        m.operator(131, 101, Flat.table(), new int[] {x, length}, f);
        m.operator(22, 17, Flat.table(), new int[] {f, shape}, flat);
        m.operator(135, 0, Flat.table(), new int[] {flat}, y[0]);
        m.operator(134, 0, Flat.table(), new int[] {flat}, y[1]);
        m.operator(133, 0, Flat.table(), new int[] {flat}, y[2]);
        return m.inputs(x).outputs(y);
    }

    private static TinyModel detection() {
        TinyModel m = new TinyModel();
        int boxes = m.tensor("boxes", TinyModel.UINT8, 1, 3, 4);
        m.quantize(boxes, 0.0625f, 128);
        int scores = m.tensor("scores", TinyModel.FLOAT32, 1, 3, 3);
        int anchors = weights(m, "anchors", 3, 4);
        int[] y = new int[4];
        for (int i = 0; i < y.length; i++) {
            y[i] = m.tensor("y" + i, TinyModel.FLOAT32);
        }
        int[] from = {boxes, scores, anchors};
        m.operator(32, 0, Flat.table(), from, y);
        m.changeCode(0, c -> c.with(1, Flat.string("TFLite_Detection_PostProcess")));
        m.changeOperator(0, o -> o.with(5, Flat.bytes(detectionOptions())));
        return m.inputs(boxes, scores).outputs(y);
    }

    private static byte[] detectionOptions() {
        Map<String, Float> values = new LinkedHashMap<>();
        values.put("h_scale", 5f);
        values.put("max_classes_per_detection", 1f);
        values.put("max_detections", 2f);
        values.put("nms_iou_threshold", 0.5f);
        values.put("nms_score_threshold", 0.1f);
        values.put("num_classes", 2f);
        values.put("w_scale", 5f);
        values.put("x_scale", 10f);
        values.put("y_scale", 10f);
        return FlexMapTest.map(values);
    }
}
