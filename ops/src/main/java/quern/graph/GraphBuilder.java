package quern.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import quern.error.FormatException;
import quern.error.InvalidGraphException;
import quern.error.ShapeException;
import quern.fixedpoint.RoundingMode;
import quern.op.Op;
import quern.op.OpInputs;
import quern.op.OpSet;
import quern.tensor.Quant;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Builds a {@link Graph} node by node; types are inferred as nodes are added. Used by one thread.
 */
public final class GraphBuilder {
    private final String name;
    private RoundingMode rounding = RoundingMode.DOUBLE;
    private final List<Value> inputs = new ArrayList<>();
    private final List<State> states = new ArrayList<>();
    private final Map<String, Tensor> constants = new LinkedHashMap<>();
    private final List<Node> nodes = new ArrayList<>();
    private final List<String> outputs = new ArrayList<>();
    private final Map<String, String> metadata = new TreeMap<>();
    private final Map<String, TensorType> types = new HashMap<>();
    private int fresh;

    public GraphBuilder(String name) {
        this.name = name;
    }

    /** Sets the rounding mode of the graph and of the nodes added from now on. */
    public GraphBuilder rounding(RoundingMode mode) {
        this.rounding = mode;
        return this;
    }

    public GraphBuilder metadata(String key, String value) {
        metadata.put(key, value);
        return this;
    }

    /** Adds an input and returns its name. */
    public String input(String value, TensorType type) {
        inputs.add(new Value(value, type));
        return define(value, type);
    }

    /** Adds a constant, whose array is not copied, and returns its name. */
    public String constant(String value, Tensor tensor) {
        constants.put(value, tensor);
        return define(value, tensor.type());
    }

    /**
     * Adds a state that begins with real zero, or with the constant {@code initial} unless that is
     * empty.
     */
    public String state(String value, TensorType type, String initial, String next) {
        states.add(new State(new Value(value, type), initial, next));
        return define(value, type);
    }

    /** Lets a state continue with another value. */
    public GraphBuilder next(String state, String next) {
        states.replaceAll(
                s -> s.value().name().equals(state) ? new State(s.value(), s.initial(), next) : s);
        return this;
    }

    /** Whether a value was added under this name. */
    public boolean has(String value) {
        return types.containsKey(value);
    }

    /** Adds a node with one output of the inferred type and returns the output's name. */
    public String add(String value, Op op, String... from) {
        return add(value, op, List.of(from), infer(value, op, List.of(from)).get(0));
    }

    /**
     * Adds a node with one output of the inferred shape and element type and the given
     * quantization.
     */
    public String add(String value, Op op, Quant quant, String... from) {
        return add(
                value, op, List.of(from), infer(value, op, List.of(from)).get(0).withQuant(quant));
    }

    /** Adds a node with one output of the given type and returns the output's name. */
    public String add(String value, Op op, List<String> from, TensorType type) {
        add(new Node(op, from, List.of(new Value(value, type)), rounding));
        return value;
    }

    /** Adds a node as it is. */
    public void add(Node node) {
        nodes.add(node);
        node.outputs().forEach(v -> define(v.name(), v.type()));
    }

    /** The output types of an operator on values of this builder. */
    public List<TensorType> infer(String value, Op op, List<String> from) {
        for (String f : from) {
            if (!f.isEmpty() && !types.containsKey(f)) {
                throw new InvalidGraphException(
                        value, "reads " + f + ", which nothing before makes");
            }
        }
        try {
            return op.infer(inputs(from));
        } catch (FormatException e) {
            throw e.within(OpSet.standard().name(op) + " " + value);
        } catch (ArithmeticException e) {
            throw new ShapeException(
                    OpSet.standard().name(op) + " " + value, "its shapes overflow");
        }
    }

    /** Makes a value an output of the graph. */
    public GraphBuilder output(String value) {
        outputs.add(value);
        return this;
    }

    /** The type of a value added before. */
    public TensorType type(String value) {
        TensorType t = types.get(value);
        if (t == null) {
            throw new InvalidGraphException(value, "no such value was added");
        }
        return t;
    }

    /** The nodes added so far, a view. */
    public List<Node> nodes() {
        return Collections.unmodifiableList(nodes);
    }

    /** The constant with this name. */
    public Optional<Tensor> constant(String value) {
        return Optional.ofNullable(constants.get(value));
    }

    /** What a node on values of this builder sees of its inputs. */
    OpInputs inputs(List<String> from) {
        return GraphCheck.inputs(from, types, constants);
    }

    /** A name that no value has yet, beginning with {@code prefix}. */
    public String fresh(String prefix) {
        String candidate = prefix;
        while (types.containsKey(candidate)) {
            candidate = prefix + "_" + ++fresh;
        }
        return candidate;
    }

    /** The graph, checked. */
    public Graph build() {
        return new Graph(name, rounding, inputs, states, constants, nodes, outputs, metadata);
    }

    private String define(String value, TensorType type) {
        if (types.put(value, type) != null) {
            throw new InvalidGraphException(value, "two values have this name");
        }
        return value;
    }
}
