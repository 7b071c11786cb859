package quern.formats.tflite;

/** Small TFLite files of elementwise functions. */
final class TinyMath {
    /** The builtin codes of {@link #unaryFloat}, in order; the last is GELU by a tangent. */
    private static final int[] UNARY = {
        101, 59, 158, 47, 73, 75, 76, 92, 8, 104, 116, 66, 108, 111, 20, 152, 150
    };

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
