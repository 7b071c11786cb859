package quern.op.math;

import quern.op.UnaryMath;

/** Elementwise 1 / sqrt(x), both operations rounded. */
public record Rsqrt() implements UnaryMath {
    @Override
    public float apply(float x) {
        return 1 / (float) Math.sqrt(x);
    }
}
