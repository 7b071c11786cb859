package quern.op.math;

import java.util.List;
import quern.fixedpoint.RoundingMode;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * An operator that takes one of two elements, broadcast by numpy's rule. Operands of codes and the
 * output have one quantization.
 */
interface Picking extends Op {
    @Override
    default Arity arity() {
        return Arity.of(2);
    }

    @Override
    default List<TensorType> infer(OpInputs in) {
        if (!TypeRules.arePlain(in.type(0), in.type(1))) {
            TypeRules.sameFamily16(in.type(0), in.type(1), "the operands");
        }
        Shape shape = Shape.broadcast(in.type(0).shape(), in.type(1).shape());
        return List.of(in.type(0).withShape(shape));
    }

    @Override
    default void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        TypeRules.sameQuant(in.type(0), outputs.get(0));
        TypeRules.sameQuant(in.type(1), outputs.get(0));
    }

    @Override
    default void write(Attributes a) {}
}
