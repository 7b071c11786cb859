package quern.formats.tflite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import quern.error.FormatException;
import quern.formats.Limits;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * The subgraphs of a file, each read anew for the types of the values that it is given. What is
 * read is charged each time, so that subgraphs that use each other many times over come to an end.
 */
final class TfliteSubgraphs {
    /** How deep subgraphs are nested, as deep as the text of a graph can be. */
    private static final int MAX_DEPTH = 16;

    /** Most elements of a node that is computed while a file is read. */
    private static final int COMPUTABLE = 1 << 14;

    private static final int COMPUTABLE_AT_START = 1 << 20;

    private final FlatBuffer file;
    private final Limits limits;
    private final List<FlatTable> tables;
    private final OperatorCodes codes;
    private final List<FlatTable> buffers;
    private final Map<Integer, TfliteTensors> tensors = new HashMap<>();
    private final Set<Integer> open = new LinkedHashSet<>();

    TfliteSubgraphs(FlatBuffer file, FlatTable model, Limits limits) {
        this.file = file;
        this.limits = limits;
        this.codes = new OperatorCodes(model.tables(Schema.MODEL_OPERATOR_CODES, "operator_codes"));
        this.tables = model.tables(Schema.MODEL_SUBGRAPHS, "subgraphs");
        this.buffers = model.tables(Schema.MODEL_BUFFERS, "buffers");
        if (tables.isEmpty()) {
            throw new FormatException("subgraphs", "at least one was expected");
        }
    }

    OperatorCodes codes() {
        return codes;
    }

    /** The tensors of a subgraph. */
    TfliteTensors tensors(int index) {
        return tensors.computeIfAbsent(
                index,
                i ->
                        new TfliteTensors(
                                file,
                                table(i).tables(Schema.SUBGRAPH_TENSORS, ".tensors"),
                                buffers));
    }

    /** The types of a subgraph's inputs as the file gives them. */
    List<TensorType> inputs(int index) {
        List<TensorType> types = new ArrayList<>();
        for (int i : table(index).ints(Schema.SUBGRAPH_INPUTS)) {
            types.add(tensors(index).type(tensors(index).require(i, "inputs")));
        }
        return types;
    }

    /** The content of a buffer. */
    byte[] buffer(long index) {
        if (index >= buffers.size()) {
            throw new FormatException("metadata", "buffer " + index + " does not exist");
        }
        FlatTable buffer = buffers.get((int) index);
        int count = (int) buffer.byteCount(Schema.BUFFER_DATA);
        byte[] bytes = new byte[count];
        if (count > 0) {
            file.charge(count, buffer.bytesAt(Schema.BUFFER_DATA));
            file.source().slice(buffer.bytesAt(Schema.BUFFER_DATA), count).get(bytes);
        }
        return bytes;
    }

    FlatTable table(int index) {
        if (index < 0 || index >= tables.size()) {
            throw new FormatException(
                    "subgraphs",
                    "subgraph " + index + " does not exist; there are " + tables.size());
        }
        return tables.get(index);
    }

    /** The graph of the whole model. */
    Graph whole(int index, GraphBuilder graph) {
        return enter(index, () -> reader(index, graph, COMPUTABLE, new Variables()).whole());
    }

    /**
     * The graph of a subgraph that is part of an operator.
     *
     * @param types what it is given
     * @param known values of inputs that are always the same, by their number
     */
    Graph part(int index, List<TensorType> types, Map<Integer, Tensor> known) {
        String name = table(index).string(Schema.SUBGRAPH_NAME);
        GraphBuilder graph = new GraphBuilder(name.isEmpty() ? "subgraph_" + index : name);
        return enter(
                index,
                () -> reader(index, graph, COMPUTABLE, Variables.forbidden()).part(types, known));
    }

    /** Runs a subgraph that gives variables their first values. */
    void start(int index, Variables variables) {
        GraphBuilder graph = new GraphBuilder("start");
        enter(
                index,
                () ->
                        reader(index, graph, COMPUTABLE_AT_START, variables)
                                .part(List.of(), Map.of()));
    }

    /** Whether a subgraph returns its input {@code i} as its output {@code i}. */
    boolean keeps(int index, int i) {
        int[] inputs = table(index).ints(Schema.SUBGRAPH_INPUTS);
        int[] outputs = table(index).ints(Schema.SUBGRAPH_OUTPUTS);
        return i < inputs.length && i < outputs.length && inputs[i] == outputs[i];
    }

    private SubgraphReader reader(
            int index, GraphBuilder graph, int computable, Variables variables) {
        TfliteValues values = new TfliteValues(graph, tensors(index), this, computable, variables);
        return new SubgraphReader(table(index), values, codes, limits);
    }

    private Graph enter(int index, Supplier<Graph> reading) {
        table(index);
        if (!open.add(index)) {
            throw new FormatException(
                    "subgraphs[" + index + "]", "the subgraph is a part of itself");
        }
        if (open.size() > MAX_DEPTH) {
            throw new FormatException(
                    "subgraphs[" + index + "]",
                    "subgraphs are nested more than " + MAX_DEPTH + " deep");
        }
        try {
            return reading.get();
        } finally {
            open.remove(index);
        }
    }
}
