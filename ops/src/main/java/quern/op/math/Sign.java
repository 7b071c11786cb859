package quern.op.math;

import quern.op.UnaryMath;

/** Elementwise 1, -1, or the zero or NaN that it is. */
public record Sign() implements UnaryMath {
    @Override
    public float apply(float x) {
        return Math.signum(x);
    }

    @Override
    public boolean takesIntegers() {
        return true;
    }

    @Override
    public long applyToInteger(long x) {
        return Long.signum(x);
    }
}
