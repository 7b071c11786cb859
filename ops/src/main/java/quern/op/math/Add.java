package quern.op.math;

import quern.op.Activation;
import quern.op.Attributes;
import quern.op.ImageOps;

/**
 * Elementwise sum of two tensors, broadcast by numpy's rule. Plain integers wrap.
 *
 * @param activation clamp of the result, the bounds of an integer included
 * @param powersOfTwo S16 codes in a fixed-point mode have scales that are powers of two: the
 *     operand of the smaller one is shifted to the output's scale, as TFLite does where a file asks
 *     for it
 */
public record Add(Activation activation, boolean powersOfTwo) implements Arithmetic {
    /** The usual sum. */
    public Add(Activation activation) {
        this(activation, false);
    }

    @Override
    public Add with(Activation other) {
        return new Add(other, powersOfTwo);
    }

    @Override
    public void write(Attributes a) {
        Arithmetic.super.write(a);
        if (powersOfTwo) {
            a.put("powers_of_two", true);
        }
    }

    /** Restores what {@link #write} wrote. */
    public static Add read(Attributes a) {
        return new Add(ImageOps.activation(a), a.flag("powers_of_two", false));
    }
}
