package quern.op.math;

import quern.numeric.Erff;
import quern.op.UnaryMath;

/** Elementwise error function. */
public record Erf() implements UnaryMath {
    @Override
    public float apply(float x) {
        return Erff.erf(x);
    }
}
