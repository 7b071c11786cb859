package quern.op.math;

import quern.numeric.Powf;
import quern.op.BinaryMath;

/**
 * Elementwise power of two tensors, the first to the power of the second. Plain integers to a
 * negative power lose the fraction; so does zero, whose power is zero then.
 */
public record Pow() implements BinaryMath {
    @Override
    public float apply(float a, float b) {
        return Powf.pow(a, b);
    }

    @Override
    public long applyToIntegers(long a, long b) {
        if (b < 0) {
            return a == 1 || a == -1 ? ((b & 1) == 0 ? 1 : a) : 0;
        }
        long power = 1;
        long square = a;
        for (long rest = b; rest > 0; rest >>= 1) {
            power *= (rest & 1) == 0 ? 1 : square;
            square *= square;
        }
        return power;
    }
}
