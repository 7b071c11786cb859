package quern.formats.tflite;

/** Small TFLite files with activations of 16 bits. */
final class TinyWide {
    private TinyWide() {}

    /**
     * A network of int16 activations and int8 weights between float ends: a convolution with an
     * int64 bias, a depthwise one with an int32 bias, a fully connected layer with none.
     */
    static TinyModel network() {
        TinyModel m = new TinyModel();
        int x = m.tensor("x", TinyModel.FLOAT32, 1, 4, 4, 2);
        int codes = codes(m, "codes", 1f / 4096, 1, 4, 4, 2);
        int w = m.tensor("w", TinyModel.INT8, 3, 2, 2, 2);
        m.quantize(w, new float[] {0.25f, 0.5f, 1}, new long[3], 0);
        byte[] weights = new byte[24];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (byte) (i * 37 % 255 - 127);
        }
        m.data(w, Flat.bytes(weights));
        int b = m.tensor("b", TinyModel.INT64, 3);
        m.quantize(b, new float[] {0.25f / 4096, 0.5f / 4096, 1f / 4096}, new long[3], 0);
        m.data(b, Flat.longs(5_000_000_000L, -70_000, 3));
        int conv = codes(m, "conv", 0.01f, 1, 4, 4, 3);
        int dw = m.tensor("dw", TinyModel.INT8, 1, 2, 2, 3);
        m.quantize(dw, new float[] {0.5f, 0.25f, 0.125f}, new long[3], 3);
        m.data(dw, Flat.bytes(new byte[] {1, -2, 3, -4, 5, -6, 7, -8, 9, -10, 11, 127}));
        int db = m.tensor("db", TinyModel.INT32, 3);
        m.quantize(db, new float[] {0.005f, 0.0025f, 0.00125f}, new long[3], 0);
        m.data(db, Flat.ints(1000, -1000, 7));
        int deep = codes(m, "deep", 0.02f, 1, 4, 4, 3);
        int pooled = codes(m, "pooled", 0.02f, 1, 2, 2, 3);
        int largest = codes(m, "largest", 0.02f, 1, 1, 1, 3);
        int relu = codes(m, "relu", 0.015f, 1, 1, 1, 3);
        int leaky = codes(m, "leaky", 0.015f, 1, 1, 1, 3);
        int tanh = codes(m, "tanh", 1f / 32768, 1, 1, 1, 3);
        int logistic = codes(m, "logistic", 1f / 32768, 1, 1, 1, 3);
        int joined = codes(m, "joined", 1f / 32768, 1, 1, 1, 6);
        int fw = m.codes("fw", 0.01f, 0, 4, 6);
        byte[] rows = new byte[24];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (byte) (i * 53 % 255 - 127);
        }
        m.data(fw, Flat.bytes(rows));
        int logits = codes(m, "logits", 1f / 2048, 1, 4);
        int soft = codes(m, "soft", 1f / 32768, 1, 4);
        int y = m.tensor("y", TinyModel.FLOAT32, 1, 4);
        int eight = m.codes("eight", 0.05f, 3, 1, 4);
        Flat.Table same = Flat.table().with(1, 1).with(2, 1).with(3, (byte) 3);
        Flat.Table each = Flat.table().with(1, 1).with(2, 1).with(3, 1);
        Flat.Table window =
                Flat.table().with(0, (byte) 1).with(1, 2).with(2, 2).with(3, 2).with(4, 2);
        return m.operator(114, 0, Flat.table(), new int[] {x}, codes)
                .operator(3, 1, same, new int[] {codes, w, b}, conv)
                .operator(4, 2, each, new int[] {conv, dw, db}, deep)
                .operator(1, 5, window, new int[] {deep}, pooled)
                .operator(17, 5, window, new int[] {pooled}, largest)
                .operator(19, 0, Flat.table(), new int[] {largest}, relu)
                .operator(98, 75, Flat.table().with(0, 0.25f), new int[] {largest}, leaky)
                .operator(28, 0, Flat.table(), new int[] {leaky}, tanh)
                .operator(14, 0, Flat.table(), new int[] {relu}, logistic)
                .operator(2, 10, Flat.table().with(0, 3), new int[] {tanh, logistic}, joined)
                .operator(9, 8, Flat.table(), new int[] {joined, fw, -1}, logits)
                .operator(25, 9, Flat.table().with(0, 1f), new int[] {logits}, soft)
                .operator(6, 0, Flat.table(), new int[] {soft}, y)
                .operator(114, 0, Flat.table(), new int[] {logits}, eight)
                .inputs(x)
                .outputs(y, eight);
    }

    /** Functions of two tensors, reductions, a resize and movement of int16 codes. */
    static TinyModel pairs() {
        TinyModel m = new TinyModel();
        int x = codes(m, "x", 0.001f, 1, 2, 2, 3);
        int c = codes(m, "c", 0.002f, 3);
        m.data(c, Flat.bytes(new byte[] {0, -128, -1, 127, 5, 0}));
        int sum = codes(m, "sum", 0.003f, 1, 2, 2, 3);
        int difference = codes(m, "difference", 0.002f, 1, 2, 2, 3);
        int product = codes(m, "product", 0.004f, 1, 2, 2, 3);
        int larger = codes(m, "larger", 0.002f, 1, 2, 2, 3);
        int smaller = codes(m, "smaller", 0.002f, 1, 2, 2, 3);
        int size = m.constant("size", 3, 5);
        int resized = codes(m, "resized", 0.002f, 1, 3, 5, 3);
        int axes = m.constant("axes", 1, 2);
        int mean = codes(m, "mean", 0.001f, 1, 3);
        int total = codes(m, "total", 0.05f, 1, 3);
        Flat.Table general = Flat.table().with(1, (byte) 0);
        return m.operator(0, 11, general, new int[] {x, c}, sum)
                .operator(41, 28, general, new int[] {sum, x}, difference)
                .operator(18, 21, Flat.table().with(0, (byte) 1), new int[] {sum, x}, product)
                .operator(55, 39, Flat.table(), new int[] {difference, c}, larger)
                .operator(57, 39, Flat.table(), new int[] {larger, c}, smaller)
                .operator(23, 15, Flat.table(), new int[] {smaller, size}, resized)
                .operator(40, 27, Flat.table(), new int[] {resized, axes}, mean)
                .operator(74, 27, Flat.table(), new int[] {product, axes}, total)
                .inputs(x)
                .outputs(mean, total);
    }

    private static int codes(TinyModel m, String name, float scale, int... shape) {
        int t = m.tensor(name, TinyModel.INT16, shape);
        m.quantize(t, scale, 0);
        return t;
    }
}
