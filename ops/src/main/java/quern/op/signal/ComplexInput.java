package quern.op.signal;

import java.util.List;
import quern.error.ShapeException;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/** An operator from complex numbers, float32 with a last axis of 2, to one number each. */
interface ComplexInput extends Op {
    @Override
    default Arity arity() {
        return Arity.of(1);
    }

    @Override
    default List<TensorType> infer(OpInputs in) {
        Shape x = in.type(0).shape();
        int last = x.rank() - 1;
        if (!TypeRules.isReal(in.type(0)) || last < 0 || !x.isSymbolic(last) && x.dim(last) != 2) {
            throw new ShapeException(
                    "complex numbers must be F32 with a last axis of 2, but the type is "
                            + in.type(0));
        }
        return List.of(TypeRules.open(in.type(0), Shape.of(x.words().subList(0, last))));
    }

    @Override
    default void write(Attributes a) {}
}
