package quern.formats.tflite;

import java.util.List;
import java.util.Map;

/** Small files whose weights are sparse, have 4 bits or stand behind the tables. */
final class WeightModels {
    private WeightModels() {}

    static Map<String, TinyModel> models() {
        return Map.of(
                "sparse-rows", sparse(rows(3), new float[] {1, 2, 3}),
                "sparse-blocks", sparse(blocks(), new float[] {1, 2, 3, 4, 5, 6, 7, 8}),
                "int4", int4(),
                "float16", float16());
    }

    private static Flat.Table dense(int size) {
        return Flat.table().with(0, (byte) 0).with(1, size);
    }

    /** A level that lists its indices in vectors of 32 (type 1), 16 (2) or 8 bits (3). */
    private static Flat.Table listed(int type, int[] segments, int[] indices) {
        return Flat.table()
                .with(0, (byte) 1)
                .with(2, (byte) type)
                .with(3, Flat.table().with(0, vector(type, segments)))
                .with(4, (byte) type)
                .with(5, Flat.table().with(0, vector(type, indices)));
    }

    private static Flat.Vector vector(int type, int... values) {
        if (type == 1) {
            return Flat.ints(values);
        }
        int width = type == 2 ? 2 : 1;
        byte[] bytes = new byte[width * values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[width * i] = (byte) values[i];
        }
        return new Flat.Vector(values.length, bytes);
    }

    static Flat.Table sparsity(int[] order, int[] blocks, Flat.Table... levels) {
        return Flat.table()
                .with(0, Flat.ints(order))
                .with(1, Flat.ints(blocks))
                .with(2, Flat.tables(List.of(levels)));
    }

    /** {@code 0 1 0 0 / 0 0 0 0 / 2 0 0 3 / 0 0 0 0}. */
    static Flat.Table rows(int type) {
        return sparsity(
                new int[] {0, 1},
                new int[0],
                dense(4),
                listed(type, new int[] {0, 1, 1, 3, 3}, new int[] {1, 0, 3}));
    }

    /** {@code 1 2 0 0 / 3 4 0 0 / 0 0 5 6 / 0 0 7 8}: blocks of two by two. */
    static Flat.Table blocks() {
        return sparsity(
                new int[] {0, 1, 2, 3},
                new int[] {0, 1},
                dense(2),
                listed(2, new int[] {0, 1, 2}, new int[] {0, 1}),
                dense(2),
                dense(2));
    }

    /** A fully connected layer behind a densified matrix. */
    static TinyModel sparse(Flat.Table sparsity, float[] elements) {
        TinyModel m = new TinyModel();
        int x = m.tensor("x", TinyModel.FLOAT32, 1, 4);
        int sparse = m.constant("sparse", elements, 4, 4);
        m.changeTensor(sparse, t -> t.with(6, sparsity));
        int w = m.tensor("w", TinyModel.FLOAT32, 4, 4);
        int y = m.tensor("y", TinyModel.FLOAT32, 1, 4);
        return m.operator(124, 0, Flat.table(), new int[] {sparse}, w)
                .operator(9, 8, Flat.table(), new int[] {x, w}, y)
                .inputs(x)
                .outputs(y);
    }

    /** Weights 1 -2 / 0.5 65504 and bias 1 0 of 16 bits behind Dequantize operators. */
    static TinyModel float16() {
        TinyModel m = new TinyModel();
        int x = m.tensor("x", TinyModel.FLOAT32, 1, 2);
        int half = m.tensor("half", 1, 2, 2);
        m.data(half, Flat.bytes(bytes(0x3C00, 0xC000, 0x3800, 0x7BFF)));
        int halfBias = m.tensor("half_bias", 1, 2);
        m.data(halfBias, Flat.bytes(bytes(0x3C00, 0)));
        int w = m.tensor("w", TinyModel.FLOAT32, 2, 2);
        int b = m.tensor("b", TinyModel.FLOAT32, 2);
        int y = m.tensor("y", TinyModel.FLOAT32, 1, 2);
        return m.operator(6, 38, Flat.table(), new int[] {half}, w)
                .operator(6, 38, Flat.table(), new int[] {halfBias}, b)
                .operator(9, 8, Flat.table(), new int[] {x, w, b}, y)
                .inputs(x)
                .outputs(y);
    }

    private static byte[] bytes(int... halves) {
        byte[] bytes = new byte[2 * halves.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (halves[i / 2] >> 8 * (i % 2));
        }
        return bytes;
    }

    /** Codes 1 -2 / 3 -8 of 4 bits, for float and for int8 activations. */
    static TinyModel int4() {
        TinyModel m = new TinyModel();
        int x = m.tensor("x", TinyModel.FLOAT32, 1, 2);
        int q = m.codes("q", 0.5f, 0, 1, 2);
        int w = m.tensor("w", 17, 2, 2);
        m.quantize(w, new float[] {0.5f, 0.25f}, new long[2], 0);
        m.data(w, Flat.bytes((byte) 0xE1, (byte) 0x83));
        int y = m.tensor("y", TinyModel.FLOAT32, 1, 2);
        int z = m.codes("z", 0.25f, 0, 1, 2);
        return m.operator(9, 8, Flat.table(), new int[] {x, w}, y)
                .operator(9, 8, Flat.table(), new int[] {q, w}, z)
                .inputs(x, q)
                .outputs(y, z);
    }
}
