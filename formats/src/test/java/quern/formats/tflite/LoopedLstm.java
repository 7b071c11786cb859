package quern.formats.tflite;

/**
 * An LSTM layer as Keras exports it without a fused operator: a loop over time whose body reads a
 * row of the input, computes one step and sets a row of a list of outputs.
 */
final class LoopedLstm {
    static final int STEPS = 3;
    static final int FEATURES = 2;
    static final int CELLS = 2;

    /** Input weights, 4 gates of {@link #CELLS} rows: input, forget, cell, output. */
    static final float[] W = {
        0.1f, -0.2f, 0.3f, 0.4f, -0.5f, 0.6f, 0.7f, 0.8f, 0.9f, -1, 0.5f, 0.25f, -0.75f, 0.2f, 0.1f,
        0.3f
    };

    /** Recurrent weights. */
    static final float[] R = {
        0.2f, 0.1f, -0.3f, 0.5f, 0.4f, -0.6f, 0.1f, 0.7f, -0.2f, 0.3f, 0.8f, -0.4f, 0.6f, 0.5f,
        -0.1f, 0.9f
    };

    static final float[] BIAS = {0.1f, 0, 1, 1, -0.1f, 0.2f, 0, 0.3f};

    private LoopedLstm() {}

    /** x [1,3,2] to the list of outputs [3,1,2]; the bodies leave shapes open. */
    static TinyModel model() {
        TinyModel m = new TinyModel();
        int x = m.tensor("x", TinyModel.FLOAT32, 1, STEPS, FEATURES);
        m.changeTensor(x, t -> t.with(7, Flat.ints(-1, STEPS, FEATURES)));
        int permutation = m.constant("permutation", 1, 0, 2);
        int rows = m.tensor("rows", TinyModel.FLOAT32);
        int shape = m.tensor("shape", TinyModel.INT32, 3);
        int one = m.constant("one", 1);
        int two = m.constant("two", 2);
        int batch = m.tensor("batch", TinyModel.INT32, 1);
        int cells = m.constant("cells", CELLS);
        int stateShape = m.tensor("state_shape", TinyModel.INT32, 2);
        int zero = m.constant("zero", new float[] {0});
        int state = m.tensor("state", TinyModel.FLOAT32);
        int steps = m.constant("steps", STEPS);
        int listShape = m.tensor("list_shape", TinyModel.INT32, 3);
        int list = m.tensor("list", TinyModel.FLOAT32);
        int start = m.constant("start", 0);
        m.changeTensor(start, t -> t.with(0, Flat.ints()));
        int y0 = m.tensor("time", TinyModel.INT32);
        int y1 = m.tensor("outputs", TinyModel.FLOAT32);
        int y2 = m.tensor("h", TinyModel.FLOAT32);
        int y3 = m.tensor("c", TinyModel.FLOAT32);
        int y4 = m.tensor("rows_again", TinyModel.FLOAT32);
        Flat.Table loop = Flat.table().with(0, 1).with(1, 2);
        return m.operator(39, 26, Flat.table(), new int[] {x, permutation}, rows)
                .operator(77, 55, Flat.table(), new int[] {rows}, shape)
                .operator(45, 32, Flat.table(), new int[] {shape, one, two, one}, batch)
                .operator(2, 10, Flat.table(), new int[] {batch, cells}, stateShape)
                .operator(94, 68, Flat.table(), new int[] {stateShape, zero}, state)
                .operator(2, 10, Flat.table(), new int[] {steps, stateShape}, listShape)
                .operator(94, 68, Flat.table(), new int[] {listShape, zero}, list)
                .operator(
                        119,
                        93,
                        loop,
                        new int[] {start, list, state, state, rows},
                        y0,
                        y1,
                        y2,
                        y3,
                        y4)
                .inputs(x)
                .outputs(y1, y2)
                .subgraph(cond())
                .subgraph(body());
    }

    private static int[] variables(TinyModel m) {
        return new int[] {
            m.tensor("time", TinyModel.INT32),
            m.tensor("list", TinyModel.FLOAT32),
            m.tensor("h", TinyModel.FLOAT32),
            m.tensor("c", TinyModel.FLOAT32),
            m.tensor("rows", TinyModel.FLOAT32)
        };
    }

    private static TinyModel cond() {
        TinyModel m = new TinyModel();
        int[] v = variables(m);
        int steps = m.constant("steps", STEPS);
        m.changeTensor(steps, t -> t.with(0, Flat.ints()));
        int less = m.tensor("less", 6);
        return m.operator(58, 44, Flat.table(), new int[] {v[0], steps}, less)
                .inputs(v)
                .outputs(less);
    }

