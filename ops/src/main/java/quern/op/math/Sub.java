package quern.op.math;

import quern.op.Activation;
import quern.op.Attributes;
import quern.op.ImageOps;

/**
 * Elementwise difference of two tensors, the first minus the second, broadcast by numpy's rule.
 * Plain integers wrap.
 *
 * @param activation clamp of the result, the bounds of an integer included
 * @param powersOfTwo S16 codes in a fixed-point mode have scales that are powers of two: the
 *     operand of the smaller one is shifted to the output's scale, as TFLite does where a file asks
 *     for it
 */
public record Sub(Activation activation, boolean powersOfTwo) implements Arithmetic {
    /** The usual difference. */
    public Sub(Activation activation) {
        this(activation, false);
    }

    @Override
    public Sub with(Activation other) {
        return new Sub(other, powersOfTwo);
    }

    @Override
    public void write(Attributes a) {
        Arithmetic.super.write(a);
        if (powersOfTwo) {
            a.put("powers_of_two", true);
        }
    }

    /** Restores what {@link #write} wrote. */
    public static Sub read(Attributes a) {
        return new Sub(ImageOps.activation(a), a.flag("powers_of_two", false));
    }
}
