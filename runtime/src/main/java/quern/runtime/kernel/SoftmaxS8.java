package quern.runtime.kernel;

import quern.fixedpoint.FixedPoint;
import quern.fixedpoint.FixedPointMath;
import quern.fixedpoint.SoftmaxScale;
import quern.op.activation.Softmax;
import quern.reference.NodeActivation;
import quern.runtime.arena.Arena;

/**
 * One row of a softmax of 8-bit codes in a fixed-point mode: exponentials in Q0.31 from a table of
 * differences, their sum in Q12.19, a reciprocal and one rounding.
 */
final class SoftmaxS8 implements SoftmaxRows.Row {
    /** Integer bits of the sum. */
    private static final int SUM_BITS = 12;

    private final Operand x;
    private final Operand y;
    private final int mask;
    private final int length;
    private final int stride;
    private final int zero;
    private final int min;
    private final int max;
    private final int[] exponentials = new int[Codes.BYTES];

    SoftmaxS8(Softmax op, Preparation p, int length, int stride) {
        this.x = p.input(0);
        this.y = p.output();
        this.mask = Codes.of(x.type()).mask();
        this.length = length;
        this.stride = stride;
        this.zero = y.type().zeroPoint(0);
        this.min = y.type().codeMin();
        this.max = y.type().codeMax();
        SoftmaxScale scale = NodeActivation.softmax(p.node(), x.type(), op.beta());
        for (int d = 0; d < exponentials.length; d++) {
            // An element too small to count adds nothing and becomes zero, as a zero here does.
            exponentials[d] =
                    -d < scale.diffMin()
                            ? 0
                            : FixedPointMath.expOnNegativeValues(scale.rescale(-d));
        }
    }

    static int max(byte[] x, int from, int stride, int length, int mask) {
        int max = x[from] & mask;
        for (int j = 1; j < length; j++) {
            max = Math.max(max, x[from + j * stride] & mask);
        }
        return max;
    }

    @Override
    public void run(Arena arena, int part, int from, int to) {
        byte[] in = x.bytes(arena);
        byte[] out = y.bytes(arena);
        int largest = max(in, from, stride, length, mask);
        long exact = 0;
        for (int j = 0; j < length; j++) {
            int e = exponentials[largest - (in[from + j * stride] & mask)];
            exact += FixedPoint.roundingDivideByPot(e, SUM_BITS);
        }
        int sum = FixedPoint.saturate(exact);
        int zeros = Integer.numberOfLeadingZeros(sum);
        int reciprocal = FixedPointMath.oneOverOnePlusX((sum << zeros) - Integer.MIN_VALUE);
        int right = SUM_BITS - zeros + 31 - 8;
        for (int j = 0; j < length; j++) {
            int e = exponentials[largest - (in[from + j * stride] & mask)];
            int product = FixedPoint.saturatingRoundingDoublingHighMul(reciprocal, e);
            // A quotient by 2^32 or more rounds to 0; the shift is defined up to 31.
            int parts = right > 31 ? 0 : FixedPoint.roundingDivideByPot(product, right);
            out[to + j * stride] = (byte) FixedPoint.clamp(parts + zero, min, max);
        }
    }
}
