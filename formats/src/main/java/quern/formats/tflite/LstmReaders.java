package quern.formats.tflite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import quern.error.FormatException;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.recurrent.CellActivation;
import quern.op.recurrent.Lstm;
import quern.op.recurrent.Lstm.Gate;
import quern.op.shape.Concat;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/** Reads LSTM of one direction and of two, over a sequence or one step. */
final class LstmReaders {
    private static final int ACTIVATION = 0;
    private static final int CELL_CLIP = 1;
    private static final int PROJECTION_CLIP = 2;
    private static final int TIME_MAJOR = 3;
    private static final int DIAGONAL = 5;
    private static final int STEP_KERNEL = 3;
    private static final int MERGE = 3;
    private static final int BOTH_TIME_MAJOR = 4;

    private static final int AUXILIARY = 39;
    private static final int MOST_BOTH = 48;

    /** The gates in the order of the file. */
    private static final List<Gate> GATES =
            List.of(Gate.INPUT, Gate.FORGET, Gate.CELL, Gate.OUTPUT);

    /**
     * Where the inputs of one direction stand: the first of four weights, which four recurrent
     * weights, three peepholes, four biases, a projection and its bias follow; the states; and the
     * first of four norm coefficients, behind all inputs if there are none.
     */
    private record Places(int weights, int outputState, int cellState, int norms) {}

    private static final Places ONE = new Places(1, 18, 19, 20);
    private static final Places FORWARD = new Places(1, 35, 36, MOST_BOTH);
    private static final Places BACKWARD = new Places(18, 37, 38, MOST_BOTH);

    private LstmReaders() {}

    static void unidirectional(TfliteOperator o) {
        if (o.options().u8(DIAGONAL) != 0) {
            throw o.unsupported("diagonal recurrent weights are not supported in this version");
        }
        one(o, o.options().u8(TIME_MAJOR) != 0);
    }

    static void step(TfliteOperator o) {
        if (o.options().u8(STEP_KERNEL) != 0) {
            throw o.unsupported("the basic kernel is not supported; convert the model anew");
        }
        one(o, false);
    }

    private static void one(TfliteOperator o, boolean timeMajor) {
        o.requireInputs(1, 24);
        if (o.outputs() != 1) {
            throw new FormatException("outputs", "one output was expected, not " + o.outputs());
        }
        add(o, ONE, 0, lstm(o, timeMajor, false), o.output(0, output(o, ONE, 0)));
        o.finish();
    }

    static void bidirectional(TfliteOperator o) {
        o.requireInputs(1, MOST_BOTH);
        FlatTable options = o.options().table();
        boolean major = !options.has(BOTH_TIME_MAJOR) || options.u8(BOTH_TIME_MAJOR) != 0;
        boolean merge = options.u8(MERGE) != 0;
        if (o.outputs() != (merge ? 1 : 2)) {
            throw new FormatException("outputs", "their number does not fit merge_outputs");
        }
        for (int i = AUXILIARY + 1; i < MOST_BOTH; i++) {
            if (o.has(i)) {
                throw o.unsupported("weights of an auxiliary input are not supported");
            }
        }
        int backward = o.has(AUXILIARY) ? AUXILIARY : 0;
        Shape there = output(o, FORWARD, 0);
        Shape back = output(o, BACKWARD, backward);
        Value first = merge ? part(o, "_forward", there) : o.output(0, there);
        Value second = merge ? part(o, "_backward", back) : o.output(1, back);
        add(o, FORWARD, 0, lstm(o, major, false), first);
        add(o, BACKWARD, backward, lstm(o, major, true), second);
        if (merge) {
            Concat concat = new Concat(there.rank() - 1);
            List<String> halves = List.of(first.name(), second.name());
            Shape both = o.graph().infer(first.name(), concat, halves).get(0).shape();
            o.add(concat, halves, List.of(o.output(0, both)));
        }
        o.finish();
    }

    private static Value part(TfliteOperator o, String suffix, Shape shape) {
        return new Value(o.unique(suffix), TensorType.of(DType.F32, shape));
    }

    private static Lstm lstm(TfliteOperator o, boolean timeMajor, boolean reverse) {
        FlatTable options = o.options().table();
        float cellClip = options.f32(CELL_CLIP);
        float projectionClip = options.f32(PROJECTION_CLIP);
        CellActivation activation = RecurrentReaders.activation(o, ACTIVATION);
        return new Lstm(timeMajor, reverse, cellClip, projectionClip, activation);
    }

    /** The input's shape with as many features as the output state has. */
    private static Shape output(TfliteOperator o, Places at, int x) {
        return RecurrentReaders.sequence(o, x, at.outputState());
    }

    /** Adds the LSTM of one direction over input {@code x}; its states become readable first. */
    private static void add(TfliteOperator o, Places at, int x, Lstm op, Value y) {
        List<Value> results = List.of(y, o.next(at.outputState()), o.next(at.cellState()));
        o.add(op, inputs(o, at, x), results);
    }

    private static List<String> inputs(TfliteOperator o, Places at, int x) {
        String[] names = new String[Lstm.PROJECTION_BIAS + 1];
        Arrays.fill(names, Node.ABSENT);
        names[0] = o.input(x);
        names[Lstm.OUTPUT_STATE] = o.input(at.outputState());
        names[Lstm.CELL_STATE] = o.input(at.cellState());
        for (int g = 0; g < GATES.size(); g++) {
            Gate gate = GATES.get(g);
            names[gate.weights()] = RecurrentReaders.weights(o, at.weights() + g);
            names[gate.recurrent()] = RecurrentReaders.weights(o, at.weights() + 4 + g);
            names[gate.bias()] = RecurrentReaders.weights(o, at.weights() + 11 + g);
            names[gate.norm()] = RecurrentReaders.weights(o, at.norms() + g);
        }
        names[Gate.INPUT.peephole()] = RecurrentReaders.weights(o, at.weights() + 8);
        names[Gate.FORGET.peephole()] = RecurrentReaders.weights(o, at.weights() + 9);
        names[Gate.OUTPUT.peephole()] = RecurrentReaders.weights(o, at.weights() + 10);
        names[Lstm.PROJECTION] = RecurrentReaders.weights(o, at.weights() + 15);
        names[Lstm.PROJECTION_BIAS] = RecurrentReaders.weights(o, at.weights() + 16);
        List<String> all = new ArrayList<>(Arrays.asList(names));
        while (all.get(all.size() - 1).isEmpty()) {
            all.remove(all.size() - 1);
        }
        return all;
    }
}
