package quern.reference;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import quern.error.ShapeException;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.State;
import quern.graph.Value;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Runs a graph of static shapes node by node with the reference kernels; keeps state from run to
 * run. Used by one thread at a time.
 */
public final class ReferenceInterpreter {
    private final Graph graph;
    private final Map<String, Tensor> state = new HashMap<>();

    public ReferenceInterpreter(Graph graph) {
        this.graph = graph;
        reset();
    }

    /** Puts every state back to its first content. */
    public void reset() {
        for (State s : graph.states()) {
            state.put(
                    s.value().name(),
                    graph.constant(s.initial()).orElseGet(() -> zero(s.value().type())));
        }
    }

    /** Real zero in every element: the zero point of quantized types. */
    public static Tensor zero(TensorType type) {
        Tensor t = Tensor.zeros(type);
        if (type.quant() instanceof Quant.PerTensor p) {
            for (int i = 0; i < t.elements(); i++) {
                t.setInteger(i, p.zeroPoint());
            }
        }
        return t;
    }

    /**
     * Runs the graph and returns its outputs in order. Inputs are in the graph's order and of its
     * types, or integers without quantization in place of codes.
     */
    public List<Tensor> run(List<Tensor> inputs) {
        Map<String, Tensor> values = runAll(inputs);
        return graph.outputs().stream().map(values::get).toList();
    }

    /**
     * Runs the graph and returns every value that is not a constant: inputs, states as read, and
     * all node outputs, in order.
     */
    public Map<String, Tensor> runAll(List<Tensor> inputs) {
        Map<String, Tensor> values = new LinkedHashMap<>();
        bind(inputs, values);
        values.putAll(state);
        for (Node n : graph.nodes()) {
            List<Tensor> out = run(n, name -> value(name, values));
            for (int i = 0; i < out.size(); i++) {
                values.put(n.outputs().get(i).name(), out.get(i));
            }
        }
        for (State s : graph.states()) {
            state.put(s.value().name(), value(s.next(), values));
        }
        for (String o : graph.outputs()) {
            values.putIfAbsent(o, value(o, values));
        }
        return values;
    }

    /** Runs one node on the values that {@code values} gives for its inputs' names. */
    public static List<Tensor> run(Node node, Function<String, Tensor> values) {
        List<Tensor> in = new ArrayList<>();
        for (String name : node.inputs()) {
            in.add(name.isEmpty() ? ABSENT : values.apply(name));
        }
        List<Tensor> out = node.outputs().stream().map(v -> Tensor.zeros(v.type())).toList();
        ReferenceKernels.run(new KernelContext(node, in, out));
        return out;
    }

    private static final Tensor ABSENT =
            Tensor.zeros(TensorType.of(DType.F32, quern.tensor.Shape.of(0)));

    private Tensor value(String name, Map<String, Tensor> values) {
        return graph.constant(name).orElseGet(() -> values.get(name));
    }

    /** Integers that say nothing of a scale, as codes of the type of an input. */
    public static Tensor typed(Tensor given, TensorType input) {
        boolean plain = given.type().quant().equals(Quant.NONE);
        return plain && input.isQuantized() && input.dtype() == given.dtype()
                ? given.as(given.type().withQuant(input.quant()))
                : given;
    }

    private void bind(List<Tensor> inputs, Map<String, Tensor> values) {
        if (inputs.size() != graph.inputs().size()) {
            throw new ShapeException(
                    graph.name(),
                    "takes " + graph.inputs().size() + " inputs, not " + inputs.size());
        }
        for (int i = 0; i < inputs.size(); i++) {
            Value v = graph.inputs().get(i);
            Tensor t = typed(inputs.get(i), v.type());
            if (!v.type().equals(t.type())) {
                throw new ShapeException(
                        v.name(), "the input must be " + v.type() + ", not " + t.type());
            }
            values.put(v.name(), t);
        }
    }
}
