package quern.op.activation;

import java.util.List;
import quern.error.ShapeException;
import quern.fixedpoint.RoundingMode;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.tensor.TensorType;

/**
 * {@code exp(beta * x)} divided by its sum along one axis; 8-bit codes may give S16 codes.
 *
 * @param axis counted from the front
 * @param beta positive factor before the exponential
 */
public record Softmax(int axis, float beta) implements Op {
    public Softmax {
        if (axis < 0 || !(beta > 0) || Float.isInfinite(beta)) {
            throw new ShapeException(
                    "a softmax needs an axis from 0 on and a positive finite beta, not "
                            + axis
                            + " and "
                            + beta);
        }
    }

    @Override
    public Arity arity() {
        return Arity.of(1);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        TypeRules.symmetric16(in.type(0), "the input of a softmax");
        in.type(0).shape().axis(axis);
        return List.of(TypeRules.open(in.type(0), in.type(0).shape()));
    }

    @Override
    public void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        boolean widens =
                in.type(0).isQuantized()
                        && !TypeRules.isWide(in.type(0))
                        && TypeRules.isWide(outputs.get(0));
        if (!widens) {
            TypeRules.outputFamily(in.type(0), outputs.get(0));
        }
    }

    @Override
    public void write(Attributes a) {
        a.put("axis", axis);
        if (beta != 1) {
            a.put("beta", beta);
        }
    }

    /** Restores what {@link #write} wrote. */
    public static Softmax read(Attributes a) {
        return new Softmax(a.integer("axis"), a.real("beta", 1));
    }
}
