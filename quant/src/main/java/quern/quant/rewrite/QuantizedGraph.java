package quern.quant.rewrite;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import quern.error.FormatException;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.Activated;
import quern.op.Activation;
import quern.op.Op;
import quern.op.TypeRules;
import quern.op.math.Add;
import quern.op.math.Mul;
import quern.op.nn.BatchMatmul;
import quern.op.nn.FullyConnected;
import quern.op.quantize.Cast;
import quern.quant.QuantOptions;
import quern.quant.affine.BiasQuantizer;
import quern.quant.affine.QuantizedWeights;
import quern.quant.affine.WeightQuantizer;
import quern.quant.calibration.Ranges;
import quern.quant.rule.QuantRule;
import quern.quant.rule.QuantRules;
import quern.quant.sensitivity.Guards;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Writes the quantized graph of a float graph, node by node. */
public final class QuantizedGraph {
    private final Graph graph;
    private final NodeSelection selection;
    private final Map<String, Tensor> rounded;
    private final QuantOptions options;
    private final ActivationQuants quants;
    private final WeightQuantizer weights;
    private final Forms forms;

    private QuantizedGraph(
            Graph graph,
            NodeSelection selection,
            Ranges ranges,
            Map<String, Tensor> rounded,
            QuantOptions options) {
        this.graph = graph;
        this.selection = selection;
        this.options = options;
        this.rounded = rounded;
        this.quants =
                new ActivationQuants(
                        graph, selection, ranges, options.activationScheme(), options.inputs());
        this.weights = EdgeLayers.weights(graph, options);
        this.forms = new Forms(graph, options);
    }

    /**
     * The quantized graph: names of inputs, outputs and of all values that nodes make are kept.
     *
     * @param graph simplified, without quantization and state
     * @param ranges of this graph's values
     * @param rounded codes of weights that were chosen beforehand, by the name of their node
     * @param metadata of the result
     */
    public static Graph of(
            Graph graph,
            NodeSelection selection,
            Ranges ranges,
            Map<String, Tensor> rounded,
            QuantOptions options,
            Map<String, String> metadata) {
        Graph written =
                new QuantizedGraph(graph, selection, ranges, rounded, options).write(metadata);
        Graph folded = options.wideActivations() ? written : RequantizeFolding.apply(written);
        return options.unsignedActivations() ? UnsignedActivations.of(folded) : folded;
    }

    private Graph write(Map<String, String> metadata) {
        List<Value> inputs = new ArrayList<>();
        for (Value v : graph.inputs()) {
            boolean codes =
                    !options.floatInputs()
                            && TypeRules.isReal(v.type())
                            && graph.consumers(v.name()).stream().anyMatch(selection::isQuantized);
            TensorType type = codes ? forms.codes(v, quants.of(v.name())) : v.type();
            inputs.add(new Value(v.name(), type));
            forms.define(v.name(), type);
        }
        for (Node n : graph.nodes()) {
            if (selection.isQuantized(n)) {
                quantized(n);
            } else {
                kept(n);
            }
        }
        List<String> outputs = graph.outputs().stream().map(this::output).toList();
        return new Graph(
                graph.name(),
                options.rounding(),
                inputs,
                List.of(),
                forms.constants(),
                forms.nodes(),
                outputs,
                metadata);
    }

    private String output(String value) {
        boolean real = options.floatOutputs() || graph.constant(value).isPresent();
        return real ? forms.real(value) : forms.primary(value);
    }

    private void kept(Node n) {
        List<String> inputs =
                n.inputs().stream().map(in -> in.isEmpty() ? in : forms.real(in)).toList();
        forms.add(new Node(n.op(), inputs, n.outputs(), options.rounding()));
        n.outputs().forEach(v -> forms.define(v.name(), v.type()));
    }

    /**
     * Whether a product of a transformer leaves its accumulators to what follows in float, where
     * codes would lose what is beside the largest elements.
     */
    private boolean leavesSums(Node n) {
        boolean product = n.op() instanceof FullyConnected || n.op() instanceof BatchMatmul;
        boolean plain = !(n.op() instanceof Activated a) || a.activation() == Activation.NONE;
        return options.guarded()
                && !options.wideActivations()
                && Guards.isTransformer(graph)
                && product
                && plain
                && !graph.consumers(n.name()).isEmpty()
                && graph.consumers(n.name()).stream().noneMatch(selection::isQuantized)
                && !graph.isKept(n.name());
    }

