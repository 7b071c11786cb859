package quern.op.math;

import quern.numeric.Expf;
import quern.op.UnaryMath;

/** Elementwise e to the power of x. */
public record Exp() implements UnaryMath {
    @Override
    public float apply(float x) {
        return Expf.exp(x);
    }
}
