package quern.fixedpoint;

/**
 * Scale and zero point of 8-bit unsigned codes for numbers between two limits, as ONNX's
 * DynamicQuantizeLinear takes them.
 *
 * @param scale 1/255 if both limits are 0
 * @param zeroPoint 0 to 255
 */
public record DynamicRange(float scale, int zeroPoint) {
    /**
     * Of a range.
     *
     * @param low the least number, at most 0
     * @param high the largest number, at least 0
     */
    public static DynamicRange of(float low, float high) {
        float scale = (high - low) / 255f;
        if (scale == 0) {
            return new DynamicRange(1 / 255f, 0);
        }
        float zero = 0 - low / scale;
        return new DynamicRange(scale, zero > 0 ? (int) Math.rint(Math.min(zero, 255f)) : 0);
    }
}
