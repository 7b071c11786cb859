package quern.formats.tflite;

/** Small TFLite files of operators that move elements; the file gives no shapes of results. */
final class MovementModels {
    private static final Flat.Table NONE = Flat.table();

    private MovementModels() {}

    private static int scalar(TinyModel m, String name, int value) {
        int t = m.constant(name, value);
        m.changeTensor(t, table -> table.with(0, Flat.ints()));
        return t;
    }

    private static int scalar(TinyModel m, String name, float value) {
        return m.constant(name, new float[] {value});
    }

    private static int pairs(TinyModel m, String name, int... values) {
        int t = m.constant(name, values);
        m.changeTensor(t, table -> table.with(0, Flat.ints(values.length / 2, 2)));
        return t;
    }

    private static int real(TinyModel m, String name) {
        return m.tensor(name, TinyModel.FLOAT32);
    }

    /** Parts of a float32 tensor [2,3,4], put together again and turned around. */
    static TinyModel slices() {
        TinyModel m = new TinyModel();
        int x = m.tensor("x", TinyModel.FLOAT32, 2, 3, 4);
        int slice = real(m, "slice");
        m.operator(
                65,
                0,
                NONE,
                new int[] {x, m.constant("begin", 0, 1, 2), m.constant("size", -1, 2, 1)},
                slice);
        // x[1, 0:3, 3:0:-2]
        int strided = real(m, "strided");
        int begin = m.constant("begin2", 1, 0, 3);
        int end = m.constant("end2", 0, 3, 0);
        int steps = m.constant("steps2", 1, 1, -2);
        m.operator(45, 0, Flat.table().with(4, 1), new int[] {x, begin, end, steps}, strided);
        // x[..., None, 1:-1]
        int axes = real(m, "axes");
        begin = m.constant("begin3", 0, 0, 1);
        end = m.constant("end3", 0, 0, -1);
        steps = m.constant("steps3", 1, 1, 1);
        Flat.Table masks = Flat.table().with(2, 1).with(3, 2);
        m.operator(45, 0, masks, new int[] {x, begin, end, steps}, axes);
        int left = real(m, "left");
        int right = real(m, "right");
        m.operator(
                49, 0, Flat.table().with(0, 2), new int[] {scalar(m, "axis", -1), x}, left, right);
        int first = real(m, "first");
        int others = real(m, "others");
        int sizes = m.constant("sizes", 1, -1);
        m.operator(102, 0, NONE, new int[] {x, sizes, scalar(m, "axis1", 1)}, first, others);
        int row0 = real(m, "row0");
        int row1 = real(m, "row1");
        m.operator(88, 0, Flat.table().with(0, 2), new int[] {x}, row0, row1);
        int packed = real(m, "packed");
        m.operator(83, 0, Flat.table().with(0, 2).with(1, -1), new int[] {row0, row1}, packed);
        int reversed = real(m, "reversed");
        m.operator(105, 0, NONE, new int[] {x, m.constant("both", 0, -1)}, reversed);
        return m.inputs(x).outputs(slice, strided, axes, right, others, packed, reversed);
    }

    /** Pixels that become channels and batches, mirrored and repeated. */
    static TinyModel blocksInt8() {
        TinyModel m = new TinyModel();
        int x = m.codes("x", 0.5f, 3, 1, 4, 4, 1);
        int depth = m.codes("depth", 0.5f, 3);
        m.operator(26, 0, Flat.table().with(0, 2), new int[] {x}, depth);
        int space = m.codes("space", 0.5f, 3);
        m.operator(5, 0, Flat.table().with(0, 2), new int[] {depth}, space);
        int block = m.constant("block", 2, 2);
        int batches = m.codes("batches", 0.5f, 3);
        int pads = pairs(m, "pads", 2, 0, 0, 0);
        m.operator(38, 0, NONE, new int[] {space, block, pads}, batches);
        int image = m.codes("image", 0.5f, 3);
        int crops = pairs(m, "crops", 1, 0, 0, 1);
        m.operator(37, 0, NONE, new int[] {batches, block, crops}, image);
        int mirror = m.codes("mirror", 0.5f, 3);
        int sides = pairs(m, "sides", 0, 0, 1, 0, 0, 2, 0, 0);
        m.operator(100, 0, NONE, new int[] {image, sides}, mirror);
        int tiled = m.codes("tiled", 0.5f, 3);
        m.operator(69, 0, NONE, new int[] {mirror, m.constant("twice", 2, 1, 1, 1)}, tiled);
        return m.inputs(x).outputs(depth, batches, image, mirror, tiled);
    }

