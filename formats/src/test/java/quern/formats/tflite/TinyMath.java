package quern.formats.tflite;

/** Small TFLite files of elementwise functions. */
final class TinyMath {
    /** The builtin codes of {@link #unaryFloat}, in order; the last is GELU by a tangent. */
    private static final int[] UNARY = {
        101, 59, 158, 47, 73, 75, 76, 92, 8, 104, 116, 66, 108, 111, 20, 152, 150
    };

    /** The builtin codes of {@link #pairsFloat}, in order. */
    private static final int[] PAIRS = {42, 90, 95, 78, 99, 156};

    private TinyMath() {}

    /** Functions of one tensor, one after the other. */
    static TinyModel unaryFloat() {
        TinyModel m = new TinyModel();
        int x = m.tensor("x", TinyModel.FLOAT32, 2, 3);
        int at = x;
        for (int code : UNARY) {
            int next = m.tensor("y" + code, TinyModel.FLOAT32, 2, 3);
            Flat.Table options = code == 150 ? Flat.table().with(0, (byte) 1) : Flat.table();
            m.operator(code, 0, options, new int[] {at}, next);
            at = next;
        }
        return m.inputs(x).outputs(at);
    }

    /** Functions of two tensors, each with the result of the one before it, and a sum of three. */
    static TinyModel pairsFloat() {
        TinyModel m = new TinyModel();
        int x = m.tensor("x", TinyModel.FLOAT32, 2, 3);
        int c = m.constant("c", new float[] {2, -3, 0.5f}, 3);
        int at = x;
        for (int code : PAIRS) {
            int next = m.tensor("y" + code, TinyModel.FLOAT32, 2, 3);
            m.operator(code, 0, Flat.table(), new int[] {at, c}, next);
            at = next;
        }
        int sum = m.tensor("sum", TinyModel.FLOAT32, 2, 3);
        return m.operator(106, 0, Flat.table(), new int[] {at, x, at}, sum).inputs(x).outputs(sum);
    }

    /** Neighbours, a window and a row that normalize or average. */
    static TinyModel normalizingFloat() {
        TinyModel m = new TinyModel();
        int x = m.tensor("x", TinyModel.FLOAT32, 1, 4, 4, 3);
        int response = m.tensor("response", TinyModel.FLOAT32, 1, 4, 4, 3);
        int pooled = m.tensor("pooled", TinyModel.FLOAT32, 1, 2, 2, 3);
        int y = m.tensor("y", TinyModel.FLOAT32, 1, 2, 2, 3);
        Flat.Table neighbours = Flat.table().with(0, 2).with(1, 1f).with(2, 0.5f).with(3, 0.75f);
        Flat.Table window =
                Flat.table().with(0, (byte) 1).with(1, 2).with(2, 2).with(3, 2).with(4, 2);
        return m.operator(13, 12, neighbours, new int[] {x}, response)
                .operator(12, 5, window, new int[] {response}, pooled)
                .operator(50, 36, Flat.table(), new int[] {pooled}, y)
                .inputs(x)
                .outputs(y);
    }

    /** Sum, difference and product of plain integers, whose scales say nothing. */
    static TinyModel plainIntegers() {
        TinyModel m = new TinyModel();
        int x = m.tensor("x", TinyModel.INT32, 2);
        m.quantize(x, 0.5f, 3);
        int c = m.constant("c", 4, -5);
        int sum = m.tensor("sum", TinyModel.INT32, 2);
        int difference = m.tensor("difference", TinyModel.INT32, 2);
        int product = m.tensor("product", TinyModel.INT32, 2);
        int larger = m.tensor("larger", TinyModel.INT32, 2);
        int y = m.tensor("y", TinyModel.INT32, 2);
        return m.operator(0, 11, Flat.table(), new int[] {x, c}, sum)
                .operator(41, 28, Flat.table(), new int[] {sum, x}, difference)
                .operator(18, 21, Flat.table().with(0, (byte) 3), new int[] {sum, x}, product)
                .operator(55, 39, Flat.table(), new int[] {difference, product}, larger)
                .operator(101, 0, Flat.table(), new int[] {larger}, y)
                .inputs(x)
                .outputs(y);
    }
}
