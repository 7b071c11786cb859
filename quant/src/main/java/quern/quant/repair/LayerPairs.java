package quern.quant.repair;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Patch;
import quern.graph.Value;
import quern.op.Activated;
import quern.op.Activation;
import quern.op.Op;
import quern.op.activation.LeakyRelu;
import quern.op.activation.PRelu;
import quern.op.activation.Relu;
import quern.op.activation.Relu6;
import quern.op.math.Minimum;
import quern.op.pooling.AveragePool2d;
import quern.op.pooling.MaxPool2d;
import quern.op.shape.Reshape;
import quern.tensor.Shape;
import quern.tensor.Tensor;

/**
 * Layers of a graph whose outputs another layer alone reads, with nothing between them but what
 * passes a positive factor of a channel on: {@code f(s x) = s f(x)}. Used by one thread.
 */
final class LayerPairs {
    /**
     * Two layers.
     *
     * @param between the nodes on the way, in order
     */
    record Pair(LayerWeights first, LayerWeights second, List<Node> between) {
        /** The nodes that clamp at 6. */
        List<Node> clamps() {
            List<Node> clamps = new ArrayList<>();
            if (((Activated) first.node().op()).activation() == Activation.RELU6) {
                clamps.add(first.node());
            }
            between.stream().filter(n -> n.op() instanceof Relu6).forEach(clamps::add);
            return clamps;
        }
    }

    private final Graph graph;
    private final Map<String, LayerWeights> layers = new LinkedHashMap<>();
    private final List<Pair> pairs = new ArrayList<>();

    /** The pairs of a simplified float graph. */
    LayerPairs(Graph graph) {
        this.graph = graph;
        for (Node n : graph.nodes()) {
            LayerWeights.of(graph, n).ifPresent(w -> layers.put(n.name(), w));
        }
        layers.values().forEach(first -> pair(first).ifPresent(pairs::add));
    }

    /** In the order of the graph. */
    List<Pair> pairs() {
        return List.copyOf(pairs);
    }

    private Optional<Pair> pair(LayerWeights first) {
        if (first.node().op() instanceof Activated a && a.activation() == Activation.RELU_N1_TO_1) {
            return Optional.empty();
        }
        List<Node> between = new ArrayList<>();
        String value = first.node().name();
        while (true) {
            Node n = graph.soleConsumer(value).orElse(null);
            if (n == null || !n.inputs().get(0).equals(value)) {
                return Optional.empty();
            }
            LayerWeights second = layers.get(n.name());
            if (second != null) {
                return second.inputs() == first.outputs()
                        ? Optional.of(new Pair(first, second, List.copyOf(between)))
                        : Optional.empty();
            }
            if (!passes(n)) {
                return Optional.empty();
            }
            between.add(n);
            value = n.name();
        }
    }

    private boolean passes(Node n) {
        if (n.op() instanceof PRelu) {
            return graph.constant(n.inputs().get(1)).isPresent()
                    && n.output().type().shape().equals(graph.type(n.inputs().get(0)).shape());
        }
        if (n.op() instanceof Reshape) {
            Shape x = graph.type(n.inputs().get(0)).shape();
            Shape y = n.output().type().shape();
            return x.rank() > 0 && y.rank() > 0 && x.dim(x.rank() - 1) == y.dim(y.rank() - 1);
        }
        boolean pool = n.op() instanceof MaxPool2d || n.op() instanceof AveragePool2d;
        return n.op() instanceof Relu
                || n.op() instanceof Relu6
                || n.op() instanceof LeakyRelu
                || pool && homogeneous(((Activated) n.op()).activation());
    }

    private static boolean homogeneous(Activation a) {
        return a == Activation.NONE || a == Activation.RELU;
    }

    /**
     * The graph with the weights and biases of the layers of some pairs as they are now.
     *
     * @param limits for each channel, what a clamp at 6 within a pair has become, by the name of
     *     the node that clamps; no limits leave a clamp at 0 alone
     */
    Graph write(List<Pair> changed, Map<String, Optional<Tensor>> limits) {
        Patch patch = new Patch(graph);
        Map<String, LayerWeights> touched = new LinkedHashMap<>();
        for (Pair p : changed) {
            touched.put(p.first().node().name(), p.first());
            touched.put(p.second().node().name(), p.second());
            for (Node n : p.between()) {
                if (limits.containsKey(n.name())) {
                    replace(patch, n, new Relu(), n.inputs(), limits.get(n.name()));
                }
            }
        }
        touched.forEach(
                (name, w) -> {
                    Node n = w.node();
                    List<String> inputs = new ArrayList<>();
                    inputs.add(n.inputs().get(0));
                    inputs.add(patch.constant(name + "_weights", w.weightTensor()));
                    if (w.hasBias()) {
                        inputs.add(patch.constant(name + "_bias", w.biasTensor()));
                    }
                    boolean open = limits.containsKey(name);
                    Op op = open ? ((Activated) n.op()).with(Activation.RELU) : n.op();
                    replace(patch, n, op, inputs, open ? limits.get(name) : Optional.empty());
                });
        return patch.apply();
    }

    /** Another operator in the place of a node, and a smallest-of with the limits behind it. */
    private static void replace(
            Patch patch, Node n, Op op, List<String> inputs, Optional<Tensor> limits) {
        if (limits.isEmpty()) {
            patch.replace(n, new Node(op, inputs, n.outputs(), n.rounding()));
            return;
        }
        Value open = new Value(patch.fresh(n.name() + "_open"), n.output().type());
        String most = patch.constant(n.name() + "_limits", limits.get());
        patch.replace(
                n,
                new Node(op, inputs, List.of(open), n.rounding()),
                new Node(new Minimum(), List.of(open.name(), most), n.outputs(), n.rounding()));
    }
}
