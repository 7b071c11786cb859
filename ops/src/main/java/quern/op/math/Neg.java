package quern.op.math;

import quern.op.UnaryMath;

/** Elementwise number of the other sign; that of the least integer is itself. */
public record Neg() implements UnaryMath {
    @Override
    public float apply(float x) {
        return -x;
    }

    @Override
    public boolean takesIntegers() {
        return true;
    }

    @Override
    public long applyToInteger(long x) {
        return -x;
    }
}
