package quern.op.activation;

import quern.op.UnaryMath;

/** Elementwise min(max(x, 0), 1). */
public record Relu0To1() implements UnaryMath {
    @Override
    public float apply(float x) {
        return Math.min(Math.max(x, 0f), 1f);
    }
}
