package quern.formats.tflite;

import java.util.Map;

/** Small files with several subgraphs: loops, branches, variables, compositions. */
final class ControlModels {
    private static final int BOOL = 6;
    private static final int RESOURCE = 13;

    private ControlModels() {}

    static Map<String, TinyModel> models() {
        return Map.of(
                "loop", loop(),
                "branch", branch(),
                "variable", variable(true),
                "variable-zero", variable(false),
                "composite", composite(),
                "looped-lstm", LoopedLstm.model());
    }

    private static int flag(TinyModel m, String name) {
        return m.tensor(name, BOOL);
    }

    private static Flat.Table subgraphs(int first, int second) {
        return Flat.table().with(0, first).with(1, second);
    }

    /** The types that a body says, whose first dimension is open. */
    private static TinyModel body() {
        TinyModel m = new TinyModel();
        int x = m.tensor("x", TinyModel.FLOAT32);
        int step = m.tensor("step", TinyModel.FLOAT32, 2);
        int shape = m.tensor("shape", TinyModel.INT32, 1);
        int f0 = flag(m, "f0");
        int f1 = flag(m, "f1");
        int end = flag(m, "end");
        m.data(end, Flat.bytes((byte) 0));
        int sum = m.tensor("sum", TinyModel.FLOAT32);
        int same = m.tensor("same", TinyModel.FLOAT32);
        return m.operator(0, 11, Flat.table(), new int[] {x, step}, sum)
                .operator(22, 0, Flat.table(), new int[] {sum, shape}, same)
                .inputs(x, step, shape, f0, f1)
                .outputs(same, step, shape, f1, end);
    }

    private static TinyModel cond() {
        TinyModel m = new TinyModel();
        int x = m.tensor("x", TinyModel.FLOAT32);
        int step = m.tensor("step", TinyModel.FLOAT32, 2);
        int shape = m.tensor("shape", TinyModel.INT32, 1);
        int f0 = flag(m, "f0");
        int f1 = flag(m, "f1");
        return m.inputs(x, step, shape, f0, f1).outputs(f0);
    }

    /** Adds 0.5 as often as flags are set; the body reshapes by a variable that never changes. */
    static TinyModel loop() {
        TinyModel m = new TinyModel();
        int x = m.tensor("x", TinyModel.FLOAT32, 2);
        int step = m.constant("step", new float[] {0.5f, 1}, 2);
        int shape = m.constant("shape", 2);
        int f0 = flag(m, "f0");
        int f1 = flag(m, "f1");
        int y = m.tensor("y", TinyModel.FLOAT32);
        int y1 = m.tensor("y1", TinyModel.FLOAT32, 2);
        int y2 = m.tensor("y2", TinyModel.INT32, 1);
        int y3 = flag(m, "y3");
        int y4 = flag(m, "y4");
        return m.operator(
                        119,
                        93,
                        subgraphs(1, 2),
                        new int[] {x, step, shape, f0, f1},
                        y,
                        y1,
                        y2,
                        y3,
                        y4)
                .inputs(x, f0, f1)
                .outputs(y)
                .subgraph(cond())
                .subgraph(body());
    }

    private static TinyModel one(String name, int operator, int union) {
        TinyModel m = new TinyModel();
        int x = m.tensor("x", TinyModel.FLOAT32, 2);
        int y = m.tensor(name, TinyModel.FLOAT32, 2);
        return m.operator(operator, union, Flat.table(), new int[] {x}, y).inputs(x).outputs(y);
    }

    /** The ReLU or the logistic function. */
    static TinyModel branch() {
        TinyModel m = new TinyModel();
        int c = m.tensor("c", BOOL, 1);
        int x = m.tensor("x", TinyModel.FLOAT32, 2);
        int y = m.tensor("y", TinyModel.FLOAT32, 2);
        return m.operator(118, 92, subgraphs(1, 2), new int[] {c, x}, y)
                .inputs(c, x)
                .outputs(y)
                .subgraph(one("relu", 19, 0))
                .subgraph(one("logistic", 14, 0));
    }

    private static TinyModel start() {
        TinyModel m = new TinyModel();
        int handle = m.tensor("handle", RESOURCE);
        int value = m.constant("value", new float[] {10, 20}, 2);
        return m.operator(142, 0, named("sum"), new int[0], handle)
                .operator(144, 0, Flat.table(), new int[] {handle, value});
    }

    private static Flat.Table named(String name) {
        return Flat.table().with(1, Flat.string(name));
    }

    /** {@code sum += x; return 2 * sum}, read again after it was assigned. */
    static TinyModel variable(boolean start) {
        TinyModel m = new TinyModel();
        int x = m.tensor("x", TinyModel.FLOAT32, 2);
        int handle = m.tensor("handle", RESOURCE);
        int before = m.tensor("before", TinyModel.FLOAT32, 2);
        int after = m.tensor("after", TinyModel.FLOAT32, 2);
        int again = m.tensor("again", TinyModel.FLOAT32, 2);
        int y = m.tensor("y", TinyModel.FLOAT32, 2);
        if (start) {
            m.operator(129, 0, Flat.table().with(0, 1), new int[0]).subgraph(start());
        }
        return m.operator(142, 0, named("sum"), new int[0], handle)
                .operator(143, 0, Flat.table(), new int[] {handle}, before)
                .operator(0, 11, Flat.table(), new int[] {before, x}, after)
                .operator(144, 0, Flat.table(), new int[] {handle, after})
                .operator(143, 0, Flat.table(), new int[] {handle}, again)
                .operator(0, 11, Flat.table(), new int[] {after, again}, y)
                .inputs(x)
                .outputs(y, before);
    }

    /** Twice an operator that a subgraph spells out. */
    static TinyModel composite() {
        TinyModel m = new TinyModel();
        int x = m.tensor("x", TinyModel.FLOAT32, 2);
        int h = m.tensor("h", TinyModel.FLOAT32, 2);
        int y = m.tensor("y", TinyModel.FLOAT32, 2);
        TinyModel doubling = new TinyModel();
        int in = doubling.tensor("x", TinyModel.FLOAT32, 2);
        int two = doubling.constant("two", new float[] {2}, 1);
        int out = doubling.tensor("y", TinyModel.FLOAT32, 2);
        doubling.operator(18, 21, Flat.table(), new int[] {in, two}, out);
        Flat.Table options = Flat.table().with(0, Flat.string("odml.twice")).with(1, 1);
        return m.operator(206, 0, Flat.table(), new int[] {x}, h)
                .operator(206, 0, Flat.table(), new int[] {h}, y)
                .changeOperator(0, t -> t.with(11, (byte) 1).with(12, options))
                .changeOperator(1, t -> t.with(11, (byte) 1).with(12, options))
                .inputs(x)
                .outputs(y)
                .subgraph(doubling.inputs(in).outputs(out));
    }
}
