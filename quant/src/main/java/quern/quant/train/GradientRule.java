package quern.quant.train;

import quern.op.Op;

/** How an operator takes part in a backward pass. */
public sealed interface GradientRule {
    /**
     * The operator has a gradient, made of ordinary operators.
     *
     * @param emit adds them
     */
    record Differentiable(Emitter emit) implements GradientRule {}

    /**
     * The operator has none, and a loss that depends on a parameter through it is refused.
     *
     * @param why as a clause
     */
    record NotDifferentiable(String why) implements GradientRule {}

    /** Adds the gradient of one node. */
    @FunctionalInterface
    interface Emitter {
        /** Adds what leads from the gradient by the node's output to those by its inputs. */
        void emit(Op op, Backward node);
    }
}
