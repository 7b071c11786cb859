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
 * Elementwise x where x is not negative, else {@code alpha * x}; codes may be rescaled.
 *
 * @param alpha the slope of the negative half, finite
 */
public record LeakyRelu(float alpha) implements Op {
    public LeakyRelu {
        if (!Float.isFinite(alpha)) {
            throw new ShapeException("the slope of a leaky relu must be finite, not " + alpha);
        }
    }

    @Override
    public Arity arity() {
        return Arity.of(1);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        TypeRules.symmetric16(in.type(0), "the input of an activation");
        return List.of(TypeRules.open(in.type(0), in.type(0).shape()));
    }

    @Override
    public void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        TypeRules.outputFamily(in.type(0), outputs.get(0));
    }

    @Override
    public void write(Attributes a) {
        a.put("alpha", alpha);
    }

    /** Restores what {@link #write} wrote. */
    public static LeakyRelu read(Attributes a) {
        return new LeakyRelu(a.real("alpha"));
    }
}
