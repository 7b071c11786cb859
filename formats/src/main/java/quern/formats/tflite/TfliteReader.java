package quern.formats.tflite;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import quern.error.FormatException;
import quern.error.UnsupportedOpException;
import quern.formats.Limits;
import quern.formats.io.ByteSource;
import quern.graph.Graph;
import quern.graph.GraphBuilder;

/**
 * Reads {@code .tflite} files: one subgraph, one node for each operator of the file, and a
 * Dequantize node for quantized weights of a float operator. Values have the names of the file's
 * tensors, made unique; nodes have rounding mode {@code double}.
 */
public final class TfliteReader {
    /** Metadata key of a graph: the format that it was read from. */
    public static final String FORMAT_KEY = "source.format";

    /** Metadata key of a graph: the file's own description. */
    public static final String DESCRIPTION_KEY = "source.description";

    private static final int IDENTIFIER_AT = 4;

    private final FlatTable model;
    private final Limits limits;
    private final List<FlatTable> codes;
    private final FlatTable subgraph;
    private final TfliteTensors tensors;
    private final TfliteValues values;

    private TfliteReader(ByteSource source, String name, Limits limits) {
        this.limits = limits;
        if (source.size() < IDENTIFIER_AT + Schema.IDENTIFIER.length()
                || !source.lenientUtf8(IDENTIFIER_AT, Schema.IDENTIFIER.length())
                        .equals(Schema.IDENTIFIER)) {
            throw new FormatException(
                    "offset " + IDENTIFIER_AT,
                    "this is not a TFLite model: the identifier "
                            + Schema.IDENTIFIER
                            + " is missing");
        }
        FlatBuffer file = new FlatBuffer(source);
        this.model = file.root("");
        long version = model.u32(Schema.MODEL_VERSION);
        if (version != Schema.VERSION) {
            throw new FormatException(
                    "version", "schema version 3 was expected, but this is " + version);
        }
        this.codes = model.tables(Schema.MODEL_OPERATOR_CODES, "operator_codes");
        List<FlatTable> subgraphs = model.tables(Schema.MODEL_SUBGRAPHS, "subgraphs");
        if (subgraphs.size() != 1) {
            throw new FormatException(
                    "subgraphs",
                    "a model with one subgraph was expected, but this one has "
                            + subgraphs.size()
                            + "; control flow is not supported in this version");
        }
        this.subgraph = subgraphs.get(0);
        this.tensors =
                new TfliteTensors(
                        file,
                        subgraph.tables(Schema.SUBGRAPH_TENSORS, ".tensors"),
                        model.tables(Schema.MODEL_BUFFERS, "buffers"));
        this.values = new TfliteValues(new GraphBuilder(name), tensors);
    }

    /**
     * Reads a graph.
     *
     * @param bytes the content of the file, not changed and not kept
     * @param name of the graph
     * @throws FormatException with the place if anything in the file is wrong
     * @throws UnsupportedOpException if the model uses an operator that Quern does not have
     */
    public static Graph read(byte[] bytes, String name, Limits limits) {
        return new TfliteReader(new ByteSource(bytes), name, limits).graph();
    }

    private Graph graph() {
        GraphBuilder g = values.graph();
        g.rounding(values.rounding());
        g.metadata(FORMAT_KEY, "tflite");
        String description = model.string(Schema.MODEL_DESCRIPTION);
        if (!description.isEmpty()) {
            g.metadata(DESCRIPTION_KEY, description);
        }
        List<FlatTable> operators = subgraph.tables(Schema.SUBGRAPH_OPERATORS, ".operators");
        Limits.require(operators.size(), limits.nodes(), "operators", "nodes");
        requireSupported(operators);
        for (int i : subgraph.ints(Schema.SUBGRAPH_INPUTS)) {
            input(tensors.require(i, "inputs"));
        }
        for (FlatTable operator : operators) {
            operator(operator);
        }
        for (int i : subgraph.ints(Schema.SUBGRAPH_OUTPUTS)) {
            g.output(values.value(tensors.require(i, "outputs")));
        }
        return g.build();
    }

    private void input(int index) {
        if (tensors.hasData(index)) {
            throw new FormatException(
                    tensors.name(index), "an input of the model must not have data");
        }
        values.graph().input(tensors.name(index), tensors.type(index));
        values.made(index);
    }

    private void operator(FlatTable table) {
        FlatTable code = code(table);
        String name = name(code);
        try {
            TfliteOperator operator = new TfliteOperator(name, table, tensors, values);
            TfliteOps.Form form = TfliteOps.find(builtin(code)).orElseThrow();
            int version = code.s32(Schema.CODE_VERSION, 1);
            if (version > form.version()) {
                throw operator.unsupported(
                        "version "
                                + version
                                + " of it is newer than version "
                                + form.version()
                                + ", which is read");
            }
            form.reader().read(operator);
        } catch (FormatException e) {
            throw e.within(table.path() + " " + name);
        }
    }

    private void requireSupported(List<FlatTable> operators) {
        Optional<FlatTable> first = Optional.empty();
        Set<String> missing = new LinkedHashSet<>();
        for (FlatTable operator : operators) {
            FlatTable code = code(operator);
            if (TfliteOps.find(builtin(code)).isEmpty()) {
                first = first.isEmpty() ? Optional.of(operator) : first;
                missing.add(name(code));
            }
        }
        if (first.isEmpty()) {
            return;
        }
        int[] outputs = first.get().ints(Schema.OPERATOR_OUTPUTS);
        String makes =
                outputs.length == 0
                        ? ""
                        : ", which makes " + tensors.name(tensors.require(outputs[0], "outputs"));
        List<String> names = new ArrayList<>(missing);
        String also =
                names.size() == 1
                        ? ""
                        : " (the model also uses "
                                + String.join(", ", names.subList(1, names.size()))
                                + ")";
        throw new UnsupportedOpException(
                names.get(0),
                first.get().path() + makes,
                "this version does not have it"
                        + also
                        + "; export the model without it, or cut the model before it and compute the rest outside");
    }

    private FlatTable code(FlatTable operator) {
        long index = operator.u32(Schema.OPERATOR_CODE);
        if (index >= codes.size()) {
            throw new FormatException(
                    operator.path(),
                    "operator code "
                            + index
                            + " does not exist; there are "
                            + codes.size()
                            + " codes");
        }
        return codes.get((int) index);
    }

    private static int builtin(FlatTable code) {
        return Math.max(code.s8(Schema.CODE_DEPRECATED), code.s32(Schema.CODE_BUILTIN, 0));
    }

    private static String name(FlatTable code) {
        int builtin = builtin(code);
        return builtin == BuiltinOperators.CUSTOM
                ? "CUSTOM " + code.string(Schema.CODE_CUSTOM)
                : BuiltinOperators.name(builtin);
    }
}
