package quern.op.logic;

import quern.tensor.DType;

/** Elementwise: the bits that differ. */
public record BitwiseXor() implements BitPair {
    @Override
    public long of(long a, long b, DType type) {
        return a ^ b;
    }
}
