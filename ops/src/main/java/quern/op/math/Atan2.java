package quern.op.math;

import quern.numeric.Atan2f;
import quern.op.BinaryMath;

/**
 * Elementwise angle of the point whose second coordinate is the first operand and whose first
 * coordinate is the second one, -pi to pi.
 */
public record Atan2() implements BinaryMath {
    @Override
    public float apply(float a, float b) {
        return Atan2f.atan2(a, b);
    }

    @Override
    public boolean takesIntegers() {
        return false;
    }
}
