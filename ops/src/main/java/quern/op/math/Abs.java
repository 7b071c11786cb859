package quern.op.math;

import quern.op.UnaryMath;

/** Elementwise magnitude; that of the least integer is itself. */
public record Abs() implements UnaryMath {
    @Override
    public float apply(float x) {
        return Math.abs(x);
    }

    @Override
    public boolean takesIntegers() {
        return true;
    }

    @Override
    public long applyToInteger(long x) {
        return Math.abs(x);
    }
}
