package quern.formats.tflite;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Small TFLite files that together use every operator and form that is read. */
public final class TinyModels {
    private static final int FLOAT16 = 1;
    private static final int BOOL = 6;
    private static final int[] X = {0};

    private TinyModels() {}

    /** All files by name. */
    public static Map<String, byte[]> files() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        models().forEach((name, model) -> files.put(name + ".tflite", model.bytes()));
        files.put("described.tflite", MetadataModels.described());
        return files;
    }

    static Map<String, TinyModel> models() {
        Map<String, TinyModel> models = new LinkedHashMap<>();
        models.put("conv-int8", convInt8());
        models.put("conv-float-grouped", convFloatGrouped());
        models.put("transpose-conv-float", transposeConvFloat());
        models.put("depthwise-int8", depthwiseInt8());
        models.put("fully-connected-hybrid", fullyConnectedHybrid());
        models.put("elementwise-int8", elementwiseInt8());
        models.put("pairs-int8", pairsInt8());
        models.put("activations-int8", activationsInt8());
        models.put("shapes", shapes());
        models.put("shape-arithmetic", shapeArithmetic());
        models.put("slices", MovementModels.slices());
        models.put("blocks-int8", MovementModels.blocksInt8());
        models.put("lookups", MovementModels.lookups());
        models.put("fills", MovementModels.fills());
        models.put("quantize", quantize());
        models.put("image-float", imageFloat());
        models.put("resized-int8", resizedInt8());
        models.put("reduced-int8", reducedInt8());
        models.put("matmul-int8", matmulInt8());
        models.put("wide-codes", wideCodes());
        models.put("network-16x8", TinyWide.network());
        models.put("pairs-int16", TinyWide.pairs());
        models.put("legacy-uint8", legacyUint8());
        models.put("unary-float", TinyMath.unaryFloat());
        models.put("pairs-float", TinyMath.pairsFloat());
        models.put("normalizing-float", TinyMath.normalizingFloat());
        models.put("plain-int32", TinyMath.plainIntegers());
        models.putAll(new TreeMap<>(ControlModels.models()));
        models.putAll(new TreeMap<>(WeightModels.models()));
        models.put("logic", logic());
        models.put("order", order());
        models.put("places-int8", placesInt8());
        models.putAll(RecurrentModels.models());
        return models;
    }

    /** Per-channel weights with zero points, S32 bias, stride 2, dilation (2,1), fused ReLU6. */
    static TinyModel convInt8() {
        TinyModel m = new TinyModel();
        int x = m.codes("x", 0.5f, -3, 1, 5, 4, 2);
        int w = m.tensor("w", TinyModel.INT8, 3, 2, 1, 2);
        m.quantize(w, new float[] {0.25f, 0.5f, 1}, new long[] {0, 1, -2}, 0);
        m.data(
                w,
                Flat.bytes(
                        (byte) 1,
                        (byte) -2,
                        (byte) 3,
                        (byte) 4,
                        (byte) 5,
                        (byte) -6,
                        (byte) 7,
                        (byte) 8,
                        (byte) -9,
                        (byte) 10,
                        (byte) 11,
                        (byte) -128));
        int b = m.tensor("b", TinyModel.INT32, 3);
        m.quantize(b, new float[] {0.125f, 0.25f, 0.5f}, new long[3], 0);
        m.data(b, Flat.ints(100, -200, 300));
        int y = m.codes("y", 0.75f, 4, 1, 2, 4, 3);
        Flat.Table options =
                Flat.table().with(0, (byte) 1).with(1, 1).with(2, 2).with(3, (byte) 3).with(5, 2);
        return m.operator(3, 1, options, new int[] {x, w, b}, y).inputs(x).outputs(y);
    }

    /** Two groups, no bias. */
    static TinyModel convFloatGrouped() {
        TinyModel m = new TinyModel();
        int x = m.tensor("x", TinyModel.FLOAT32, 1, 2, 2, 4);
        int w = m.constant("w", new float[] {1, 2, 3, 4}, 2, 1, 1, 2);
        int y = m.tensor("y", TinyModel.FLOAT32, 1, 2, 2, 2);
        Flat.Table options = Flat.table().with(1, 1).with(2, 1);
        return m.operator(3, 1, options, new int[] {x, w, -1}, y).inputs(x).outputs(y);
    }

    /** Two in a row: size from a constant with padding and activation, size from the type. */
    static TinyModel transposeConvFloat() {
        TinyModel m = new TinyModel();
        int x = m.tensor("x", TinyModel.FLOAT32, 1, 2, 2, 1);
        int size = m.constant("size", 1, 4, 5, 2);
        int w = m.constant("w", new float[] {1, 2, 3, 4, 5, 6}, 2, 1, 3, 1);
        int b = m.constant("b", new float[] {-1, 1}, 2);
        int middle = m.tensor("middle", TinyModel.FLOAT32, 1, 4, 5, 2);
        int computed = m.tensor("computed", TinyModel.INT32, 4);
        int w2 = m.constant("w2", new float[] {1, -1}, 1, 1, 1, 2);
        int y = m.tensor("y", TinyModel.FLOAT32, 1, 8, 5, 1);
        Flat.Table first = Flat.table().with(0, (byte) 0).with(1, 3).with(2, 2).with(3, (byte) 1);
        Flat.Table second = Flat.table().with(0, (byte) 1).with(1, 1).with(2, 2);
        return m.operator(67, 49, first, new int[] {size, w, x, b}, middle)
                .operator(67, 49, second, new int[] {computed, w2, middle}, y)
                .inputs(x, computed)
                .outputs(y);
    }

    static TinyModel depthwiseInt8() {
        TinyModel m = new TinyModel();
        int x = m.codes("x", 0.5f, 0, 1, 3, 3, 2);
        int w = m.codes("w", 0.25f, 0, 1, 2, 2, 4);
        m.data(w, Flat.bytes(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}));
        int y = m.codes("y", 1, 0, 1, 3, 3, 4);
        Flat.Table options =
                Flat.table()
                        .with(1, 1)
                        .with(2, 1)
                        .with(3, 2)
                        .with(4, (byte) 1)
                        .with(5, 1)
                        .with(6, 1);
        return m.operator(4, 2, options, new int[] {x, w}, y).inputs(x).outputs(y);
    }

    /** Two layers of a float model that share int8 weights. */
    static TinyModel fullyConnectedHybrid() {
        TinyModel m = new TinyModel();
        int x = m.tensor("x", TinyModel.FLOAT32, 1, 2, 3);
        int w = m.codes("w", 0.5f, 0, 3, 3);
        m.data(w, Flat.bytes(new byte[] {1, 2, 3, -4, -5, -6, 7, 8, 9}));
        int b = m.constant("b", new float[] {0.5f, 1, -1}, 3);
        int h = m.tensor("h", TinyModel.FLOAT32, 1, 2, 3);
        int y = m.tensor("y", TinyModel.FLOAT32, 2, 3);
        Flat.Table keep = Flat.table().with(0, (byte) 1).with(2, (byte) 1);
        return m.operator(9, 8, keep, new int[] {x, w, b}, h)
                .operator(9, 8, Flat.table(), new int[] {h, w}, y)
                .inputs(x)
                .outputs(y);
    }

    static TinyModel elementwiseInt8() {
        TinyModel m = new TinyModel();
        int x = m.codes("x", 0.5f, 1, 2, 3);
        int c = m.codes("c", 0.25f, -1, 3);
        m.data(c, Flat.bytes(new byte[] {-7, 0, 9}));
        int sum = m.codes("sum", 0.75f, 2, 2, 3);
        int product = m.codes("product", 0.5f, 0, 2, 3);
        int relu = m.codes("relu", 0.25f, -128, 2, 3);
        int relu6 = m.codes("relu6", 0.25f, -128, 2, 3);
        int logistic = m.codes("logistic", 1f / 256, -128, 2, 3);
        int soft = m.codes("soft", 1f / 256, -128, 2, 3);
        int axes = m.constant("axes", -1);
        int mean = m.codes("mean", 1f / 128, -100, 2, 1);
        return m.operator(0, 11, Flat.table().with(0, (byte) 1), new int[] {x, c}, sum)
                .operator(18, 21, Flat.table().with(0, (byte) 2), new int[] {sum, x}, product)
                .operator(19, 0, Flat.table(), new int[] {product}, relu)
                .operator(21, 0, Flat.table(), new int[] {relu}, relu6)
                .operator(14, 0, Flat.table(), new int[] {relu6}, logistic)
                .operator(25, 9, Flat.table().with(0, 2f), new int[] {relu6}, soft)
                .operator(40, 27, Flat.table().with(0, (byte) 1), new int[] {soft, axes}, mean)
                .inputs(x)
                .outputs(mean, logistic);
    }

    /** Functions of two tensors beyond sums and products. */
    static TinyModel pairsInt8() {
        TinyModel m = new TinyModel();
        int x = m.codes("x", 0.5f, 1, 2, 3);
        int c = m.codes("c", 0.25f, -1, 3);
        m.data(c, Flat.bytes(new byte[] {-7, 0, 9}));
        int difference = m.codes("difference", 0.5f, 1, 2, 3);
        int larger = m.codes("larger", 0.5f, 1, 2, 3);
        int smaller = m.codes("smaller", 0.5f, 1, 2, 3);
        return m.operator(41, 28, Flat.table().with(0, (byte) 1), new int[] {x, c}, difference)
                .operator(55, 39, Flat.table(), new int[] {difference, x}, larger)
                .operator(57, 39, Flat.table(), new int[] {difference, x}, smaller)
                .inputs(x)
                .outputs(larger, smaller);
    }

    /** Activations beyond ReLU, one after the other. */
    static TinyModel activationsInt8() {
        TinyModel m = new TinyModel();
        int x = m.codes("x", 0.5f, 1, 2, 3);
        int slopes = m.codes("slopes", 0.25f, -1, 3);
        m.data(slopes, Flat.bytes(new byte[] {-7, 0, 9}));
        int prelu = m.codes("prelu", 0.5f, 3, 2, 3);
        int leaky = m.codes("leaky", 0.25f, -2, 2, 3);
        int swish = m.codes("swish", 0.5f, -120, 2, 3);
        int tanh = m.codes("tanh", 1f / 128, 0, 2, 3);
        return m.operator(54, 0, Flat.table(), new int[] {x, slopes}, prelu)
                .operator(98, 75, Flat.table().with(0, 0.25f), new int[] {prelu}, leaky)
                .operator(117, 91, Flat.table(), new int[] {leaky}, swish)
                .operator(28, 0, Flat.table(), new int[] {swish}, tanh)
                .inputs(x)
                .outputs(tanh);
    }

    /** Everything that moves elements; tensors without names; an axis counted from the end. */
    static TinyModel shapes() {
        TinyModel m = new TinyModel();
        int x = m.tensor("", TinyModel.FLOAT32, 2, 1, 3);
        int shape = m.constant("shape", 1, -1, 2);
        int reshaped = m.tensor("", TinyModel.FLOAT32, 1, 3, 2);
        int permutation = m.constant("permutation", 2, 0, 1);
        int transposed = m.tensor("same", TinyModel.FLOAT32, 2, 1, 3);
        int squeezed = m.tensor("same", TinyModel.FLOAT32, 2, 3);
        int axis = m.constant("axis", -2);
        int expanded = m.tensor("same", TinyModel.FLOAT32, 2, 1, 3);
        int paddings = m.constant("paddings", 0, 1, 2, 0, 0, 0);
        m.changeTensor(paddings, t -> t.with(0, Flat.ints(3, 2)));
        int padded = m.tensor("padded", TinyModel.FLOAT32, 3, 3, 3);
        int value = m.constant("value", new float[] {2.5f}, 1);
        int padded2 = m.tensor("padded2", TinyModel.FLOAT32, 4, 5, 3);
        int joined = m.tensor("joined", TinyModel.FLOAT32, 4, 10, 3);
        int flat = m.tensor("flat", TinyModel.FLOAT32, 120);
        return m.operator(22, 17, Flat.table(), new int[] {x, shape}, reshaped)
                .operator(39, 26, Flat.table(), new int[] {reshaped, permutation}, transposed)
                .operator(
                        43,
                        30,
                        Flat.table().with(0, Flat.ints(1)),
                        new int[] {transposed},
                        squeezed)
                .operator(70, 52, Flat.table(), new int[] {squeezed, axis}, expanded)
                .operator(34, 22, Flat.table(), new int[] {expanded, paddings}, padded)
                .operator(60, 43, Flat.table(), new int[] {padded, paddings, value}, padded2)
                .operator(2, 10, Flat.table().with(0, -2), new int[] {padded2, padded2}, joined)
                .operator(22, 17, Flat.table().with(0, Flat.ints(-1)), new int[] {joined}, flat)
                .inputs(x)
                .outputs(flat);
    }

    /** A shape that is computed from the input's; results whose shape the file does not give. */
    static TinyModel shapeArithmetic() {
        TinyModel m = new TinyModel();
        int x = m.tensor("x", TinyModel.FLOAT32, 2, 3);
        m.changeTensor(x, t -> t.with(7, Flat.ints(-1, 3)));
        int shape = m.tensor("shape", TinyModel.INT32, 2);
        int one = m.constant("one", 1);
        int longer = m.tensor("longer", TinyModel.INT32, 3);
        int image = m.tensor("image", TinyModel.FLOAT32);
        int padded = m.tensor("padded", TinyModel.FLOAT32, 1, 1, 4);
        m.changeTensor(padded, t -> t.with(7, Flat.ints(1, -1, 4)));
        int paddings = m.constant("paddings", 0, 0, 0, 0, 1, 0);
        m.changeTensor(paddings, t -> t.with(0, Flat.ints(3, 2)));
        int flat = m.tensor("flat", TinyModel.FLOAT32);
        int rank = m.tensor("rank", TinyModel.INT32);
        return m.operator(77, 55, Flat.table(), new int[] {x}, shape)
                .operator(2, 10, Flat.table(), new int[] {one, shape}, longer)
                .operator(22, 0, Flat.table(), new int[] {x, longer}, image)
                .operator(34, 22, Flat.table(), new int[] {image, paddings}, padded)
                .operator(43, 30, Flat.table(), new int[] {padded}, flat)
                .operator(110, 0, Flat.table(), new int[] {flat}, rank)
                .inputs(x)
                .outputs(flat, rank);
    }

    static TinyModel quantize() {
        TinyModel m = new TinyModel();
        int x = m.tensor("x", TinyModel.FLOAT32, 4);
        int codes = m.codes("codes", 0.5f, 3, 4);
        int bytes = m.tensor("bytes", TinyModel.UINT8, 4);
        m.quantize(bytes, 0.5f, 131);
        int y = m.tensor("y", TinyModel.FLOAT32, 4);
        return m.operator(114, 0, Flat.table(), X, codes)
                .operator(114, 0, Flat.table(), new int[] {codes}, bytes)
                .operator(6, 0, Flat.table(), new int[] {bytes}, y)
                .inputs(x)
                .outputs(y);
    }

    /** From codes of 32 bits to codes of 8 and 16 bits and back. */
    static TinyModel wideCodes() {
        TinyModel m = new TinyModel();
        int x = m.tensor("x", TinyModel.INT32, 4);
        m.quantize(x, 0.001f, 0);
        int eight = m.codes("eight", 0.5f, 3, 4);
        int sixteen = m.tensor("sixteen", TinyModel.INT16, 4);
        m.quantize(sixteen, 0.25f, 0);
        int back = m.tensor("back", TinyModel.INT32, 4);
        m.quantize(back, 0.001f, 0);
        return m.operator(114, 0, Flat.table(), new int[] {x}, eight)
                .operator(114, 0, Flat.table(), new int[] {eight}, sixteen)
                .operator(114, 0, Flat.table(), new int[] {sixteen}, back)
                .inputs(x)
                .outputs(back);
    }

    /** Operators whose unsigned codes are rounded otherwise than signed ones, and reductions. */
    static TinyModel legacyUint8() {
        TinyModel m = new TinyModel();
        int x = m.tensor("x", TinyModel.UINT8, 1, 2, 2, 1);
        m.quantize(x, 0.5f, 100);
        int pool = m.tensor("pool", TinyModel.UINT8, 1, 1, 1, 1);
        m.quantize(pool, 0.5f, 100);
        int size = m.constant("size", 2, 2);
        int resized = m.tensor("resized", TinyModel.UINT8, 1, 2, 2, 1);
        m.quantize(resized, 0.5f, 100);
        int joined = m.tensor("joined", TinyModel.UINT8, 1, 2, 2, 3);
        m.quantize(joined, 1, 10);
        int other = m.tensor("other", TinyModel.UINT8, 1, 2, 2, 1);
        m.quantize(other, 1, 10);
        int axes = m.constant("axes", 1, 2);
        int mean = m.tensor("mean", TinyModel.UINT8, 1, 3);
        m.quantize(mean, 0.5f, 20);
        int sum = m.tensor("sum", TinyModel.UINT8, 1, 3);
        m.quantize(sum, 4, 0);
        Flat.Table window =
                Flat.table().with(0, (byte) 1).with(1, 2).with(2, 2).with(3, 2).with(4, 2);
        return m.operator(1, 5, window, new int[] {x}, pool)
                .operator(23, 15, Flat.table(), new int[] {pool, size}, resized)
                .operator(2, 10, Flat.table().with(0, 3), new int[] {x, resized, other}, joined)
                .operator(40, 27, Flat.table(), new int[] {joined, axes}, mean)
                .operator(74, 27, Flat.table(), new int[] {joined, axes}, sum)
                .inputs(x, other)
                .outputs(mean, sum);
    }

    /** Both ways to resize an image, on two grids of pixels. */
    static TinyModel resizedInt8() {
        TinyModel m = new TinyModel();
        int x = m.codes("x", 0.5f, 3, 1, 2, 2, 1);
        int large = m.constant("large", 3, 5);
        int small = m.constant("small", 2, 1);
        int bilinear = m.codes("bilinear", 0.5f, 3, 1, 3, 5, 1);
        int nearest = m.codes("nearest", 0.5f, 3, 1, 2, 1, 1);
        Flat.Table corners = Flat.table().with(2, (byte) 1);
        Flat.Table half = Flat.table().with(1, (byte) 1);
        return m.operator(23, 15, corners, new int[] {x, large}, bilinear)
                .operator(97, 74, half, new int[] {bilinear, small}, nearest)
                .inputs(x)
                .outputs(nearest);
    }

    /** Axes counted from both ends, kept and dropped. */
    static TinyModel reducedInt8() {
        TinyModel m = new TinyModel();
        int x = m.codes("x", 0.5f, 3, 2, 3, 4, 5);
        int normal = m.codes("normal", 1f / 128, 0, 2, 3, 4, 5);
        int last = m.constant("last", -1);
        int sum = m.codes("sum", 0.25f, 1, 2, 3, 4);
        int both = m.constant("both", 2, 0, -1);
        int max = m.codes("max", 0.25f, 1, 1, 3, 1);
        int all = m.constant("all", 0, 1, 2);
        int min = m.codes("min", 0.25f, 1);
        Flat.Table keep = Flat.table().with(0, (byte) 1);
        return m.operator(11, 8, Flat.table(), new int[] {x}, normal)
                .operator(74, 27, Flat.table(), new int[] {normal, last}, sum)
                .operator(82, 27, keep, new int[] {sum, both}, max)
                .operator(89, 27, Flat.table(), new int[] {max, all}, min)
                .inputs(x)
                .outputs(min);
    }

    /** A product with matrices of the second operand stored as [n, k]. */
    static TinyModel matmulInt8() {
        TinyModel m = new TinyModel();
        int a = m.codes("a", 0.5f, 3, 2, 1, 3);
        int b = m.codes("b", 0.25f, -1, 2, 4, 3);
        int y = m.codes("y", 1, 0, 2, 1, 4);
        Flat.Table options = Flat.table().with(1, (byte) 1);
        return m.operator(126, 101, options, new int[] {a, b}, y).inputs(a, b).outputs(y);
    }

    /** Comparisons and logic; a condition for each row, and one that is broadcast. */
    static TinyModel logic() {
        TinyModel m = new TinyModel();
        int x = m.tensor("x", TinyModel.FLOAT32, 2, 3);
        int half = m.tensor("half", FLOAT16, 3);
        m.data(half, Flat.bytes(new byte[] {0, 0x3C, 0, (byte) 0xC0, 1, 0}));
        int c = m.tensor("c", TinyModel.FLOAT32, 3);
        int equal = m.tensor("equal", BOOL, 2, 3);
        int different = m.tensor("different", BOOL, 2, 3);
        int less = m.tensor("less", BOOL, 2, 3);
        int most = m.tensor("most", BOOL, 2, 3);
        int greater = m.tensor("greater", BOOL, 2, 3);
        int least = m.tensor("least", BOOL, 2, 3);
        int both = m.tensor("both", BOOL, 2, 3);
        int either = m.tensor("either", BOOL, 2, 3);
        int not = m.tensor("not", BOOL, 2, 3);
        int last = m.constant("last", -1);
        int any = m.tensor("any", BOOL, 2);
        int all = m.tensor("all", BOOL, 2);
        int rows = m.tensor("rows", TinyModel.FLOAT32, 2, 3);
        int chosen = m.tensor("chosen", TinyModel.FLOAT32, 2, 3);
        int whole = m.tensor("whole", TinyModel.INT32, 2, 3);
        int bits = m.tensor("bits", TinyModel.INT32, 2, 3);
        int shifted = m.tensor("shifted", TinyModel.INT32, 2, 3);
        int truth = m.tensor("truth", BOOL, 2, 2);
        m.data(truth, Flat.bytes(new byte[] {0, 1, 1, 0}));
        int where = m.tensor("where", TinyModel.INT64);
        Flat.Table none = Flat.table();
        return m.operator(6, 0, none, new int[] {half}, c)
                .operator(71, 0, none, new int[] {x, c}, equal)
                .operator(72, 0, none, new int[] {x, c}, different)
                .operator(58, 0, none, new int[] {x, c}, less)
                .operator(63, 0, none, new int[] {x, c}, most)
                .operator(61, 0, none, new int[] {x, c}, greater)
                .operator(62, 0, none, new int[] {x, c}, least)
                .operator(86, 0, none, new int[] {most, least}, both)
                .operator(84, 0, none, new int[] {less, equal}, either)
                .operator(87, 0, none, new int[] {greater}, not)
                .operator(91, 0, none, new int[] {both, last}, any)
                .operator(140, 0, none, new int[] {different, last}, all)
                .operator(64, 0, none, new int[] {any, x, x}, rows)
                .operator(123, 0, none, new int[] {either, rows, c}, chosen)
                .operator(53, 0, none, new int[] {chosen}, whole)
                .operator(160, 0, none, new int[] {whole, last}, bits)
                .operator(161, 0, none, new int[] {bits, whole}, shifted)
                .operator(109, 0, none, new int[] {truth}, where)
                .inputs(x)
                .outputs(shifted, not, all, where);
    }

    /** Sums along an axis, the largest of them, and boxes by their score. */
    static TinyModel order() {
        TinyModel m = new TinyModel();
        int x = m.tensor("x", TinyModel.FLOAT32, 3, 4);
        int scores = m.tensor("scores", TinyModel.FLOAT32, 3);
        int axis = m.constant("axis", -1);
        int sums = m.tensor("sums", TinyModel.FLOAT32, 3, 4);
        int two = m.constant("two", 2);
        int values = m.tensor("values", TinyModel.FLOAT32, 3, 2);
        int places = m.tensor("places", TinyModel.INT32, 3, 2);
        int half = m.constant("half", new float[] {0.5f});
        int none = m.constant("none", new float[] {0});
        int hard = m.tensor("hard", TinyModel.INT32, 2);
        int hardCount = m.tensor("hard_count", TinyModel.INT32);
        int soft = m.tensor("soft", TinyModel.INT32, 2);
        int softScores = m.tensor("soft_scores", TinyModel.FLOAT32, 2);
        int softCount = m.tensor("soft_count", TinyModel.INT32);
        Flat.Table reverse = Flat.table().with(1, (byte) 1);
        return m.operator(128, 99, reverse, new int[] {x, axis}, sums)
                .operator(48, 34, Flat.table(), new int[] {sums, two}, values, places)
                .operator(
                        120,
                        95,
                        Flat.table(),
                        new int[] {x, scores, two, half, none},
                        hard,
                        hardCount)
                .operator(
                        121,
                        96,
                        Flat.table(),
                        new int[] {x, scores, two, half, none, half},
                        soft,
                        softScores,
                        softCount)
                .inputs(x, scores)
                .outputs(values, places, hard, hardCount, soft, softScores, softCount);
    }

    /** Products, and places of the largest and smallest codes. */
    static TinyModel placesInt8() {
        TinyModel m = new TinyModel();
        int x = m.codes("x", 0.5f, 3, 2, 3, 4);
        int last = m.constant("last", -1);
        int product = m.codes("product", 0.25f, 1, 2, 3);
        int largest = m.tensor("largest", TinyModel.INT64, 2);
        int smallest = m.tensor("smallest", TinyModel.INT32, 2);
        return m.operator(81, 27, Flat.table(), new int[] {x, last}, product)
                .operator(56, 40, Flat.table(), new int[] {product, last}, largest)
                .operator(79, 57, Flat.table(), new int[] {product, last}, smallest)
                .inputs(x)
                .outputs(largest, smallest);
    }

    /** Pooling, and results for which the file gives no shape. */
    static TinyModel imageFloat() {
        TinyModel m = new TinyModel();
        int x = m.tensor("x", TinyModel.FLOAT32, 1, 4, 6, 1);
        int average = m.tensor("average", TinyModel.FLOAT32);
        int max = m.tensor("max", TinyModel.FLOAT32);
        Flat.Table valid =
                Flat.table().with(0, (byte) 1).with(1, 3).with(2, 2).with(3, 3).with(4, 2);
        Flat.Table same =
                Flat.table().with(1, 1).with(2, 1).with(3, 2).with(4, 3).with(5, (byte) 1);
        return m.operator(1, 5, valid, new int[] {x}, average)
                .operator(17, 5, same, new int[] {average}, max)
                .inputs(x)
                .outputs(max);
    }
}
