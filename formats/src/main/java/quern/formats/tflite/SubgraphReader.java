package quern.formats.tflite;

import java.util.List;
import java.util.Map;
import quern.error.FormatException;
import quern.formats.Limits;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.op.shape.Reshape;
import quern.tensor.Ints;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Turns one subgraph of a file into a graph, operator by operator. */
final class SubgraphReader {
    private final FlatTable subgraph;
    private final TfliteTensors tensors;
    private final TfliteValues values;
    private final OperatorCodes codes;
    private final Limits limits;

    SubgraphReader(FlatTable subgraph, TfliteValues values, OperatorCodes codes, Limits limits) {
        this.subgraph = subgraph;
        this.tensors = values.tensors();
        this.values = values;
        this.codes = codes;
        this.limits = limits;
    }

    /** The graph of a model, whose inputs have the types that the file gives. */
    Graph whole() {
        wideCodes();
        for (int i : subgraph.ints(Schema.SUBGRAPH_INPUTS)) {
            int index = tensors.require(i, "inputs");
            input(index, tensors.type(index));
        }
        return read();
    }

    /** The graph of a part, whose inputs have the given types; some are known already. */
    Graph part(List<TensorType> types, Map<Integer, Tensor> known) {
        wideCodes();
        int[] inputs = subgraph.ints(Schema.SUBGRAPH_INPUTS);
        if (inputs.length != types.size()) {
            throw new FormatException(
                    subgraph.path(),
                    "it takes " + inputs.length + " values, but is given " + types.size());
        }
        for (int i = 0; i < inputs.length; i++) {
            int index = tensors.require(inputs[i], "inputs");
            input(index, given(index, types.get(i)));
            if (known.containsKey(i)) {
                String name = tensors.unique(tensors.name(index) + "_known", index);
                values.made(index, values.graph().constant(name, known.get(i)));
            }
        }
        return read();
    }

    /** QUANTIZE alone takes the scale of a tensor of S32; types are not asked for before this. */
    private void wideCodes() {
        for (FlatTable operator : subgraph.tables(Schema.SUBGRAPH_OPERATORS, ".operators")) {
            if (codes.builtin(operator) == BuiltinOperators.QUANTIZE) {
                for (int i : operator.ints(Schema.OPERATOR_INPUTS)) {
                    tensors.holdsCodes(i);
                }
                for (int i : operator.ints(Schema.OPERATOR_OUTPUTS)) {
                    tensors.holdsCodes(i);
                }
            }
        }
    }

    private TensorType given(int index, TensorType type) {
        TensorType declared = tensors.type(index);
        boolean same =
                declared.dtype() == type.dtype()
                        && (!declared.isQuantized()
                                || !type.isQuantized()
                                || declared.quant().equals(type.quant()));
        if (!same) {
            throw new FormatException(
                    subgraph.path() + " " + tensors.name(index),
                    "it is " + declared + ", but " + type + " is given");
        }
        return type;
    }

    private void input(int index, TensorType type) {
        if (tensors.hasData(index)) {
            throw new FormatException(
                    tensors.name(index), "an input of the model must not have data");
        }
        values.graph().input(tensors.name(index), type);
        values.made(index);
    }

    private Graph read() {
        GraphBuilder g = values.graph();
        g.rounding(values.rounding());
        List<FlatTable> operators = subgraph.tables(Schema.SUBGRAPH_OPERATORS, ".operators");
        Limits.require(operators.size(), limits.nodes(), "operators", "nodes");
        codes.requireSupported(operators, tensors);
        values.variables().begin(operators, codes);
        int[] results = subgraph.ints(Schema.SUBGRAPH_OUTPUTS);
        ListUpdates updates = new ListUpdates(operators, codes, results);
        for (int i = 0; i < operators.size(); i++) {
            operator(i, operators.get(i), updates);
        }
        values.variables().end(g);
        for (int i : results) {
            g.output(output(tensors.require(i, "outputs")));
        }
        return g.build();
    }

    /** The value of a tensor that is returned, under the tensor's name. */
    private String output(int index) {
        String value = values.value(index);
        String name = tensors.name(index);
        TensorType type = values.graph().type(value);
        boolean movable = type.channels() <= 1 && !type.dtype().isPacked();
        if (value.equals(name) || values.graph().has(name) || !movable) {
            return value;
        }
        return values.graph().add(name, new Reshape(Ints.of(type.shape().toArray())), value);
    }

    private void operator(int i, FlatTable table, ListUpdates updates) {
        String name = codes.name(table);
        try {
            TfliteOperator operator = new TfliteOperator(name, table, tensors, values);
            TfliteOps.Form form = codes.form(table).orElseThrow();
            int version = codes.version(table);
            if (version > form.version()) {
                throw operator.unsupported(
                        "version "
                                + version
                                + " of it is newer than version "
                                + form.version()
                                + ", which is read");
            }
            if (!TfliteOps.readsComplex(form) && operator.readsComplex()) {
                throw operator.unsupported("it does not take complex numbers in this version");
            }
            if (!updates.defers(i, operator) && !updates.read(i, operator, values)) {
                form.reader().read(operator);
            }
        } catch (FormatException e) {
            throw e.within(table.path() + " " + name);
        }
    }
}
