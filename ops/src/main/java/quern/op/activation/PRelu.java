package quern.op.activation;

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
 * Elementwise x where x is not negative, else x times the slope of its place. The slopes are the
 * second input, broadcast by numpy's rule; codes of either may have any scale and zero point.
 */
public record PRelu() implements Op {
    @Override
    public Arity arity() {
        return Arity.of(2);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        TypeRules.sameFamily(in.type(0), in.type(1), "input and slopes");
        return List.of(
                TypeRules.open(
                        in.type(0), Shape.broadcast(in.type(0).shape(), in.type(1).shape())));
    }

    @Override
    public void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        TypeRules.outputFamily(in.type(0), outputs.get(0));
    }

    @Override
    public void write(Attributes a) {}
}
