package quern.op.logic;

import java.util.List;
import quern.error.ShapeException;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * A function of two truth values, broadcast by numpy's rule. In BOOL tensors 0 is false and every
 * other byte true; results are 0 or 1.
 */
public sealed interface TruthPair extends Op permits LogicalAnd, LogicalOr, LogicalXor {
    /** The result for two truth values. */
    boolean of(boolean a, boolean b);

    @Override
    default Arity arity() {
        return Arity.of(2);
    }

    @Override
    default List<TensorType> infer(OpInputs in) {
        requireTruth(in.type(0));
        requireTruth(in.type(1));
        return List.of(
                in.type(0).withShape(Shape.broadcast(in.type(0).shape(), in.type(1).shape())));
    }

    @Override
    default void write(Attributes a) {}

    /** Refuses what is not BOOL. */
    static void requireTruth(TensorType type) {
        if (type.dtype() != DType.BOOL) {
            throw new ShapeException("truth values must be BOOL, but their type is " + type);
        }
    }
}
