package quern.op.activation;

import quern.numeric.Sigmoidf;
import quern.op.UnaryMath;

/**
 * Elementwise {@code x / (1 + exp(-x))}, as the product of x and its logistic function; NaN for
 * negative infinity. Source: Ramachandran and others, "Searching for Activation Functions".
 */
public record Silu() implements UnaryMath {
    @Override
    public float apply(float x) {
        return x * Sigmoidf.sigmoid(x);
    }
}