    /** Elements of a float32 tensor [3,2] that another input [2] or a constant tells. */
    static TinyModel lookups() {
        TinyModel m = new TinyModel();
        int x = m.tensor("x", TinyModel.FLOAT32, 3, 2);
        int i = m.tensor("i", TinyModel.INT32, 2);
        int gathered = real(m, "gathered");
        m.operator(36, 0, NONE, new int[] {x, i}, gathered);
        int picked = real(m, "picked");
        m.operator(107, 0, NONE, new int[] {x, pairs(m, "at", 2, 1, 0, 0)}, picked);
        int scattered = real(m, "scattered");
        int rows = m.constant("rows", 1, 3);
        m.changeTensor(rows, t -> t.with(0, Flat.ints(2, 1)));
        m.operator(122, 0, NONE, new int[] {rows, gathered, m.constant("to", 4, 2)}, scattered);
        int dense = real(m, "dense");
        int place = m.constant("place", 1, 3);
        int default0 = scalar(m, "default", 9f);
        m.operator(
                68, 0, NONE, new int[] {place, m.constant("length", 4), picked, default0}, dense);
        int table = m.codes("table", 0.5f, 1, 3, 2);
        m.data(table, Flat.bytes(new byte[] {1, 2, 3, 4, 5, 6}));
        int embedded = real(m, "embedded");
        m.operator(7, 0, NONE, new int[] {i, table}, embedded);
        int hot = real(m, "hot");
        int on = scalar(m, "on", 1f);
        int off = scalar(m, "off", 0f);
        m.operator(
                85,
                0,
                Flat.table().with(0, -1),
                new int[] {i, scalar(m, "three", 3), on, off},
                hot);
        int updated = real(m, "updated");
        int box = m.constant("box", new float[] {-1, -2}, 1, 2);
        m.operator(151, 0, NONE, new int[] {x, box, i}, updated);
        int cut = real(m, "cut");
        m.operator(65, 0, NONE, new int[] {x, i, m.constant("one", 1, 1)}, cut);
        int row = real(m, "row");
        Flat.Table masks = Flat.table().with(0, 2).with(1, 2).with(4, 1);
        m.operator(45, 0, masks, new int[] {x, i, i, m.constant("ones", 1, 1)}, row);
        int reversed = real(m, "reversed");
        m.operator(112, 0, Flat.table().with(1, 1), new int[] {x, i}, reversed);
        return m.inputs(x, i)
                .outputs(gathered, scattered, dense, embedded, hot, updated, cut, row, reversed);
    }

    /** Values that are made from little. */
    static TinyModel fills() {
        TinyModel m = new TinyModel();
        int x = m.tensor("x", TinyModel.FLOAT32, 2);
        int wide = real(m, "wide");
        m.operator(130, 0, NONE, new int[] {x, m.constant("shape", 2, 2)}, wide);
        int full = real(m, "full");
        m.operator(94, 0, NONE, new int[] {m.constant("dims", 3), scalar(m, "v", 7f)}, full);
        int zeros = real(m, "zeros");
        m.operator(93, 0, NONE, new int[] {wide}, zeros);
        int count = m.tensor("count", TinyModel.INT32);
        int start = scalar(m, "start", 5);
        m.operator(
                96,
                0,
                NONE,
                new int[] {start, scalar(m, "limit", -2), scalar(m, "step", -3)},
                count);
        int diagonal = real(m, "diagonal");
        m.operator(113, 0, NONE, new int[] {wide}, diagonal);
        int args = m.tensor("args", TinyModel.INT32);
        m.operator(145, 0, NONE, new int[] {m.constant("a", 3, 1), m.constant("b", 2)}, args);
        int rectified = real(m, "rectified");
        m.operator(2, 0, Flat.table().with(0, 0).with(1, (byte) 1), new int[] {x, full}, rectified);
        int longs = m.tensor("longs", TinyModel.INT64, 1);
        m.data(longs, Flat.longs(1L << 60));
        int filler = m.tensor("filler", TinyModel.INT64);
        m.data(filler, Flat.longs((1L << 60) + 1));
        int padded = m.tensor("padded", TinyModel.INT64);
        m.operator(60, 0, NONE, new int[] {longs, pairs(m, "side", 0, 1), filler}, padded);
        int set = real(m, "set");
        m.operator(115, 0, NONE, new int[] {diagonal, wide}, set);
        int replaced = real(m, "replaced");
        m.operator(115, 0, NONE, new int[] {wide, x}, replaced);
        return m.inputs(x)
                .outputs(
                        wide, full, zeros, count, diagonal, args, rectified, padded, set, replaced);
    }
}
