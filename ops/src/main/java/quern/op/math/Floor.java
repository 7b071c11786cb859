package quern.op.math;

import quern.op.UnaryMath;

/** Elementwise largest whole number not above x. */
public record Floor() implements UnaryMath {
    @Override
    public float apply(float x) {
        return (float) Math.floor(x);
    }
}
