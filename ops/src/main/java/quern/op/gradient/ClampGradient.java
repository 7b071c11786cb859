package quern.op.gradient;

import java.util.List;
import quern.error.ShapeException;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.tensor.TensorType;

/**
 * The gradient of a clamp by its input: numbers {@code v}, {@code g} of the same shape, and two
 * scalars make {@code g} where {@code min(max(v, low), high)} is {@code v} to the bit, any NaN
 * equal to any NaN, and +0 elsewhere. F32 only.
 */
public record ClampGradient() implements Op {
    @Override
    public Arity arity() {
        return Arity.of(4);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        TensorType v = in.type(0);
        for (int i = 0; i < 4; i++) {
            boolean fits = i < 2 ? in.type(i).equals(v) : in.type(i).shape().rank() == 0;
            if (!TypeRules.isReal(in.type(i)) || !fits) {
                throw new ShapeException(
                        "a gradient of a clamp of " + v + " cannot read " + in.type(i));
            }
        }
        return List.of(v);
    }

    @Override
    public void write(Attributes a) {}
}
