package quern.quant.explain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import quern.error.FormatException;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.OpSet;
import quern.quant.affine.Codes;
import quern.quant.explain.Explanation.Operand;
import quern.quant.trace.Trace;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Runs a graph once and derives elements of its tensors from what they are made of. */
public final class Explainer {
    private static final int MOST_OPERANDS = 16;

    private final Graph graph;
    private final Map<String, Tensor> values = new HashMap<>();
    private final Map<String, Tensor> reals = new HashMap<>();
    private final Optional<Graph> reference;
    private final Map<String, Optional<FunctionDerivation>> functions = new HashMap<>();

    /**
     * @param graph of static shapes
     * @param inputs in the graph's order; F32 where it takes codes is quantized first
     * @param reference the float graph that it was made from, whose tensors have the same names, if
     *     there is one; without it operands count as exact
     */
    public Explainer(Graph graph, List<Tensor> inputs, Optional<Graph> reference) {
        this.graph = graph;
        this.reference = reference;
        values.putAll(run(graph, inputs));
        if (reference.isPresent()) {
            List<Tensor> real = inputs.stream().map(Explainer::real).toList();
            reals.putAll(run(reference.get(), real));
        }
    }

    private static Map<String, Tensor> run(Graph g, List<Tensor> inputs) {
        Map<String, Tensor> all = new HashMap<>();
        try (Trace trace = Trace.of(g)) {
            trace.run(inputs, "the input");
            for (Value v : g.inputs()) {
                all.put(v.name(), trace.value(v.name()).copy());
            }
            for (Node n : g.nodes()) {
                for (Value v : n.outputs()) {
                    all.put(v.name(), trace.value(v.name()).copy());
                }
            }
        }
        return all;
    }

    private static Tensor real(Tensor t) {
        return t.type().isQuantized() ? Codes.dequantize(t) : t;
    }

    /**
     * Explains an element.
     *
     * @param index along each axis
     * @throws FormatException if there is no such value or element; the message says what there is
     */
    public Explanation explain(String value, List<Integer> index) {
        Tensor t = values.get(value);
        if (t == null) {
            throw new FormatException(
                    "value " + value,
                    graph.constant(value).isPresent()
                            ? "it is a constant of the model, which no input changes"
                            : "the simplified graph has no such value; quern inspect lists those"
                                    + " it has");
        }
        return explain(value, index, element(value, t.shape(), index));
    }

    /** The index of an element that is counted in row-major order. */
    public List<Integer> index(String value, int element) {
        Shape shape = values.get(value).shape();
        List<Integer> index = new ArrayList<>();
        int rest = element;
        for (int axis = shape.rank() - 1; axis >= 0; axis--) {
            index.add(0, rest % shape.dim(axis));
            rest /= shape.dim(axis);
        }
        return index;
    }

    private static int element(String value, Shape shape, List<Integer> index) {
        if (index.size() != shape.rank()) {
            throw new FormatException(
                    "value " + value,
                    "its shape is "
                            + shape
                            + ", so it takes "
                            + shape.rank()
                            + " indices, not "
                            + index.size());
        }
        int at = 0;
        for (int axis = 0; axis < shape.rank(); axis++) {
            int i = index.get(axis);
            if (i < 0 || i >= shape.dim(axis)) {
                throw new FormatException(
                        "value " + value,
                        "its shape is "
                                + shape
                                + ", so index "
                                + axis
                                + " is from 0 to "
                                + (shape.dim(axis) - 1)
                                + ", not "
                                + i);
            }
            at = at * shape.dim(axis) + i;
        }
        return at;
    }

    private Explanation explain(String value, List<Integer> index, int element) {
        Tensor y = values.get(value);
        Optional<Node> maker = graph.producer(value);
        Optional<Explanation.Layer> layer =
                maker.filter(n -> LayerDerivation.fits(graph, n))
                        .map(n -> derivation(n).derive(index, element));
        Optional<Explanation.Function> function =
                layer.isPresent() || maker.isEmpty()
                        ? Optional.empty()
                        : function(maker.get())
                                .map(f -> f.explain(y, element, shadow(value, y, element)));
        List<Operand> operands = new ArrayList<>();
        if (layer.isEmpty() && maker.isPresent()) {
            operands(maker.get(), y, element, operands);
        }
        String operator = maker.map(n -> OpSet.standard().name(n.op())).orElse("input");
        return new Explanation(
                value,
                index,
                operator,
                code(y, element),
                real(y.type(), y, element),
                y.type().toString(),
                function.isPresent()
                        ? "clamp(round(" + operator + "(operands) / Sy) + Zy)"
                        : formula(operator, layer),
                operands,
                layer,
                function);
    }

    private Optional<FunctionDerivation> function(Node n) {
        return functions.computeIfAbsent(
                n.name(),
                name -> {
                    Map<String, Tensor> all = new HashMap<>(graph.constants());
                    all.putAll(values);
                    return FunctionDerivation.of(n, all);
                });
    }

    private Optional<Float> shadow(String value, Tensor y, int element) {
        return Optional.ofNullable(reals.get(value))
                .filter(t -> t.dtype() == DType.F32 && t.shape().equals(y.shape()))
                .map(t -> t.real(element));
    }

    private LayerDerivation derivation(Node n) {
        return new LayerDerivation(graph, n, values, reference, reals);
    }

    private static String formula(String operator, Optional<Explanation.Layer> layer) {
        return layer.isPresent()
                ? "clamp(round((bias + sum (x - Zx)(w - Zw)) * M) + Zy, min, max)"
                : operator.equals("input") ? "given" : operator + " of its operands";
    }

    /** The elements at the same place of inputs of the same shape, and single numbers. */
    private void operands(Node n, Tensor y, int element, List<Operand> to) {
        for (String in : n.inputs()) {
            Tensor x = in.isEmpty() ? null : values.getOrDefault(in, graph.constants().get(in));
            if (x == null || to.size() >= MOST_OPERANDS) {
                continue;
            }
            boolean same = x.shape().equals(y.shape());
            if (same || x.elements() == 1) {
                int at = same ? element : 0;
                to.add(new Operand(in, at, code(x, at), real(x.type(), x, at)));
            }
        }
    }

    private static Optional<Long> code(Tensor t, int i) {
        return t.dtype().isFloat() ? Optional.empty() : Optional.of(t.integer(i));
    }

    private static double real(TensorType type, Tensor t, int i) {
        if (type.isQuantized() && type.channels() == 1) {
            return (double) type.scale(0) * (t.integer(i) - type.zeroPoint(0));
        }
        return t.dtype() == DType.F32 ? t.real(i) : t.dtype().isFloat() ? Double.NaN : t.integer(i);
    }
}
