package quern.quant.train;

import java.util.Map;
import quern.graph.Graph;
import quern.tensor.Tensor;

/** A network while it is trained. Used by one thread. */
public interface Trainable extends AutoCloseable {
    /** What is trained, by name, in a fixed order; changed in place between steps. */
    Map<String, Tensor> parameters();

    /** What else a checkpoint must hold, such as running statistics; changed by steps. */
    Map<String, Tensor> buffers();

    /** Whether weight decay applies to a parameter. */
    boolean decays(String parameter);

    /**
     * Computes loss and gradients of one batch and leaves the parameters as they are.
     *
     * @param x a batch of inputs, N first
     * @param target a batch of class probabilities [N, classes]
     */
    Step step(Tensor x, Tensor target);

    /** Called after the parameters have followed their gradients. */
    default void updated() {}

    /** What the network has become: a graph for batches of one. */
    Graph export();

    @Override
    void close();

    /**
     * What a step found, valid until the next.
     *
     * @param loss of the batch, a mean
     * @param logits [N, classes]
     * @param gradients by the parameters
     */
    record Step(float loss, Tensor logits, Map<String, Tensor> gradients) {}
}