    private static int real(TinyModel m, String name) {
        return m.tensor(name, TinyModel.FLOAT32);
    }

    private static TinyModel body() {
        TinyModel m = new TinyModel();
        int[] v = variables(m);
        int row = real(m, "row");
        m.operator(36, 23, Flat.table(), new int[] {v[4], v[0]}, row);
        int w = m.constant("w", W, 4 * CELLS, FEATURES);
        int r = m.constant("r", R, 4 * CELLS, CELLS);
        int b = m.constant("b", BIAS, 4 * CELLS);
        int fromX = real(m, "from_x");
        int fromH = real(m, "from_h");
        int sum = real(m, "sum");
        int axis = m.constant("axis", 1);
        m.changeTensor(axis, t -> t.with(0, Flat.ints()));
        int[] gates = {real(m, "i"), real(m, "f"), real(m, "g"), real(m, "o")};
        m.operator(9, 8, Flat.table(), new int[] {row, w, b}, fromX)
                .operator(9, 8, Flat.table(), new int[] {v[2], r, -1}, fromH)
                .operator(0, 11, Flat.table(), new int[] {fromX, fromH}, sum)
                .operator(49, 35, Flat.table().with(0, 4), new int[] {axis, sum}, gates);
        int i = unary(m, 14, gates[0]);
        int f = unary(m, 14, gates[1]);
        int g = unary(m, 28, gates[2]);
        int o = unary(m, 14, gates[3]);
        int kept = binary(m, 18, 21, f, v[3]);
        int added = binary(m, 18, 21, i, g);
        int c = binary(m, 0, 11, kept, added);
        int h = binary(m, 18, 21, o, unary(m, 28, c));
        int list = set(m, v[1], v[0], h);
        int step = m.constant("step", 1);
        m.changeTensor(step, t -> t.with(0, Flat.ints()));
        int time = m.tensor("next", TinyModel.INT32);
        m.operator(0, 11, Flat.table(), new int[] {v[0], step}, time);
        return m.inputs(v).outputs(time, list, h, c, v[4]);
    }

    private static int unary(TinyModel m, int code, int x) {
        int y = real(m, "u" + x);
        m.operator(code, 0, Flat.table(), new int[] {x}, y);
        return y;
    }

    private static int binary(TinyModel m, int code, int union, int a, int b) {
        int y = real(m, "b" + a + "_" + b);
        m.operator(code, union, Flat.table(), new int[] {a, b}, y);
        return y;
    }

    /** Row {@code at} of a list becomes {@code item}. */
    private static int set(TinyModel m, int list, int at, int item) {
        int axis = m.constant("first", 0);
        m.changeTensor(axis, t -> t.with(0, Flat.ints()));
        int rest = m.constant("rest", -1, -1);
        int none = m.constant("none", 0, 0);
        int one = m.constant("one", 1);
        m.changeTensor(one, t -> t.with(0, Flat.ints()));
        int index = m.tensor("index", TinyModel.INT32);
        int sizes = m.tensor("sizes", TinyModel.INT32);
        int zeros = m.constant("zeros", 0, 0, 0);
        int before = real(m, "before");
        int next = m.tensor("behind", TinyModel.INT32);
        int nextIndex = m.tensor("behind_index", TinyModel.INT32);
        int begin = m.tensor("begin", TinyModel.INT32);
        int all = m.constant("all", -1, -1, -1);
        int after = real(m, "after");
        int row = real(m, "item");
        int joined = real(m, "list_after");
        m.operator(70, 52, Flat.table(), new int[] {at, axis}, index)
                .operator(2, 10, Flat.table(), new int[] {index, rest}, sizes)
                .operator(65, 49, Flat.table(), new int[] {list, zeros, sizes}, before)
                .operator(0, 11, Flat.table(), new int[] {at, one}, next)
                .operator(70, 52, Flat.table(), new int[] {next, axis}, nextIndex)
                .operator(2, 10, Flat.table(), new int[] {nextIndex, none}, begin)
                .operator(65, 49, Flat.table(), new int[] {list, begin, all}, after)
                .operator(70, 52, Flat.table(), new int[] {item, axis}, row)
                .operator(2, 10, Flat.table(), new int[] {before, row, after}, joined);
        return joined;
    }
}
