package quern.op.math;

import quern.op.BinaryMath;

/** Elementwise square of the difference of two tensors, both operations rounded. */
public record SquaredDifference() implements BinaryMath {
    @Override
    public float apply(float a, float b) {
        return (a - b) * (a - b);
    }

    @Override
    public long applyToIntegers(long a, long b) {
        return (a - b) * (a - b);
    }

    @Override
    public boolean takesCodes() {
        return true;
    }
}