    /** The accumulators of a product, made real by the scales of its operands. */
    private void sums(Node n) {
        Value y = n.output();
        List<String> inputs = new ArrayList<>();
        for (String in : n.inputs().subList(0, 2)) {
            inputs.add(activation(in));
        }
        float[] factors = {forms.type(inputs.get(0)).scale(0) * forms.type(inputs.get(1)).scale(0)};
        Optional<Tensor> w = graph.constant(n.inputs().get(1));
        if (w.isPresent() && QuantRules.of(n.op()) instanceof QuantRule.Weighted rule) {
            Tensor codes =
                    weights.of(n.name())
                            .quantize(
                                    w.get(),
                                    Optional.ofNullable(rounded.get(n.name())),
                                    Optional.empty(),
                                    rule.channelAxis(),
                                    forms.type(inputs.get(0)))
                            .weights();
            inputs.set(1, forms.constant(n.inputs().get(1), codes));
            factors = new float[codes.type().channels()];
            for (int c = 0; c < factors.length; c++) {
                factors[c] = forms.type(inputs.get(0)).scale(0) * codes.type().scale(c);
            }
        }
        TensorType sums = TensorType.of(DType.S32, y.type().shape());
        String accumulators = next(n, "_sums", n.op(), inputs, sums);
        String cast = next(n, "_cast", new Cast(DType.F32), List.of(accumulators), y.type());
        Tensor scale = Tensor.of(Shape.of(factors.length), factors);
        String scales = forms.constant(forms.fresh(n.name() + "_scales"), scale);
        Mul mul = new Mul(Activation.NONE);
        if (n.has(2)) {
            Tensor b = graph.constant(n.inputs().get(2)).orElseThrow();
            String product = next(n, "_scaled", mul, List.of(cast, scales), y.type());
            String bias = forms.constant(n.inputs().get(2), b);
            Add add = new Add(Activation.NONE);
            forms.add(new Node(add, List.of(product, bias), List.of(y), options.rounding()));
        } else {
            forms.add(new Node(mul, List.of(cast, scales), List.of(y), options.rounding()));
        }
        forms.define(y.name(), y.type());
    }

    private String next(Node n, String suffix, Op op, List<String> inputs, TensorType type) {
        String name = forms.fresh(n.name() + suffix);
        forms.add(new Node(op, inputs, List.of(new Value(name, type)), options.rounding()));
        return name;
    }

    private void quantized(Node n) {
        if (leavesSums(n)) {
            sums(n);
            return;
        }
        QuantRule rule = QuantRules.of(n.op());
        List<String> inputs =
                rule instanceof QuantRule.Weighted w ? weighted(n, w) : activations(n, rule);
        List<Value> outputs = new ArrayList<>();
        for (Value v : n.outputs()) {
            boolean behind = options.floatOutputs() && graph.outputs().contains(v.name());
            String name = behind ? forms.fresh(v.name() + "_quantized") : v.name();
            outputs.add(new Value(name, forms.codes(v, quants.of(v.name()))));
        }
        forms.add(new Node(n.op(), inputs, outputs, options.rounding()));
        for (int i = 0; i < outputs.size(); i++) {
            Value codes = outputs.get(i);
            Value original = n.outputs().get(i);
            forms.define(original.name(), codes);
            if (!codes.name().equals(original.name())) {
                forms.dequantize(codes.name(), original);
            }
        }
    }

    private List<String> activations(Node n, QuantRule rule) {
        List<String> inputs = new ArrayList<>();
        for (String in : n.inputs()) {
            if (in.isEmpty()) {
                inputs.add(in);
            } else if (!TypeRules.isReal(graph.type(in))) {
                inputs.add(forms.real(in));
            } else if (rule instanceof QuantRule.SameRange) {
                inputs.add(forms.codes(in, quants.of(n.name())));
            } else {
                inputs.add(activation(in));
            }
        }
        return inputs;
    }

    private String activation(String in) {
        return forms.codes(
                in, graph.constant(in).isPresent() ? quants.ofConstant(in) : quants.of(in));
    }

    private List<String> weighted(Node n, QuantRule.Weighted rule) {
        String x = activation(n.inputs().get(0));
        String w = n.inputs().get(1);
        Optional<Tensor> bias = n.has(2) ? graph.constant(n.inputs().get(2)) : Optional.empty();
        List<String> inputs = new ArrayList<>();
        inputs.add(x);
        try {
            if (graph.constant(w).isPresent()) {
                QuantizedWeights q =
                        weights.of(n.name())
                                .quantize(
                                        graph.constant(w).get(),
                                        Optional.ofNullable(rounded.get(n.name())),
                                        bias,
                                        rule.channelAxis(),
                                        forms.type(x));
                inputs.add(forms.constant(w, q.weights()));
                q.bias().ifPresent(b -> inputs.add(forms.constant(n.inputs().get(2), b)));
            } else {
                String codes = activation(w);
                inputs.add(codes);
                bias.map(b -> BiasQuantizer.quantize(b, forms.type(x), forms.type(codes)))
                        .ifPresent(b -> inputs.add(forms.constant(n.inputs().get(2), b)));
            }
        } catch (IllegalArgumentException e) {
            throw new FormatException("weights of node " + n.name(), e.getMessage());
        }
        return inputs;
    }
}
