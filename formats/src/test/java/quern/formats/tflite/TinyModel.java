package quern.formats.tflite;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import quern.formats.Limits;
import quern.formats.Models;
import quern.graph.Graph;

/** A TFLite file of one subgraph, put together table by table. Field numbers are the schema's. */
final class TinyModel {
    static final int FLOAT32 = 0;
    static final int INT32 = 2;
    static final int UINT8 = 3;
    static final int INT64 = 4;
    static final int INT16 = 7;
    static final int INT8 = 9;

    private final List<Flat.Table> tensors = new ArrayList<>();
    private final List<Flat.Table> buffers = new ArrayList<>(List.of(Flat.table()));
    private final List<Flat.Table> codes = new ArrayList<>();
    private final List<Flat.Table> operators = new ArrayList<>();
    private final List<TinyModel> others = new ArrayList<>();
    private int[] inputs = {};
    private int[] outputs = {};
    private UnaryOperator<Flat.Table> change = t -> t;
    private UnaryOperator<Flat.Table> changeSubgraph = t -> t;

    /** Adds a tensor and returns its number. */
    int tensor(String name, int type, int... shape) {
        Flat.Table t =
                Flat.table()
                        .with(0, Flat.ints(shape))
                        .with(1, (byte) type)
                        .with(3, Flat.string(name));
        tensors.add(t);
        return tensors.size() - 1;
    }

    /** Gives a tensor one scale and zero point. */
    TinyModel quantize(int tensor, float scale, long zero) {
        return quantize(tensor, new float[] {scale}, new long[] {zero}, 0);
    }

    /** Gives a tensor scales and zero points along an axis. */
    TinyModel quantize(int tensor, float[] scales, long[] zeros, int axis) {
        Flat.Table q =
                Flat.table().with(2, Flat.floats(scales)).with(3, Flat.longs(zeros)).with(6, axis);
        return changeTensor(tensor, t -> t.with(4, q));
    }

    /** Gives a tensor data. */
    TinyModel data(int tensor, Flat.Vector values) {
        buffers.add(Flat.table().with(0, Flat.bytes(values.bytes())));
        int buffer = buffers.size() - 1;
        return changeTensor(tensor, t -> t.with(2, buffer));
    }

    /** A quantized int8 tensor without data. */
    int codes(String name, float scale, int zero, int... shape) {
        int t = tensor(name, INT8, shape);
        quantize(t, scale, zero);
        return t;
    }

    /** A constant of whole numbers. */
    int constant(String name, int... values) {
        int t = tensor(name, INT32, values.length);
        data(t, Flat.ints(values));
        return t;
    }

    /** A float constant. */
    int constant(String name, float[] values, int... shape) {
        int t = tensor(name, FLOAT32, shape);
        data(t, Flat.floats(values));
        return t;
    }

    TinyModel changeTensor(int tensor, UnaryOperator<Flat.Table> f) {
        tensors.set(tensor, f.apply(tensors.get(tensor)));
        return this;
    }

    TinyModel changeBuffer(int buffer, UnaryOperator<Flat.Table> f) {
        buffers.set(buffer, f.apply(buffers.get(buffer)));
        return this;
    }

    TinyModel changeOperator(int operator, UnaryOperator<Flat.Table> f) {
        operators.set(operator, f.apply(operators.get(operator)));
        return this;
    }

    TinyModel changeCode(int operator, UnaryOperator<Flat.Table> f) {
        codes.set(operator, f.apply(codes.get(operator)));
        return this;
    }

    TinyModel changeModel(UnaryOperator<Flat.Table> f) {
        UnaryOperator<Flat.Table> before = change;
        change = t -> f.apply(before.apply(t));
        return this;
    }

    TinyModel changeSubgraph(UnaryOperator<Flat.Table> f) {
        UnaryOperator<Flat.Table> before = changeSubgraph;
        changeSubgraph = t -> f.apply(before.apply(t));
        return this;
    }

    /** Adds an operator with options of the given union number. */
    TinyModel operator(int code, int union, Flat.Table options, int[] from, int... to) {
        codes.add(Flat.table().with(0, (byte) Math.min(code, 127)).with(2, 1).with(3, code));
        operators.add(
                Flat.table()
                        .with(0, codes.size() - 1)
                        .with(1, Flat.ints(from))
                        .with(2, Flat.ints(to))
                        .with(3, (byte) union)
                        .with(4, options));
        return this;
    }

    TinyModel inputs(int... numbers) {
        inputs = numbers;
        return this;
    }

    TinyModel outputs(int... numbers) {
        outputs = numbers;
        return this;
    }

    /** Adds another subgraph; operators refer to it by its number, 1 for the first. */
    TinyModel subgraph(TinyModel other) {
        others.add(other);
        return this;
    }

    private Flat.Table table(List<Flat.Table> allCodes, List<Flat.Table> allBuffers) {
        int firstCode = allCodes.size();
        int firstBuffer = allBuffers.size();
        allCodes.addAll(codes);
        allBuffers.addAll(buffers);
        return Flat.table()
                .with(0, Flat.tables(tensors.stream().map(t -> shift(t, 2, firstBuffer)).toList()))
                .with(1, Flat.ints(inputs))
                .with(2, Flat.ints(outputs))
                .with(3, Flat.tables(operators.stream().map(o -> shift(o, 0, firstCode)).toList()));
    }

    private static Flat.Table shift(Flat.Table t, int field, int by) {
        Object number = t.fields().get(field);
        return number instanceof Integer i ? t.with(field, i + by) : t;
    }

    byte[] bytes() {
        List<Flat.Table> allCodes = new ArrayList<>();
        List<Flat.Table> allBuffers = new ArrayList<>();
        List<Flat.Table> subgraphs = new ArrayList<>();
        subgraphs.add(changeSubgraph.apply(table(allCodes, allBuffers)));
        others.forEach(o -> subgraphs.add(o.table(allCodes, allBuffers)));
        Flat.Table model =
                Flat.table()
                        .with(0, 3)
                        .with(1, Flat.tables(allCodes))
                        .with(2, Flat.tables(subgraphs))
                        .with(4, Flat.tables(allBuffers));
        return Flat.file(change.apply(model), "TFL3");
    }

    Graph read() {
        return Models.read(bytes(), "tiny.tflite", Limits.standard());
    }
}
