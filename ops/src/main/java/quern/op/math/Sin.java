package quern.op.math;

import quern.numeric.Trigf;
import quern.op.UnaryMath;

/** Elementwise sine of x radians. */
public record Sin() implements UnaryMath {
    @Override
    public float apply(float x) {
        return Trigf.sin(x);
    }
}
