package quern.op;

import java.util.Optional;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** The inputs of a node as inference sees them. */
public interface OpInputs {
    /** Number of inputs, absent ones in between included. */
    int size();

    /** Whether input {@code i} is there. */
    boolean has(int i);

    /** Type of input {@code i}, which must be there. */
    TensorType type(int i);

    /** Value of input {@code i} if it is a constant. */
    Optional<Tensor> constant(int i);
}
