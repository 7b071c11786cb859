package quern.numeric;

/**
 * Floats of 16 bits: F16 is IEEE 754 binary16 (5 bits of exponent, 10 of fraction), BF16 the upper
 * half of a binary32 number. All values of both are binary32 numbers; the other way rounds to
 * nearest, ties to even, to infinity beyond the largest number. A NaN stays one.
 */
public final class SmallFloats {
    private static final int F16_BIAS = 15;
    private static final int F16_LARGEST_EXPONENT = 15;
    private static final int F16_SMALLEST_EXPONENT = -14;
    private static final int F16_FRACTION = 10;
    private static final short F16_NAN = 0x7E00;
    private static final short BF16_NAN = 0x7FC0;

    private SmallFloats() {}

    /** Returns the number that the bits of an F16 stand for. */
    public static float ofF16(short bits) {
        int exponent = bits >> F16_FRACTION & 0x1F;
        int fraction = bits & 0x3FF;
        float magnitude;
        if (exponent == 0x1F) {
            magnitude = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
        } else if (exponent == 0) {
            magnitude = fraction * 0x1p-24f;
        } else {
            magnitude = Math.scalb((float) (fraction | 0x400), exponent - F16_BIAS - F16_FRACTION);
        }
        return bits < 0 ? -magnitude : magnitude;
    }

    /** Returns the bits of the nearest F16. */
    public static short toF16(float x) {
        if (x != x) {
            return F16_NAN;
        }
        int sign = Float.floatToRawIntBits(x) >>> 16 & 0x8000;
        float magnitude = Math.abs(x);
        int exponent = Math.max(Math.getExponent(magnitude), F16_SMALLEST_EXPONENT);
        if (exponent > F16_LARGEST_EXPONENT) {
            return (short) (sign | 0x7C00);
        }
        int steps = (int) Math.rint(Math.scalb(magnitude, F16_FRACTION - exponent));
        int bits = steps + (exponent - F16_SMALLEST_EXPONENT << F16_FRACTION);
        return (short) (sign | bits);
    }

    /** Returns the number that the bits of a BF16 stand for. */
    public static float ofBf16(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    /** Returns the bits of the nearest BF16. */
    public static short toBf16(float x) {
        if (x != x) {
            return BF16_NAN;
        }
        int bits = Float.floatToRawIntBits(x);
        return (short) (bits + 0x7FFF + (bits >>> 16 & 1) >>> 16);
    }
}
