package quern.quant.calibration;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * The exact sum of finite binary32 numbers or of their squares, for up to 2^31 of them at a time: a
 * fixed-point number wide enough for all (Kulisch accumulation), so that the order of additions and
 * of merges does not matter.
 */
final class ExactSum {
    /** The place of the lowest bit of the square of the smallest number is {@code 2^-298}. */
    private static final int SQUARE_EXPONENT = -298;

    private static final int EXPONENT = -149;
    private static final int LIMB_BITS = 32;
    private static final long LIMB = 0xFFFF_FFFFL;
    private static final int FRACTION_BITS = 23;
    private static final int FRACTION = (1 << FRACTION_BITS) - 1;
    private static final int NUMBER_LIMBS = 11;
    private static final int SQUARE_LIMBS = 19;
    private static final long MOST_UNSETTLED = 1L << 29;

    private final boolean squares;
    private final long[] limbs;
    private long unsettled;

    /**
     * @param squares whether the squares are added
     */
    ExactSum(boolean squares) {
        this.squares = squares;
        this.limbs = new long[squares ? SQUARE_LIMBS : NUMBER_LIMBS];
    }

    /** Adds a finite number, or its square. */
    void add(float x) {
        int bits = Float.floatToRawIntBits(x);
        int exponent = bits >>> FRACTION_BITS & 0xFF;
        long digits = exponent == 0 ? bits & FRACTION : bits & FRACTION | 1 << FRACTION_BITS;
        int place = Math.max(exponent, 1) - 1;
        if (squares) {
            digits *= digits;
            place *= 2;
        }
        int limb = place / LIMB_BITS;
        int shift = place % LIMB_BITS;
        long low = (digits & LIMB) << shift;
        long high = (digits >>> LIMB_BITS) << shift;
        long sign = bits < 0 && !squares ? -1 : 1;
        limbs[limb] += sign * (low & LIMB);
        limbs[limb + 1] += sign * ((low >>> LIMB_BITS) + (high & LIMB));
        limbs[limb + 2] += sign * (high >>> LIMB_BITS);
        if (++unsettled == MOST_UNSETTLED) {
            settle();
        }
    }

    /** The sum of this and another sum of the same kind. */
    ExactSum plus(ExactSum other) {
        if (squares != other.squares) {
            throw new IllegalArgumentException("a sum of numbers is none of squares");
        }
        settle();
        other.settle();
        ExactSum both = new ExactSum(squares);
        Arrays.setAll(both.limbs, i -> limbs[i] + other.limbs[i]);
        both.settle();
        return both;
    }

    /** Carries, so that every part but the highest has 32 bits: equal sums have equal parts. */
    private void settle() {
        for (int i = 0; i < limbs.length - 1; i++) {
            limbs[i + 1] += limbs[i] >> LIMB_BITS;
            limbs[i] &= LIMB;
        }
        unsettled = 0;
    }

    /** The sum, rounded once to binary64. */
    double value() {
        settle();
        BigInteger all = BigInteger.ZERO;
        for (int i = limbs.length - 1; i >= 0; i--) {
            all = all.shiftLeft(LIMB_BITS).add(BigInteger.valueOf(limbs[i]));
        }
        int exponent = squares ? SQUARE_EXPONENT : EXPONENT;
        int spare = Math.max(0, all.bitLength() - 64);
        // What is cut off cannot turn the rounding: a bit stands for it.
        BigInteger cut = all.abs().shiftRight(spare);
        if (spare > 0 && all.abs().getLowestSetBit() < spare) {
            cut = cut.or(BigInteger.ONE);
        }
        double magnitude = Math.scalb(cut.doubleValue(), exponent + spare);
        return all.signum() < 0 ? -magnitude : magnitude;
    }

    void write(DataOutput out) throws IOException {
        settle();
        for (long limb : limbs) {
            out.writeLong(limb);
        }
    }

    static ExactSum read(boolean squares, DataInput in) throws IOException {
        ExactSum sum = new ExactSum(squares);
        for (int i = 0; i < sum.limbs.length; i++) {
            sum.limbs[i] = in.readLong();
            if (i < sum.limbs.length - 1 && sum.limbs[i] >>> LIMB_BITS != 0) {
                throw new IOException("part " + i + " of an exact sum is out of bounds");
            }
        }
        return sum;
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof ExactSum s) || s.squares != squares) {
            return false;
        }
        settle();
        s.settle();
        return Arrays.equals(limbs, s.limbs);
    }

    @Override
    public int hashCode() {
        settle();
        return Arrays.hashCode(limbs);
    }
}
