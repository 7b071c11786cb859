package quern.quant.diagnosis;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.OpSet;
import quern.op.TypeRules;
import quern.op.quantize.Dequantize;
import quern.op.quantize.Quantize;
import quern.quant.affine.Codes;
import quern.quant.rule.QuantRule;
import quern.quant.rule.QuantRules;
import quern.tensor.Quant;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * A float graph some of whose layers lose what they lose in a quantized graph: their weights and
 * biases are what the codes stand for, and readers of their results read those rounded to codes. A
 * layer is an input of the graph or the first output of a node.
 */
final class Simulation {
    private final Graph real;

    /** What a layer has become: its type in codes, and real weights and bias. */
    private record Layer(
            String op, TensorType codes, Optional<Tensor> weights, Optional<Tensor> bias) {}

    private final Map<String, Layer> layers = new LinkedHashMap<>();

    /**
     * @param names the name in the quantized graph of values of the float graph
     */
    Simulation(Graph real, Graph quantized, Map<String, String> names) {
        this.real = real;
        for (Value v : real.inputs()) {
            codes(v, quantized, names)
                    .ifPresent(
                            t ->
                                    layers.put(
                                            v.name(),
                                            new Layer(
                                                    "input",
                                                    t,
                                                    Optional.empty(),
                                                    Optional.empty())));
        }
        for (Node n : real.nodes()) {
            codes(n.output(), quantized, names)
                    .ifPresent(
                            t -> {
                                Node q = quantized.producer(names.get(n.name())).orElse(null);
                                layers.put(n.name(), layer(n, t, quantized, q));
                            });
        }
    }

    private static Optional<TensorType> codes(Value v, Graph quantized, Map<String, String> names) {
        String name = names.get(v.name());
        if (name == null || !quantized.has(name) || !TypeRules.isReal(v.type())) {
            return Optional.empty();
        }
        TensorType type = quantized.type(name);
        boolean same = type.shape().equals(v.type().shape());
        return same && type.quant() instanceof Quant.PerTensor
                ? Optional.of(type)
                : Optional.empty();
    }

    private Layer layer(Node n, TensorType codes, Graph quantized, Node q) {
        String op = OpSet.standard().name(n.op());
        if (q == null
                || !(QuantRules.of(n.op()) instanceof QuantRule.Weighted)
                || q.op().getClass() != n.op().getClass()
                || real.constant(n.inputs().get(1)).isEmpty()) {
            return new Layer(op, codes, Optional.empty(), Optional.empty());
        }
        Optional<Tensor> w =
                quantized
                        .constant(q.inputs().get(1))
                        .filter(t -> t.type().isQuantized())
                        .filter(t -> t.shape().equals(real.type(n.inputs().get(1)).shape()));
        TensorType x = quantized.type(q.inputs().get(0));
        Optional<Tensor> b =
                w.isPresent() && q.has(2) && x.isQuantized()
                        ? quantized
                                .constant(q.inputs().get(2))
                                .map(t -> bias(t, x.scale(0), w.get().type()))
                        : Optional.empty();
        return new Layer(op, codes, w.map(Codes::dequantize), b);
    }

    private static Tensor bias(Tensor units, double inputScale, TensorType weights) {
        Tensor b = Tensor.zeros(TensorType.f32(units.elements()));
        for (int c = 0; c < units.elements(); c++) {
            double scale = inputScale * weights.scale(weights.channels() == 1 ? 0 : c);
            b.setReal(c, (float) (scale * units.integer(c)));
        }
        return b;
    }

    /** Names of the layers that have codes, in the order of the graph. */
    List<String> layers() {
        return List.copyOf(layers.keySet());
    }

    String op(String layer) {
        return layers.get(layer).op();
    }

    /** The graph in which these layers alone lose something. */
    Graph of(Set<String> lossy) {
        Map<String, Tensor> constants = new LinkedHashMap<>(real.constants());
        Map<String, String> rounded = new LinkedHashMap<>();
        Set<String> taken = new HashSet<>();
        List<Node> nodes = new ArrayList<>();
        for (Value v : real.inputs()) {
            if (lossy.contains(v.name())) {
                round(v, nodes, rounded, taken);
            }
        }
        for (Node n : real.nodes()) {
            List<String> inputs = new ArrayList<>();
            n.inputs().forEach(in -> inputs.add(rounded.getOrDefault(in, in)));
            boolean loses = lossy.contains(n.name());
            if (loses) {
                Layer layer = layers.get(n.name());
                layer.weights().ifPresent(w -> inputs.set(1, add(w, n, "w", constants, taken)));
                layer.bias()
                        .ifPresent(
                                b -> {
                                    String name = add(b, n, "b", constants, taken);
                                    if (inputs.size() > 2) {
                                        inputs.set(2, name);
                                    } else {
                                        inputs.add(name);
                                    }
                                });
            }
            nodes.add(new Node(n.op(), inputs, n.outputs(), n.rounding()));
            if (loses) {
                round(n.output(), nodes, rounded, taken);
            }
        }
        Set<String> used = new HashSet<>();
        nodes.forEach(n -> used.addAll(n.inputs()));
        used.addAll(real.outputs());
        constants.keySet().retainAll(used);
        return new Graph(
                real.name(),
                real.rounding(),
                real.inputs(),
                real.states(),
                constants,
                nodes,
                real.outputs().stream().map(o -> rounded.getOrDefault(o, o)).toList(),
                real.metadata());
    }

    private void round(Value v, List<Node> nodes, Map<String, String> rounded, Set<String> taken) {
        String codes = fresh(v.name() + "_codes", taken);
        String back = fresh(v.name() + "_rounded", taken);
        Value c = new Value(codes, layers.get(v.name()).codes());
        Value r = new Value(back, v.type());
        nodes.add(new Node(new Quantize(), List.of(v.name()), List.of(c), real.rounding()));
        nodes.add(new Node(new Dequantize(), List.of(codes), List.of(r), real.rounding()));
        rounded.put(v.name(), back);
    }

    private String add(
            Tensor t, Node n, String suffix, Map<String, Tensor> constants, Set<String> taken) {
        String name = fresh(n.name() + "_" + suffix, taken);
        constants.put(name, t);
        return name;
    }

    private String fresh(String wanted, Set<String> taken) {
        String name = wanted;
        while (real.has(name) || taken.contains(name)) {
            name += "_";
        }
        taken.add(name);
        return name;
    }
}
