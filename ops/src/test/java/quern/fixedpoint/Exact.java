package quern.fixedpoint;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/** Exact rational arithmetic in which the definitions of the rounding modes are written down. */
final class Exact {
    private static final BigDecimal HALF = new BigDecimal("0.5");

    private Exact() {}

    static BigDecimal of(long x) {
        return BigDecimal.valueOf(x);
    }

    static BigDecimal of(double x) {
        return new BigDecimal(x);
    }

    static BigDecimal timesPowerOfTwo(BigDecimal x, int exponent) {
        BigDecimal power = new BigDecimal(BigInteger.TWO.pow(Math.abs(exponent)));
        // A power of two divides every decimal with finitely many digits.
        return exponent >= 0 ? x.multiply(power) : x.divide(power);
    }

    /** The nearest integer, ties toward positive infinity. */
    static BigInteger tiesUp(BigDecimal x) {
        return x.add(HALF).setScale(0, RoundingMode.FLOOR).toBigInteger();
    }

    /** The nearest integer, ties away from zero. */
    static BigInteger tiesAway(BigDecimal x) {
        return x.setScale(0, RoundingMode.HALF_UP).toBigInteger();
    }

    /** The nearest integer, ties to even. */
    static BigInteger tiesEven(BigDecimal x) {
        return x.setScale(0, RoundingMode.HALF_EVEN).toBigInteger();
    }

    /** The nearest binary32 number, ties to even; the decimal text is exact. */
    static float binary32(BigDecimal x) {
        return Float.parseFloat(x.toString());
    }

    static int clamp(BigInteger x, long min, long max) {
        return x.max(BigInteger.valueOf(min)).min(BigInteger.valueOf(max)).intValueExact();
    }

    static int saturate(BigInteger x) {
        return clamp(x, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    /** The fixed-point product of mode double by its definition, without wrapping. */
    static BigInteger multiplyDouble(long x, int mantissa, int shift) {
        BigDecimal shifted = timesPowerOfTwo(of(x), Math.max(shift, 0));
        BigDecimal high = timesPowerOfTwo(shifted.multiply(of((long) mantissa)), -31);
        return tiesAway(timesPowerOfTwo(new BigDecimal(tiesUp(high)), Math.min(shift, 0)));
    }

    /** The fixed-point product of mode single by its definition, without wrapping. */
    static BigInteger multiplySingle(long x, int mantissa, int shift) {
        return tiesUp(timesPowerOfTwo(of(x).multiply(of((long) mantissa)), shift - 31));
    }

    static BigInteger multiply(long x, Multiplier multiplier, quern.fixedpoint.RoundingMode mode) {
        return mode == quern.fixedpoint.RoundingMode.DOUBLE
                ? multiplyDouble(x, multiplier.mantissa(), multiplier.shift())
                : multiplySingle(x, multiplier.mantissa(), multiplier.shift());
    }
}
