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
 * Elementwise smaller of two tensors, broadcast by numpy's rule: NaN if either is, and -0 is below
 * +0.
 *
 * <p>Operands of codes and the output have one quantization; codes are compared.
 */
public record Minimum() implements Op {
    @Override
    public Arity arity() {
        return Arity.of(2);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        if (!TypeRules.arePlain(in.type(0), in.type(1))) {
            TypeRules.sameFamily16(in.type(0), in.type(1), "the operands");
        }
        Shape shape = Shape.broadcast(in.type(0).shape(), in.type(1).shape());
        return List.of(in.type(0).withShape(shape));
    }

    @Override
    public void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        TypeRules.sameQuant(in.type(0), outputs.get(0));
        TypeRules.sameQuant(in.type(1), outputs.get(0));
    }

    @Override
    public void write(Attributes a) {}
}
