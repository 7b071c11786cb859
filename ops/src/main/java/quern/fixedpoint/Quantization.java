package quern.fixedpoint;

/**
 * Between real values and codes: {@code real = scale * (code - zeroPoint)}. Codes saturate at
 * {@code qmin..qmax}; NaN gives {@code qmin}; infinities saturate.
 */
public final class Quantization {
    private Quantization() {}

    /**
     * Returns {@code round(x / scale) + zeroPoint}, the division in binary32, ties away from zero:
     * the rule of TFLite's QUANTIZE.
     */
    public static int quantizeHalfAway(float x, float scale, int zeroPoint, int qmin, int qmax) {
        return shiftAndLimit(
                Rounding.halfAwayFromZero((double) (x / scale)), zeroPoint, qmin, qmax);
    }

    /**
     * Returns {@code round(x / scale) + zeroPoint}, the division in binary32, ties to even: the
     * rule of ONNX's QuantizeLinear. The limits apply before the zero point is added.
     */
    public static int quantizeHalfEven(float x, float scale, int zeroPoint, int qmin, int qmax) {
        return shiftAndLimit(Math.rint((double) (x / scale)), zeroPoint, qmin, qmax);
    }

    /**
     * The rule of a rounding mode: half away for the fixed-point modes, half to even for the
     * others.
     */
    public static int quantize(
            float x, float scale, int zeroPoint, int qmin, int qmax, RoundingMode mode) {
        return mode.isFixedPoint()
                ? quantizeHalfAway(x, scale, zeroPoint, qmin, qmax)
                : quantizeHalfEven(x, scale, zeroPoint, qmin, qmax);
    }

    /**
     * Returns {@code round(x * (1 / scale)) + zeroPoint}, both operations in binary32, ties away
     * from zero: the rule by which TFLite fills its tables of functions.
     */
    public static int quantizeByInverse(float x, float scale, int zeroPoint, int qmin, int qmax) {
        float steps = x * (1 / scale);
        return shiftAndLimit(Rounding.halfAwayFromZero(steps), zeroPoint, qmin, qmax);
    }

    private static int shiftAndLimit(double steps, int zeroPoint, int qmin, int qmax) {
        double low = (double) qmin - zeroPoint;
        double high = (double) qmax - zeroPoint;
        if (!(steps > low)) {
            return qmin;
        }
        return steps >= high ? qmax : (int) steps + zeroPoint;
    }

    /** Returns {@code scale * (code - zeroPoint)}; the difference is rounded to binary32 first. */
    public static float dequantize(int code, float scale, int zeroPoint) {
        return scale * (float) ((long) code - zeroPoint);
    }
}
