package quern.op;

import java.util.List;
import quern.error.ShapeException;
import quern.fixedpoint.RoundingMode;
import quern.graph.Graph;
import quern.tensor.TensorType;

/**
 * An operator with its attributes: an immutable record that knows its arity and the types of its
 * outputs.
 *
 * <p>An implementation is a record whose components are values (so that graphs compare), has a
 * static {@code read(Attributes)} and stands in {@link OpSet}. What it computes is defined by its
 * reference kernel.
 */
public interface Op {
    /** How many inputs and outputs a node of this operator has. */
    Arity arity();

    /**
     * Types of the outputs as they follow from the inputs: shape, element type and, for operators
     * that keep the codes, quantization.
     *
     * <p>A node may declare another quantization, and with it another integer element type, where
     * the operator requantizes.
     *
     * @throws ShapeException if the inputs do not fit the operator
     */
    List<TensorType> infer(OpInputs inputs);

    /**
     * Whether an inferred quantization is the only one a node may declare; else {@link #check} says
     * which others it may.
     */
    default boolean keepsQuantization() {
        return true;
    }

    /** Whether a node of 8-bit codes may declare an output of its int32 accumulators. */
    default boolean makesSums() {
        return false;
    }

    /**
     * Writes every attribute that differs from its default; {@code read} of the same record
     * restores it.
     */
    void write(Attributes attributes);

    /**
     * Checks the declared output types of a node against the inputs, beyond what {@link #infer}
     * fixes.
     *
     * @throws ShapeException if a rule of the operator is broken
     */
    default void check(OpInputs inputs, List<TensorType> outputs, RoundingMode rounding) {}

    /**
     * Multiply-accumulate steps of one run, taps in the padding included; 0 for operators that do
     * not multiply by weights. Shapes are static.
     *
     * @throws ArithmeticException if the number is beyond 64 bits
     */
    default long macs(OpInputs inputs, List<TensorType> outputs) {
        return 0;
    }

    /** Graphs held as attributes, in the order of the attributes. */
    default List<Graph> subgraphs() {
        return List.of();
    }

    /** This operator with other graphs in its attributes, as many as {@link #subgraphs} has. */
    default Op withSubgraphs(List<Graph> graphs) {
        return this;
    }
}
