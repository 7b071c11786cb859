package quern.op.math;

import quern.op.UnaryMath;

/** Elementwise square root, NaN for what is negative; codes of that give the smallest code. */
public record Sqrt() implements UnaryMath {
    @Override
    public float apply(float x) {
        return (float) Math.sqrt(x);
    }
}
