package quern.formats.tflite;

import java.util.List;
import java.util.Optional;
import quern.error.FormatException;
import quern.error.UnsupportedOpException;
import quern.graph.GraphBuilder;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.Activation;
import quern.op.Op;
import quern.op.Padding;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** One operator of a file, with access to its inputs and to the graph that is being built. */
final class TfliteOperator {
    private static final int ABSENT = -1;

    private final String name;
    private final FlatTable table;
    private final TfliteTensors tensors;
    private final TfliteValues values;
    private final int[] inputs;
    private final int output;

    TfliteOperator(String name, FlatTable table, TfliteTensors tensors, TfliteValues values) {
        this.name = name;
        this.table = table;
        this.tensors = tensors;
        this.values = values;
        this.inputs = table.ints(Schema.OPERATOR_INPUTS);
        for (int i : inputs) {
            if (i != ABSENT) {
                tensors.require(i, "inputs");
            }
        }
        int[] outputs = table.ints(Schema.OPERATOR_OUTPUTS);
        if (outputs.length != 1) {
            throw new FormatException("outputs", "one output was expected, not " + outputs.length);
        }
        this.output = tensors.require(outputs[0], "outputs");
    }

    /** The graph being built. */
    GraphBuilder graph() {
        return values.graph();
    }

    /** Whether input {@code i} is given. */
    boolean has(int i) {
        return i < inputs.length && inputs[i] != ABSENT;
    }

    /** Number of inputs. */
    int inputs() {
        return inputs.length;
    }

    /** The name of input {@code i} in the graph; of an absent optional one {@link Node#ABSENT}. */
    String input(int i) {
        return has(i) ? values.value(index(i)) : Node.ABSENT;
    }

    /** The name of the real values of input {@code i}, which holds codes. */
    String dequantized(int i) {
        return values.dequantized(index(i));
    }

    /** The type of input {@code i}. */
    TensorType type(int i) {
        return tensors.type(index(i));
    }

    /** The quantization of input {@code i} as it stands in the file. */
    TfliteQuantization quantization(int i) {
        return tensors.quantization(index(i));
    }

    /** The value of input {@code i} if it is a constant. */
    Optional<Tensor> constant(int i) {
        return tensors.constant(index(i));
    }

    /** The type of the output. */
    TensorType outputType() {
        return tensors.type(output);
    }

    /** The whole numbers of a constant input of element type S32 or S64. */
    int[] integers(int i, String what) {
        TensorType type = type(i);
        if (type.dtype() != DType.S32 && type.dtype() != DType.S64) {
            throw new FormatException(what, "these must be S32 or S64, but are " + type);
        }
        Optional<Tensor> constant = constant(i);
        if (constant.isEmpty() && type.shape().elements() > 0) {
            throw unsupported(what + " that are computed by the model are not supported");
        }
        int[] all = new int[type.shape().elements()];
        for (int k = 0; k < all.length; k++) {
            long v = constant.get().integer(k);
            if (v != (int) v) {
                throw new FormatException(what, v + " is out of range");
            }
            all[k] = (int) v;
        }
        return all;
    }

    /** The table of options. */
    FlatTable options() {
        return table.table(Schema.OPERATOR_OPTIONS, ".builtin_options")
                .orElseThrow(() -> new FormatException("builtin_options", "they are missing"));
    }

    /** A byte of the options, 0 if there are none. */
    int option(int field) {
        return table.table(Schema.OPERATOR_OPTIONS, ".builtin_options")
                .map(t -> t.u8(field))
                .orElse(0);
    }

    /** The fused activation in a field of the options. */
    Activation activation(int field) {
        int code = option(field);
        switch (code) {
            case 0:
                return Activation.NONE;
            case 1:
                return Activation.RELU;
            case 2:
                return Activation.RELU_N1_TO_1;
            case 3:
                return Activation.RELU6;
            default:
                throw unsupported("the fused activation number " + code + " is not supported");
        }
    }

    /** The padding in a field of the options. */
    Padding padding(int field) {
        int code = option(field);
        if (code > 1) {
            throw new FormatException("builtin_options", "padding number " + code + " is unknown");
        }
        return code == 0 ? Padding.SAME : Padding.VALID;
    }

    /** Two whole numbers of the options, vertical and horizontal. */
    Ints pair(int vertical, int horizontal, int otherwise) {
        FlatTable o = options();
        return Ints.of(o.s32(vertical, otherwise), o.s32(horizontal, otherwise));
    }

    /** Throws if there are fewer or more inputs. */
    void requireInputs(int least, int most) {
        for (int i = 0; i < least; i++) {
            index(i);
        }
        if (inputs.length > most) {
            throw new FormatException(
                    "inputs", most + " inputs at most were expected, not " + inputs.length);
        }
    }

    /** Adds a node that makes the operator's output from the given values. */
    void emit(Op op, String... from) {
        GraphBuilder g = graph();
        List<String> names = List.of(from);
        String result = tensors.name(output);
        TensorType declared = tensors.type(output);
        if (!tensors.hasShape(output)) {
            declared = declared.withShape(g.infer(result, op, names).get(0).shape());
        }
        g.add(new Node(op, names, List.of(new Value(result, declared)), values.rounding()));
        values.made(output);
    }

    /** An error that says which form of the operator is not supported. */
    UnsupportedOpException unsupported(String what) {
        return new UnsupportedOpException(name, tensors.name(output), what);
    }

    private int index(int i) {
        if (!has(i)) {
            throw new FormatException("inputs", "input " + i + " is missing");
        }
        return inputs[i];
    }
}
