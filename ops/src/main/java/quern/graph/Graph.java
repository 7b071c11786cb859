package quern.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import quern.error.InvalidGraphException;
import quern.fixedpoint.RoundingMode;
import quern.op.Op;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * What a model means: inputs, constants, state and nodes in an order in which every value is made
 * before it is read. Immutable, shared freely between threads; two graphs are equal if everything
 * in them is.
 *
 * <p>Names of inputs, states, constants and node outputs share one space and are unique. The
 * constructor checks every rule and throws {@link InvalidGraphException} (or {@link
 * quern.error.ShapeException} with the node's name) if one is broken.
 */
public final class Graph {
    private final String name;
    private final RoundingMode rounding;
    private final List<Value> inputs;
    private final List<State> states;
    private final Map<String, Tensor> constants;
    private final List<Node> nodes;
    private final List<String> outputs;
    private final SortedMap<String, String> metadata;
    private final Map<String, TensorType> types;
    private final Map<String, Node> producers = new HashMap<>();
    private final Map<String, List<Node>> consumers = new HashMap<>();

    /**
     * @param name of the model, any text without line breaks
     * @param rounding the mode most nodes have; what the text prints as the graph's
     * @param constants by name, in the order in which they are stored
     * @param metadata free key-value text, such as preprocessing and provenance
     */
    public Graph(
            String name,
            RoundingMode rounding,
            List<Value> inputs,
            List<State> states,
            Map<String, Tensor> constants,
            List<Node> nodes,
            List<String> outputs,
            Map<String, String> metadata) {
        this.name = name;
        this.rounding = rounding;
        this.inputs = List.copyOf(inputs);
        this.states = List.copyOf(states);
        this.constants = Collections.unmodifiableMap(new LinkedHashMap<>(constants));
        this.nodes = List.copyOf(nodes);
        this.outputs = List.copyOf(outputs);
        this.metadata = Collections.unmodifiableSortedMap(new TreeMap<>(metadata));
        this.types = new GraphCheck(this).types();
        for (Node n : this.nodes) {
            for (Value v : n.outputs()) {
                producers.put(v.name(), n);
            }
            for (String i : new LinkedHashSet<>(n.inputs())) {
                consumers.computeIfAbsent(i, k -> new ArrayList<>()).add(n);
            }
        }
    }

    public String name() {
        return name;
    }

    /** The rounding mode that nodes have unless their text says otherwise. */
    public RoundingMode rounding() {
        return rounding;
    }

    public List<Value> inputs() {
        return inputs;
    }

    public List<State> states() {
        return states;
    }

    public Map<String, Tensor> constants() {
        return constants;
    }

    /** Nodes in topological order. */
    public List<Node> nodes() {
        return nodes;
    }

    /** Names of the values that the graph returns. */
    public List<String> outputs() {
        return outputs;
    }

    public SortedMap<String, String> metadata() {
        return metadata;
    }

    /** The type of a value of any kind. */
    public TensorType type(String value) {
        TensorType t = types.get(value);
        if (t == null) {
            throw new InvalidGraphException(value, "no such value in graph " + name);
        }
        return t;
    }

    /** Whether a value, input, state or constant has this name. */
    public boolean has(String value) {
        return types.containsKey(value);
    }

    /** The constant with this name. */
    public Optional<Tensor> constant(String value) {
        return Optional.ofNullable(constants.get(value));
    }

    /** The node that makes a value; empty for inputs, states and constants. */
    public Optional<Node> producer(String value) {
        return Optional.ofNullable(producers.get(value));
    }

    /** The nodes that read a value, in order; a node that reads it twice stands once. */
    public List<Node> consumers(String value) {
        return Collections.unmodifiableList(consumers.getOrDefault(value, List.of()));
    }

    /** The node that alone reads a value, and only once, if the value is not {@link #isKept}. */
    public Optional<Node> soleConsumer(String value) {
        List<Node> all = consumers(value);
        boolean sole =
                all.size() == 1
                        && !isKept(value)
                        && Collections.frequency(all.get(0).inputs(), value) == 1;
        return sole ? Optional.of(all.get(0)) : Optional.empty();
    }

    /** Whether a value is returned or carried as state. */
    public boolean isKept(String value) {
        return outputs.contains(value) || states.stream().anyMatch(s -> s.next().equals(value));
    }

    /** This graph with other metadata. */
    public Graph withMetadata(Map<String, String> other) {
        return new Graph(name, rounding, inputs, states, constants, nodes, outputs, other);
    }

    /**
     * This graph with every node (and the graph's default) in one rounding mode, graphs inside too.
     */
    public Graph withRounding(RoundingMode mode) {
        List<Node> all =
                nodes.stream()
                        .map(n -> new Node(within(n.op(), mode), n.inputs(), n.outputs(), mode))
                        .toList();
        return new Graph(name, mode, inputs, states, constants, all, outputs, metadata);
    }

    private static Op within(Op op, RoundingMode mode) {
        return op.withSubgraphs(op.subgraphs().stream().map(g -> g.withRounding(mode)).toList());
    }

    @Override
    public boolean equals(Object o) {
        if (!(o instanceof Graph)) {
            return false;
        }
        Graph g = (Graph) o;
        return name.equals(g.name)
                && rounding == g.rounding
                && inputs.equals(g.inputs)
                && states.equals(g.states)
                && List.copyOf(constants.keySet()).equals(List.copyOf(g.constants.keySet()))
                && constants.equals(g.constants)
                && nodes.equals(g.nodes)
                && outputs.equals(g.outputs)
                && metadata.equals(g.metadata);
    }

    @Override
    public int hashCode() {
        return name.hashCode() * 31 + nodes.hashCode();
    }

    @Override
    public String toString() {
        return "Graph " + name + " with " + nodes.size() + " nodes";
    }
}
