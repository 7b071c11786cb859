package quern.formats.tflite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import quern.error.FormatException;
import quern.error.UnsupportedOpException;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.Op;
import quern.op.shape.Reshape;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Shape;
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
    private final int[] outputs;

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
        this.outputs = table.ints(Schema.OPERATOR_OUTPUTS);
        for (int i : outputs) {
            tensors.require(i, "outputs");
        }
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

    /** Whether an input holds complex numbers. */
    boolean readsComplex() {
        return Arrays.stream(inputs).anyMatch(i -> i != ABSENT && tensors.isComplex(i));
    }

    /** The options of a custom operator. */
    FlexMap customOptions() {
        long bytes = table.byteCount(Schema.OPERATOR_CUSTOM_OPTIONS);
        if (bytes == 0) {
            throw new FormatException("custom_options", "they are missing");
        }
        return FlexMap.read(tensors.file(), table.bytesAt(Schema.OPERATOR_CUSTOM_OPTIONS), bytes);
    }

    /** The type of input {@code i}. */
    TensorType type(int i) {
        return values.type(index(i));
    }

    /** The quantization of input {@code i} as it stands in the file. */
    TfliteQuantization quantization(int i) {
        return tensors.quantization(index(i));
    }

    /** The value of input {@code i} if it is a constant or computed from constants alone. */
    Optional<Tensor> constant(int i) {
        return values.constant(index(i));
    }

    /** Number of outputs, at least one. */
    int outputs() {
        return outputs.length;
    }

    /** The type of the first output. */
    TensorType outputType() {
        return outputType(0);
    }

    /** The type of output {@code i}. */
    TensorType outputType(int i) {
        return tensors.type(output(i));
    }

    /**
     * The whole numbers of an input of element type S32 or S64 that is a constant or computed from
     * constants alone, such as other shapes.
     */
    int[] integers(int i, String what) {
        TensorType type = type(i);
        if (type.dtype() != DType.S32 && type.dtype() != DType.S64) {
            throw new FormatException(what, "these must be S32 or S64, but are " + type);
        }
        Optional<Tensor> constant = constant(i);
        if (constant.isEmpty() && type.shape().elements() > 0) {
            throw unsupported(what + " that depend on the model's inputs are not supported");
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

    /** The only number of an input as {@link #integers} takes it. */
    int integer(int i, String what) {
        int[] all = integers(i, what);
        if (all.length != 1) {
            throw new FormatException(what, "one number was expected, not " + all.length);
        }
        return all[0];
    }

    /** An axis of {@code x}, counted from its front: the only number of input {@code i}. */
    int axis(int i, Shape x) {
        return x.axis(integer(i, "axis"));
    }

    /** The options of a builtin operator. */
    OperatorOptions options() {
        return new OperatorOptions(table, this::unsupported);
    }

    /** The values of the graph that is being built. */
    TfliteValues values() {
        return values;
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

    /** Adds a node that makes the operator's only output from the given values. */
    void emit(Op op, String... from) {
        output(0);
        if (outputs.length != 1) {
            throw new FormatException("outputs", "one output was expected, not " + outputs.length);
        }
        emitAll(op, from);
    }

    /**
     * Adds a node that makes all outputs of the operator, in their order, from the given values.
     */
    void emitAll(Op op, String... from) {
        GraphBuilder g = graph();
        List<String> names = List.of(from);
        List<Value> results = new ArrayList<>();
        output(0);
        for (int i = 0; i < outputs.length; i++) {
            String result = tensors.name(outputs[i]);
            TensorType declared = tensors.type(outputs[i]);
            if (!tensors.hasShape(outputs[i])) {
                List<TensorType> inferred = g.infer(result, op, names);
                if (inferred.size() != outputs.length) {
                    throw new FormatException(
                            "outputs",
                            inferred.size() + " outputs were expected, not " + outputs.length);
                }
                declared = declared.withShape(inferred.get(i).shape());
            }
            results.add(new Value(result, declared));
        }
        add(op, names, results);
        finish();
    }

    /**
     * The value after a run of input {@code i}, a state that the operator reads and replaces: if it
     * is a variable tensor, the graph carries it from run to run.
     */
    Value next(int i) {
        int index = index(i);
        String next =
                tensors.isVariable(index)
                        ? values.state(index)
                        : tensors.unique(tensors.name(index) + "_next", index);
        return new Value(next, values.type(index));
    }

    /** The value of output {@code i}; where the file leaves its shape open, with this one. */
    Value output(int i, Shape inferred) {
        TensorType declared = tensors.type(output(i));
        boolean whole = tensors.hasShape(output(i));
        return new Value(tensors.name(output(i)), whole ? declared : declared.withShape(inferred));
    }

    /** A name for a value that the file does not have. */
    String unique(String suffix) {
        return tensors.unique(tensors.name(output(0)) + suffix, output(0));
    }

    /** Adds a node; {@link #finish} must follow the last one. */
    void add(Op op, List<String> from, List<Value> results) {
        graph().add(new Node(op, from, results, values.rounding()));
    }

    /** Notes that the nodes added before make all outputs of the operator. */
    void finish() {
        for (int i : outputs) {
            values.made(i);
        }
    }

    /** Adds a node that makes all outputs, of the types that the operator infers. */
    void emitInferred(Op op, String... from) {
        List<TensorType> types = graph().infer(tensors.name(output(0)), op, List.of(from));
        if (types.size() != outputs.length) {
            throw new FormatException(
                    "outputs", types.size() + " outputs were expected, not " + outputs.length);
        }
        List<Value> results = new ArrayList<>();
        for (int i = 0; i < outputs.length; i++) {
            if (tensors.type(outputs[i]).dtype() != types.get(i).dtype()) {
                throw new FormatException(
                        "outputs",
                        tensors.name(outputs[i])
                                + " is "
                                + tensors.type(outputs[i])
                                + ", not "
                                + types.get(i));
            }
            results.add(new Value(tensors.name(outputs[i]), types.get(i)));
        }
        add(op, List.of(from), results);
        finish();
    }

    /** Puts the nodes of a graph that takes the given values in the place of the operator. */
    void inline(Graph g, List<String> from) {
        if (g.outputs().size() != outputs.length) {
            throw new FormatException(
                    "outputs", g.outputs().size() + " were expected, not " + outputs.length);
        }
        Map<String, String> names = new HashMap<>(Map.of(Node.ABSENT, Node.ABSENT));
        for (int i = 0; i < from.size(); i++) {
            names.put(g.inputs().get(i).name(), from.get(i));
        }
        g.constants().forEach((n, t) -> names.put(n, graph().constant(fresh(n), t)));
        for (Node n : g.nodes()) {
            List<Value> results = new ArrayList<>();
            for (Value v : n.outputs()) {
                names.put(v.name(), fresh(v.name()));
                results.add(new Value(names.get(v.name()), v.type()));
            }
            List<String> inputs = n.inputs().stream().map(names::get).toList();
            graph().add(new Node(n.op(), inputs, results, n.rounding()));
        }
        for (int i = 0; i < outputs.length; i++) {
            values.made(outputs[i], names.get(g.outputs().get(i)));
        }
    }

    /** A name that begins with {@code wanted} and that no value has. */
    String fresh(String wanted) {
        return tensors.unique(wanted, outputs.length == 0 ? 0 : outputs[0]);
    }

    /** Whether the file gives the whole shape of output {@code i}. */
    boolean hasShape(int i) {
        return tensors.hasShape(output(i));
    }

    /** Adds a node that makes output {@code i} alone. */
    void emit(int i, Op op, String... from) {
        String result = tensors.name(outputs[i]);
        TensorType declared = tensors.type(outputs[i]);
        if (!tensors.hasShape(outputs[i])) {
            TensorType inferred = graph().infer(result, op, List.of(from)).get(0);
            declared = declared.withShape(inferred.shape());
        }
        graph().add(result, op, List.of(from), declared);
        values.made(outputs[i]);
    }

    /**
     * Adds a node that makes a value of the inferred type, for other nodes of the operator, and
     * returns its name: that of the first output with the suffix.
     */
    String step(String suffix, Op op, String... from) {
        return graph().add(unique("_" + suffix), op, from);
    }

    /** Adds a constant for nodes of the operator and returns its name. */
    String constant(String suffix, Tensor value) {
        return graph().constant(unique("_" + suffix), value);
    }

    /** The name of input {@code i}, which has one element, as a scalar. */
    String scalar(int i, String what) {
        Shape shape = type(i).shape();
        if (shape.elements() != 1) {
            throw new FormatException(what, "one number was expected, not " + shape);
        }
        return shape.rank() == 0 ? input(i) : step("scalar", new Reshape(Ints.of()), input(i));
    }

    /** The shape of the first output if the file gives one. */
    Optional<Shape> declaredShape() {
        return tensors.hasShape(outputs[0])
                ? Optional.of(tensors.type(outputs[0]).shape())
                : Optional.empty();
    }

    /** Makes the operator's only output a constant; no node is added. */
    void emit(Tensor value) {
        if (outputs.length != 1) {
            throw new FormatException("outputs", "one output was expected, not " + outputs.length);
        }
        graph().constant(tensors.name(outputs[0]), value);
        values.made(outputs[0]);
    }

    /** An error that says which form of the operator is not supported. */
    UnsupportedOpException unsupported(String what) {
        String where = outputs.length == 0 ? "" : tensors.name(outputs[0]);
        return new UnsupportedOpException(name, where, what);
    }

    /** The tensor number of output {@code i}, which must be there. */
    int output(int i) {
        if (outputs.length == 0) {
            throw new FormatException("outputs", "at least one output was expected");
        }
        if (i >= outputs.length) {
            throw new FormatException("outputs", "output " + i + " is missing");
        }
        return outputs[i];
    }

    /** The tensor number of input {@code i}, which must be there. */
    int index(int i) {
        if (!has(i)) {
            throw new FormatException("inputs", "input " + i + " is missing");
        }
        return inputs[i];
    }
}
