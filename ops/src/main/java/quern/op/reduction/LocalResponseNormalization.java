package quern.op.reduction;

import java.util.List;
import quern.error.ShapeException;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.tensor.TensorType;

/**
 * Each float32 number divided by {@code (bias + alpha * s)^beta}, {@code s} the sum of the squares
 * of its neighbours along the last axis and of its own.
 *
 * @param radius neighbours on either side, not negative
 */
public record LocalResponseNormalization(int radius, float bias, float alpha, float beta)
        implements Op {
    public LocalResponseNormalization {
        if (radius < 0) {
            throw new ShapeException("a radius of " + radius + " is negative");
        }
    }

    @Override
    public Arity arity() {
        return Arity.of(1);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        TensorType x = in.type(0);
        if (!TypeRules.isReal(x) || x.shape().rank() == 0) {
            throw new ShapeException(
                    "the input must be F32 with an axis at least, but its type is " + x);
        }
        return List.of(x);
    }

    @Override
    public void write(Attributes a) {
        a.put("radius", radius);
        a.put("bias", bias);
        a.put("alpha", alpha);
        a.put("beta", beta);
    }

    /** Restores what {@link #write} wrote. */
    public static LocalResponseNormalization read(Attributes a) {
        return new LocalResponseNormalization(
                a.integer("radius"), a.real("bias"), a.real("alpha"), a.real("beta"));
    }
}
