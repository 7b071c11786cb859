package quern.op.math;

import quern.op.Activated;
import quern.op.Activation;
import quern.op.Attributes;
import quern.op.BinaryMath;
import quern.op.ImageOps;

/**
 * Elementwise quotient of two tensors, the first by the second. Plain integers lose the fraction;
 * divided by zero they give zero. Codes divided by zero give the end of their range, the smallest
 * code for zero.
 *
 * @param activation clamp of the result
 */
public record Div(Activation activation) implements BinaryMath, Activated {
    @Override
    public float apply(float a, float b) {
        return a / b;
    }

    @Override
    public long applyToIntegers(long a, long b) {
        return b == 0 ? 0 : a / b;
    }

    @Override
    public boolean takesCodes() {
        return true;
    }

    @Override
    public Div with(Activation other) {
        return new Div(other);
    }

    @Override
    public void write(Attributes a) {
        ImageOps.write(a, activation);
    }

    /** Restores what {@link #write} wrote. */
    public static Div read(Attributes a) {
        return new Div(ImageOps.activation(a));
    }
}
