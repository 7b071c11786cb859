package quern.op;

import java.util.List;
import quern.tensor.Shape;
import quern.tensor.Tensor;

/**
 * An operator whose output shapes depend on the values of its inputs, such as the places of what is
 * not zero. A plan cannot hold it: it runs by itself, between two plans.
 *
 * <p>Its inferred types have {@link Shape#UNKNOWN} dimensions where the values decide.
 */
public interface ValueShaped extends Op {
    /**
     * The shapes of the outputs for these inputs.
     *
     * @param inputs in the node's order; a place without an input holds an empty tensor
     * @throws quern.error.ShapeException if the values do not fit the operator
     */
    List<Shape> shapes(List<Tensor> inputs);
}
