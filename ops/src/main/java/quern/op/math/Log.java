package quern.op.math;

import quern.numeric.Logf;
import quern.op.UnaryMath;

/**
 * Elementwise natural logarithm: negative infinity for zero, NaN for what is negative; codes of
 * either give the smallest code.
 */
public record Log() implements UnaryMath {
    @Override
    public float apply(float x) {
        return Logf.log(x);
    }
}
