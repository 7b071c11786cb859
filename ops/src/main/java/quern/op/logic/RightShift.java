package quern.op.logic;

import quern.tensor.DType;

/**
 * Elementwise: the first operand shifted right by the second, signed types with their sign. A
 * negative distance counts as 0, one beyond the width of the type as the width less 1.
 */
public record RightShift() implements BitPair {
    @Override
    public long of(long a, long b, DType type) {
        boolean far = type == DType.U64 && b < 0;
        int distance = (int) (far ? 63 : Math.min(Math.max(b, 0), type.bits() - 1));
        return type == DType.U64 ? a >>> distance : a >> distance;
    }
}
