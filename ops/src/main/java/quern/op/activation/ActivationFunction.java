package quern.op.activation;

import java.util.List;
import quern.fixedpoint.RoundingMode;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.tensor.TensorType;

/** A function of one element, float32 or a code, that may be rescaled. */
interface ActivationFunction extends Op {
    @Override
    default Arity arity() {
        return Arity.of(1);
    }

    @Override
    default List<TensorType> infer(OpInputs in) {
        TypeRules.symmetric16(in.type(0), "the input of an activation");
        return List.of(TypeRules.open(in.type(0), in.type(0).shape()));
    }

    @Override
    default void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        TypeRules.outputFamily(in.type(0), outputs.get(0));
    }

    @Override
    default void write(Attributes a) {}
}
