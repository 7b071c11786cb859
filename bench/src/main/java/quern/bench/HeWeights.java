package quern.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import quern.graph.Graph;
import quern.graph.Node;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.op.nn.FullyConnected;
import quern.rewrite.Simplify;
import quern.tensor.DType;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Weights for models whose own are one number everywhere: normal with a variance of 2 over the
 * number of taps, from a seed. Source: He and others, "Delving Deep into Rectifiers".
 */
final class HeWeights {
    private static final long SEED = 20240229;

    private HeWeights() {}

    /** The graph with new weights and biases of zero in every layer that has F32 weights. */
    static Graph in(Graph graph) {
        Random random = new Random(SEED);
        Map<String, Tensor> constants = new LinkedHashMap<>(graph.constants());
        for (Node n : graph.nodes()) {
            boolean layer =
                    n.op() instanceof Conv2d
                            || n.op() instanceof DepthwiseConv2d
                            || n.op() instanceof FullyConnected;
            for (int i = 1; layer && i < n.inputs().size(); i++) {
                TensorType type = graph.type(n.inputs().get(i));
                boolean depthwise = n.op() instanceof DepthwiseConv2d;
                int first = depthwise ? type.shape().dim(type.shape().rank() - 1) : 0;
                int outputs = first > 0 ? first : type.shape().dim(0);
                constants.put(
                        n.inputs().get(i),
                        i > 1 ? Tensor.zeros(type) : normal(type, outputs, random));
            }
        }
        List<Node> nodes =
                graph.nodes().stream()
                        .filter(
                                n ->
                                        n.outputs().stream()
                                                .noneMatch(v -> constants.containsKey(v.name())))
                        .toList();
        return Simplify.simplify(
                new Graph(
                        graph.name(),
                        graph.rounding(),
                        graph.inputs(),
                        graph.states(),
                        constants,
                        nodes,
                        graph.outputs(),
                        graph.metadata()));
    }

    private static Tensor normal(TensorType type, int outputs, Random random) {
        Tensor t = Tensor.zeros(TensorType.of(DType.F32, type.shape()));
        double deviation = Math.sqrt(2.0 * outputs / Math.max(1, t.elements()));
        for (int i = 0; i < t.elements(); i++) {
            t.setReal(i, (float) (random.nextGaussian() * deviation));
        }
        return t;
    }
}
