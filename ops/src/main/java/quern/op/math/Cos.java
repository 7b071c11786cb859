package quern.op.math;

import quern.numeric.Trigf;
import quern.op.UnaryMath;

/** Elementwise cosine of x radians. */
public record Cos() implements UnaryMath {
    @Override
    public float apply(float x) {
        return Trigf.cos(x);
    }
}
