package quern.fixedpoint;

/**
 * The last step of a quantized average over the {@code n} taps of a pooling window that lie inside
 * the image. Input and output of the integer forms share scale and zero point; the caller limits
 * their result to the output's range.
 */
public final class AveragePoolRounding {
    private AveragePoolRounding() {}

    /** Returns {@code sum / n} to the nearest integer, ties away from zero: signed 8-bit codes. */
    public static int halfAwayFromZero(int sum, int n) {
        return sum > 0 ? (sum + n / 2) / n : (sum - n / 2) / n;
    }

    /**
     * Returns {@code (sum + n/2) / n}, ties upward: unsigned 8-bit codes of legacy models.
     *
     * @param sum not negative
     */
    public static int tiesUp(int sum, int n) {
        return (sum + n / 2) / n;
    }

    /**
     * Returns one tap of the float form of float-even and onnx-ref, {@code scale * (q - zeroPoint)}
     * in binary32.
     */
    public static float tap(int q, float scale, int zeroPoint) {
        return scale * (q - zeroPoint);
    }

    /**
     * The float form: {@code clamp(rint(sum / n / outScale + outZeroPoint))} with a binary32
     * rounding after each operation; the zero point stands inside the rounding to an integer.
     *
     * @param sum the {@link #tap}s added in binary32 in row-major order, from +0
     */
    public static int floatEven(
            float sum, int n, float outScale, int outZeroPoint, int min, int max) {
        float mean = sum / n;
        float steps = mean / outScale;
        float v = steps + outZeroPoint;
        return FixedPoint.clamp((int) Math.rint(v), min, max);
    }
}
