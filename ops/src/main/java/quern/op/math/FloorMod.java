package quern.op.math;

import quern.op.BinaryMath;

/**
 * Elementwise remainder of a division of two tensors with the sign of the second. That of float32
 * numbers is exact but for the last step, which adds the divisor to a remainder of the other sign.
 * Plain integers divided by zero leave zero.
 */
public record FloorMod() implements BinaryMath {
    @Override
    public float apply(float a, float b) {
        float rest = a % b;
        return rest != 0 && rest < 0 != b < 0 ? rest + b : rest;
    }

    @Override
    public long applyToIntegers(long a, long b) {
        return b == 0 ? 0 : Math.floorMod(a, b);
    }
}
