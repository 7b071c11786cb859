package quern.op.math;

import quern.op.Activation;
import quern.op.Attributes;
import quern.op.ImageOps;

/**
 * Elementwise product of two tensors, broadcast by numpy's rule. Plain integers wrap.
 *
 * @param activation clamp of the result, the bounds of an integer included
 */
public record Mul(Activation activation) implements Arithmetic {
    @Override
    public Mul with(Activation other) {
        return new Mul(other);
    }

    /** Restores what {@link #write} wrote. */
    public static Mul read(Attributes a) {
        return new Mul(ImageOps.activation(a));
    }
}
