package quern.op.math;

import quern.op.BinaryMath;

/**
 * Elementwise largest whole number not above the quotient of two tensors, the first by the second;
 * float32 numbers are divided in binary64. Plain integers divided by zero give zero.
 */
public record FloorDiv() implements BinaryMath {
    @Override
    public float apply(float a, float b) {
        return (float) Math.floor((double) a / b);
    }

    @Override
    public long applyToIntegers(long a, long b) {
        return b == 0 ? 0 : Math.floorDiv(a, b);
    }
}
