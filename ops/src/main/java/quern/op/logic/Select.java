package quern.op.logic;

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
 * Elementwise: the second input where the first, a truth value, is true, else the third; all three
 * broadcast by numpy's rule.
 *
 * <p>The second and third input and the output have one type and quantization: any element type of
 * whole bytes with one scale or none.
 */
public record Select() implements Op {
    @Override
    public Arity arity() {
        return Arity.of(3);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        TruthPair.requireTruth(in.type(0));
        TensorType a = in.type(1);
        TensorType b = in.type(2);
        TypeRules.sameQuant(a, b);
        TypeRules.movable(a, "what is selected from");
        Shape either = Shape.broadcast(a.shape(), b.shape());
        return List.of(a.withShape(Shape.broadcast(in.type(0).shape(), either)));
    }

    @Override
    public void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        TypeRules.sameQuant(in.type(1), outputs.get(0));
    }

    @Override
    public void write(Attributes a) {}
}
