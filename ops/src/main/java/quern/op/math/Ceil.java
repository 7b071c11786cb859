package quern.op.math;

import quern.op.UnaryMath;

/** Elementwise smallest whole number not below x. */
public record Ceil() implements UnaryMath {
    @Override
    public float apply(float x) {
        return (float) Math.ceil(x);
    }
}
