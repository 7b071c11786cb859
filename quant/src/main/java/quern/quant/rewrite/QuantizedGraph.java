package quern.quant.rewrite;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import quern.error.FormatException;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.TypeRules;
import quern.quant.QuantOptions;
import quern.quant.affine.BiasQuantizer;
import quern.quant.affine.QuantizedWeights;
import quern.quant.affine.WeightQuantizer;
import quern.quant.calibration.Ranges;
import quern.quant.rule.QuantRule;
import quern.quant.rule.QuantRules;
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
        this.weights = new WeightQuantizer(options.weightScheme(), options.perChannel());
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
        Graph folded = RequantizeFolding.apply(written);
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

    private void quantized(Node n) {
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
                        weights.quantize(
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
                bias.map(b -> BiasQuantizer.quantize(b, forms.type(x).scale(0), forms.type(codes)))
                        .ifPresent(b -> inputs.add(forms.constant(n.inputs().get(2), b)));
            }
        } catch (IllegalArgumentException e) {
            throw new FormatException("weights of node " + n.name(), e.getMessage());
        }
        return inputs;
    }
}
