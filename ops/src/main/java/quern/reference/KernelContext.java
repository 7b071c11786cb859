package quern.reference;

import java.util.List;
import java.util.Optional;
import quern.fixedpoint.RoundingMode;
import quern.graph.Node;
import quern.tensor.Tensor;

/**
 * What a reference kernel works on: one node with its input and output tensors, all of static
 * shape.
 *
 * @param node the node, for attributes' sake and for error messages
 * @param inputs in the node's order; an absent optional input is an empty place that {@link #has}
 *     tells
 * @param outputs to be filled completely
 */
public record KernelContext(Node node, List<Tensor> inputs, List<Tensor> outputs) {
    /** Whether optional input {@code i} is given. */
    public boolean has(int i) {
        return node.has(i);
    }

    /** Input {@code i}, which must be given. */
    public Tensor input(int i) {
        return inputs.get(i);
    }

    /** Input {@code i} if it is given. */
    public Optional<Tensor> optional(int i) {
        return has(i) ? Optional.of(inputs.get(i)) : Optional.empty();
    }

    /** The first output. */
    public Tensor output() {
        return outputs.get(0);
    }

    /** The node's rounding mode. */
    public RoundingMode rounding() {
        return node.rounding();
    }

    /**
     * Whether the node's rounding mode is a fixed-point one, which has integer softmax and such.
     */
    public boolean isFixedPoint() {
        return rounding().isFixedPoint();
    }

    /** Whether the first input holds codes rather than real numbers. */
    public boolean isQuantized() {
        return input(0).type().isQuantized();
    }
}
