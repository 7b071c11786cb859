package quern.op.math;

import java.util.List;
import quern.error.ShapeException;
import quern.fixedpoint.RoundingMode;
import quern.op.Activated;
import quern.op.Activation;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.ImageOps;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * An operator of two tensors, broadcast by numpy's rule: float32 numbers, codes of any scales,
 * plain integers, or float64 numbers without activation.
 */
interface Arithmetic extends Activated {
    @Override
    default Arity arity() {
        return Arity.of(2);
    }

    @Override
    default List<TensorType> infer(OpInputs in) {
        if (TypeRules.isDouble(in.type(0)) && TypeRules.isDouble(in.type(1))) {
            if (activation() != Activation.NONE) {
                throw new ShapeException("float64 numbers take no activation");
            }
        } else if (!TypeRules.arePlain(in.type(0), in.type(1))) {
            TypeRules.sameFamily16(in.type(0), in.type(1), "the operands");
        }
        return List.of(
                TypeRules.open(
                        in.type(0), Shape.broadcast(in.type(0).shape(), in.type(1).shape())));
    }

    @Override
    default void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        if (TypeRules.isDouble(in.type(0))) {
            TypeRules.sameFormat(in.type(0), outputs.get(0));
        } else {
            TypeRules.outputNumbers(in.type(0), outputs.get(0));
        }
    }

    @Override
    default void write(Attributes a) {
        ImageOps.write(a, activation());
    }
}
