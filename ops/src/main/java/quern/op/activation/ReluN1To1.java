package quern.op.activation;

import quern.op.Activation;
import quern.op.UnaryMath;

/** Elementwise min(max(x, -1), 1). */
public record ReluN1To1() implements UnaryMath {
    @Override
    public float apply(float x) {
        return Activation.RELU_N1_TO_1.apply(x);
    }
}
