package quern.op.math;

import quern.op.UnaryMath;

/** Elementwise x * x. */
public record Square() implements UnaryMath {
    @Override
    public float apply(float x) {
        return x * x;
    }
}
