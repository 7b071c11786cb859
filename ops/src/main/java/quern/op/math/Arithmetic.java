package quern.op.math;

import java.util.List;
import quern.fixedpoint.RoundingMode;
import quern.op.Activated;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.ImageOps;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * An operator of two tensors, broadcast by numpy's rule: float32 numbers, codes of any scales, or
 * plain integers.
 */
interface Arithmetic extends Activated {
    @Override
    default Arity arity() {
        return Arity.of(2);
    }

    @Override
    default List<TensorType> infer(OpInputs in) {
        if (!TypeRules.arePlain(in.type(0), in.type(1))) {
            TypeRules.sameFamily16(in.type(0), in.type(1), "the operands");
        }
        return List.of(
                TypeRules.open(
                        in.type(0), Shape.broadcast(in.type(0).shape(), in.type(1).shape())));
    }

    @Override
    default void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        TypeRules.outputNumbers(in.type(0), outputs.get(0));
    }

    @Override
    default void write(Attributes a) {
        ImageOps.write(a, activation());
    }
}
