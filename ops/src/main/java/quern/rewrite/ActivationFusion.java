package quern.rewrite;

import java.util.Optional;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Patch;
import quern.op.Activated;
import quern.op.Activation;
import quern.op.activation.Relu;
import quern.op.activation.Relu6;
import quern.tensor.TensorType;

/**
 * Moves a Relu or Relu6 into the operator before it, if that can clamp its result and nothing else
 * reads it. Codes must keep their quantization; then the clamps leave the same codes and the result
 * is equal to the bit, as it is for real numbers.
 */
public record ActivationFusion() implements Rule {
    @Override
    public String name() {
        return "activation-fusion";
    }

    @Override
    public Graph apply(Graph graph) {
        Patch patch = new Patch(graph);
        for (Node maker : graph.nodes()) {
            Optional<Node> reader = graph.soleConsumer(maker.name());
            if (maker.op() instanceof Activated op
                    && reader.isPresent()
                    && keepsBits(maker.output().type(), reader.get().output().type())) {
                Node clamp = reader.get();
                both(op.activation(), activation(clamp))
                        .ifPresent(
                                a -> {
                                    patch.remove(maker);
                                    patch.replace(
                                            clamp,
                                            new Node(
                                                    op.with(a),
                                                    maker.inputs(),
                                                    clamp.outputs(),
                                                    maker.rounding()));
                                });
            }
        }
        return patch.isEmpty() ? graph : patch.apply();
    }

    private static boolean keepsBits(TensorType made, TensorType clamped) {
        return made.equals(clamped) && (!made.isQuantized() || ExactCodes.survive(made));
    }

    private static Optional<Activation> activation(Node n) {
        return n.op() instanceof Relu
                ? Optional.of(Activation.RELU)
                : n.op() instanceof Relu6 ? Optional.of(Activation.RELU6) : Optional.empty();
    }

    /** The activation that clamps to what both leave over, if there is one. */
    private static Optional<Activation> both(Activation first, Optional<Activation> second) {
        if (second.isEmpty()) {
            return Optional.empty();
        }
        float min = Math.max(first.min(), second.get().min());
        float max = Math.min(first.max(), second.get().max());
        for (Activation a : Activation.values()) {
            if (a.min() == min && a.max() == max) {
                return Optional.of(a);
            }
        }
        return Optional.empty();
    }
}
