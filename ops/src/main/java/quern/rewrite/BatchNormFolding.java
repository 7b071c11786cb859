package quern.rewrite;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Patch;
import quern.op.Activated;
import quern.op.Activation;
import quern.op.Op;
import quern.op.TypeRules;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.op.nn.FullyConnected;
import quern.op.nn.TransposeConv;
import quern.tensor.Shape;
import quern.tensor.Tensor;

/**
 * Moves multiplications and additions of a constant a channel into the weights and bias of the
 * float operator before them: {@code w'[c] = w[c] * a[c]}, {@code b'[c] = b[c] * a[c] + d[c]}, in
 * binary64, rounded once. A batch normalization of a trained network is such a pair.
 *
 * <p>It fires where weights and bias are constants, the operator has no activation of its own and
 * nothing else reads what is in between, and where all new weights are finite.
 */
public record BatchNormFolding() implements Rule {
    /** Axis of the output channels in the weights. */
    private static final Map<Class<? extends Op>, Integer> CHANNEL_AXIS =
            Map.of(
                    Conv2d.class,
                    0,
                    DepthwiseConv2d.class,
                    3,
                    TransposeConv.class,
                    0,
                    FullyConnected.class,
                    0);

    @Override
    public String name() {
        return "batch-norm-folding";
    }

    @Override
    public Graph apply(Graph graph) {
        Patch patch = new Patch(graph);
        for (Node n : graph.nodes()) {
            if (CHANNEL_AXIS.containsKey(n.op().getClass()) && isPlain(graph, n)) {
                fold(graph, n, patch);
            }
        }
        return patch.isEmpty() ? graph : patch.apply();
    }

    /** Float, without activation, with constant weights and bias. */
    private static boolean isPlain(Graph graph, Node n) {
        return TypeRules.isReal(n.output().type())
                && ((Activated) n.op()).activation() == Activation.NONE
                && graph.constant(n.inputs().get(1)).isPresent()
                && (!n.has(2) || graph.constant(n.inputs().get(2)).isPresent());
    }

    private static void fold(Graph graph, Node n, Patch patch) {
        int axis = CHANNEL_AXIS.get(n.op().getClass());
        Tensor weights = graph.constants().get(n.inputs().get(1));
        Optional<Tensor> bias = n.has(2) ? graph.constant(n.inputs().get(2)) : Optional.empty();
        ChannelAffine affine = new ChannelAffine(weights.shape().dim(axis), bias);
        Node last = n;
        Optional<Node> next = graph.soleConsumer(last.name());
        while (next.isPresent() && affine.append(graph, last, next.get())) {
            last = next.get();
            next = graph.soleConsumer(last.name());
        }
        Tensor newBias = affine.bias();
        Tensor newWeights = affine.scales() ? scaled(weights, axis, affine) : weights;
        if (last == n || !isFinite(newBias) || !isFinite(newWeights)) {
            return;
        }
        List<String> inputs = new ArrayList<>(n.inputs().subList(0, 2));
        if (affine.scales()) {
            inputs.set(1, patch.constant(n.inputs().get(1), newWeights));
        }
        String biasName = n.has(2) ? n.inputs().get(2) : n.name() + ".bias";
        inputs.add(patch.constant(biasName, newBias));
        affine.absorbed().forEach(patch::remove);
        Op op = ((Activated) n.op()).with(affine.activation());
        patch.replace(n, new Node(op, inputs, last.outputs(), n.rounding()));
    }

    private static Tensor scaled(Tensor weights, int axis, ChannelAffine affine) {
        Shape s = weights.shape();
        int inner = 1;
        for (int i = axis + 1; i < s.rank(); i++) {
            inner *= s.dim(i);
        }
        Tensor t = Tensor.zeros(weights.type());
        for (int i = 0; i < t.elements(); i++) {
            t.floats()[i] = (float) (weights.real(i) * affine.scale(i / inner % s.dim(axis)));
        }
        return t;
    }

    private static boolean isFinite(Tensor t) {
        for (int i = 0; i < t.elements(); i++) {
            if (!Float.isFinite(t.real(i))) {
                return false;
            }
        }
        return true;
    }
}
