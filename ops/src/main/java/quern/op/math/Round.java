package quern.op.math;

import quern.op.UnaryMath;

/** Elementwise nearest whole number, the even one of two. */
public record Round() implements UnaryMath {
    @Override
    public float apply(float x) {
        return (float) Math.rint(x);
    }
}
