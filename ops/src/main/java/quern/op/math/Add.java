package quern.op.math;

import java.util.List;
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
 * Elementwise sum of two tensors, broadcast by numpy's rule. Plain integers wrap.
 *
 * @param activation clamp of the result, the bounds of an integer included
 * @param powersOfTwo S16 codes in a fixed-point mode have scales that are powers of two: the
 *     operand of the smaller one is shifted to the output's scale, as TFLite does where a file asks
 *     for it
 */
public record Add(Activation activation, boolean powersOfTwo) implements Activated {
    /** The usual sum. */
    public Add(Activation activation) {
        this(activation, false);
    }

    @Override
    public Arity arity() {
        return Arity.of(2);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        if (!TypeRules.arePlain(in.type(0), in.type(1))) {
            TypeRules.sameFamily16(in.type(0), in.type(1), "the operands");
        }
        return List.of(
                TypeRules.open(
                        in.type(0), Shape.broadcast(in.type(0).shape(), in.type(1).shape())));
    }

    @Override
    public void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        TypeRules.outputNumbers(in.type(0), outputs.get(0));
    }

    @Override
    public Add with(Activation other) {
        return new Add(other, powersOfTwo);
    }

    @Override
    public void write(Attributes a) {
        ImageOps.write(a, activation);
        if (powersOfTwo) {
            a.put("powers_of_two", true);
        }
    }

    /** Restores what {@link #write} wrote. */
    public static Add read(Attributes a) {
        return new Add(ImageOps.activation(a), a.flag("powers_of_two", false));
    }
}
