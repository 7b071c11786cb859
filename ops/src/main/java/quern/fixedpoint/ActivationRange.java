package quern.fixedpoint;

/**
 * The codes to which a fused activation limits an output: {@code zeroPoint + round(bound / scale)},
 * the division in binary32, ties away from zero, intersected with the type's range.
 *
 * @param min the smallest code
 * @param max the largest code
 */
public record ActivationRange(int min, int max) {
    public ActivationRange {
        if (min > max) {
            throw new IllegalArgumentException(
                    "activation range " + min + ".." + max + " is empty");
        }
    }

    /**
     * The range of codes for real bounds.
     *
     * @param low the lower bound of the activation, negative infinity for none
     * @param high the upper bound, positive infinity for none
     * @param zeroPoint a code of {@code qmin..qmax}
     * @throws IllegalArgumentException if the scale is not positive, the zero point is outside the
     *     type's range, or {@code low <= 0 <= high} does not hold
     */
    public static ActivationRange of(
            float low, float high, float scale, int zeroPoint, int qmin, int qmax) {
        if (!(scale > 0) || zeroPoint < qmin || zeroPoint > qmax || !(low <= 0 && high >= 0)) {
            throw new IllegalArgumentException(
                    String.format(
                            "no activation range for bounds %s..%s, scale %s, zero point %d, codes %d..%d",
                            low, high, scale, zeroPoint, qmin, qmax));
        }
        return new ActivationRange(
                code(low, scale, zeroPoint, qmin, qmax), code(high, scale, zeroPoint, qmin, qmax));
    }

    private static int code(float bound, float scale, int zeroPoint, int qmin, int qmax) {
        double code = zeroPoint + Rounding.halfAwayFromZero(bound / scale);
        return (int) Math.min(Math.max(code, qmin), qmax);
    }

    /** The range of ReLU: {@code max(qmin, zeroPoint)..qmax}. */
    public static ActivationRange relu(float scale, int zeroPoint, int qmin, int qmax) {
        return of(0, Float.POSITIVE_INFINITY, scale, zeroPoint, qmin, qmax);
    }

    /** The range of ReLU6, real 0 to 6. */
    public static ActivationRange relu6(float scale, int zeroPoint, int qmin, int qmax) {
        return of(0, 6, scale, zeroPoint, qmin, qmax);
    }

    /** The range of the activation that limits to real -1 to 1. */
    public static ActivationRange reluN1To1(float scale, int zeroPoint, int qmin, int qmax) {
        return of(-1, 1, scale, zeroPoint, qmin, qmax);
    }
}
