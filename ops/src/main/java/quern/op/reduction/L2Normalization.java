package quern.op.reduction;

import java.util.List;
import quern.error.ShapeException;
import quern.fixedpoint.RoundingMode;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.tensor.TensorType;

/** Each vector along the last axis divided by its length, which counts as 10^-6 at least. */
public record L2Normalization() implements Op {
    @Override
    public Arity arity() {
        return Arity.of(1);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        TensorType x = in.type(0);
        TypeRules.activation(x, "the input of an L2 normalization");
        if (x.shape().rank() == 0) {
            throw new ShapeException("an L2 normalization needs an axis, but its input has none");
        }
        return List.of(TypeRules.open(x, x.shape()));
    }

    @Override
    public void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        TypeRules.outputFamily(in.type(0), outputs.get(0));
    }

    @Override
    public void write(Attributes a) {}
}
