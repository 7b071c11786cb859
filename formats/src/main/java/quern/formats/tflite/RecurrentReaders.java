package quern.formats.tflite;

import java.util.List;
import quern.error.FormatException;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.recurrent.CellActivation;
import quern.op.recurrent.Rnn;
import quern.op.recurrent.Svdf;
import quern.op.shape.Concat;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/** What readers of recurrent operators share. */
final class RecurrentReaders {
    private static final CellActivation[] ACTIVATIONS = {
        CellActivation.NONE,
        CellActivation.RELU,
        CellActivation.RELU_N1_TO_1,
        CellActivation.RELU6,
        CellActivation.TANH
    };

    private RecurrentReaders() {}

    static void unidirectional(TfliteOperator o) {
        one(o, o.options().u8(0) != 0, 1);
    }

    static void step(TfliteOperator o) {
        one(o, false, 0);
    }

    private static void one(TfliteOperator o, boolean timeMajor, int activation) {
        o.requireInputs(5, 5);
        outputs(o, 1);
        layer(o, new Rnn(timeMajor, false, activation(o, activation)), 0, 1, 4, 0);
        o.finish();
    }

    static void bidirectional(TfliteOperator o) {
        o.requireInputs(9, 12);
        boolean merge = o.options().u8(2) != 0;
        outputs(o, merge ? 1 : 2);
        for (int i = 10; i < 12; i++) {
            if (o.has(i)) {
                throw o.unsupported("weights of an auxiliary input are not supported");
            }
        }
        boolean major = o.options().u8(0) != 0;
        CellActivation activation = activation(o, 1);
        int second = o.has(9) ? 9 : 0;
        Value there = layer(o, new Rnn(major, false, activation), 0, 1, 4, merge ? -1 : 0);
        Value back = layer(o, new Rnn(major, true, activation), second, 5, 8, merge ? -1 : 1);
        if (merge) {
            Concat concat = new Concat(there.type().shape().rank() - 1);
            List<String> halves = List.of(there.name(), back.name());
            Shape both = o.graph().infer(there.name(), concat, halves).get(0).shape();
            o.add(concat, halves, List.of(o.output(0, both)));
        }
        o.finish();
    }

    /**
     * One direction over input {@code x}, with W, R and b from {@code weights} on, whose result is
     * output {@code out}, or a value of its own for -1.
     */
    private static Value layer(TfliteOperator o, Rnn op, int x, int weights, int state, int out) {
        Shape shape = sequence(o, x, state);
        Value y =
                out < 0
                        ? new Value(o.unique("_part"), TensorType.of(DType.F32, shape))
                        : o.output(out, shape);
        Value next = o.next(state);
        List<String> from =
                List.of(
                        o.input(x),
                        o.input(state),
                        weights(o, weights),
                        weights(o, weights + 1),
                        weights(o, weights + 2));
        o.add(op, from, List.of(y, next));
        return y;
    }

    static void svdf(TfliteOperator o) {
        o.requireInputs(5, 5);
        outputs(o, 1);
        Svdf op = new Svdf(o.options().table().s32(0, 0), activation(o, 1));
        Value next = o.next(4);
        List<String> from =
                List.of(o.input(0), o.input(4), weights(o, 1), weights(o, 2), o.input(3));
        Shape y = o.graph().infer(next.name(), op, from).get(0).shape();
        o.add(op, from, List.of(o.output(0, y), next));
        o.finish();
    }

    private static void outputs(TfliteOperator o, int expected) {
        if (o.outputs() != expected) {
            throw new FormatException(
                    "outputs", expected + " expected, but there are " + o.outputs());
        }
    }

    /** The activation of a cell in a field of the options. */
    static CellActivation activation(TfliteOperator o, int field) {
        int code = o.options().u8(field);
        if (code >= ACTIVATIONS.length) {
            throw o.unsupported("the activation number " + code + " is not supported");
        }
        return ACTIVATIONS[code];
    }

    /**
     * The name of input {@code i}, or of its real values if it holds codes of 8 bits and the first
     * input is float; empty if it is not given.
     */
    static String weights(TfliteOperator o, int i) {
        boolean hybrid =
                o.has(i) && o.type(0).dtype() == DType.F32 && o.type(i).dtype().bits() == 8;
        return !o.has(i) ? Node.ABSENT : hybrid ? o.dequantized(i) : o.input(i);
    }

    /** The shape of input {@code x} with as many features as input {@code state} has columns. */
    static Shape sequence(TfliteOperator o, int x, int state) {
        Shape in = o.type(x).shape();
        Shape columns = o.type(state).shape();
        if (in.rank() == 0 || columns.rank() != 2) {
            throw new FormatException(
                    "inputs", "an input " + in + " and a state " + columns + " do not fit");
        }
        return in.with(in.rank() - 1, columns.dim(1));
    }
}
