package quern.op.math;

import quern.numeric.Logf;
import quern.op.UnaryMath;

/**
 * Elementwise natural logarithm: negative infinity for zero, NaN for what is negative. Codes of
 * neither have one: they give the smallest code.
 */
public record Log() implements UnaryMath {
    @Override
    public float apply(float x) {
        return Logf.log(x);
    }
}
