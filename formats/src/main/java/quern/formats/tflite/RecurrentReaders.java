package quern.formats.tflite;

import quern.error.FormatException;
import quern.graph.Node;
import quern.op.recurrent.CellActivation;
import quern.tensor.DType;
import quern.tensor.Shape;

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

    /** The activation of a cell in a field of the options. */
    static CellActivation activation(TfliteOperator o, int field) {
        int code = o.option(field);
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
