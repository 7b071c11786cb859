package quern.fixedpoint;

/**
 * The codes of one input of a concatenation of unsigned codes in those of its output, as TFLite
 * computes them: with {@code s = inScale * (1 / outScale)} and {@code b = -inZeroPoint * s}, {@code
 * clamp(round(q * s + b) + outZeroPoint)}; every operation in binary32, ties away from zero.
 *
 * @param factor {@code s}
 * @param offset {@code b}
 * @param zeroPoint of the output
 * @param min the smallest code of the output
 * @param max the largest code of the output
 */
public record ConcatRescale(float factor, float offset, int zeroPoint, int min, int max) {
    public ConcatRescale {
        Scales.range(min, max);
        Scales.finite("ratio of the scales", factor);
        Scales.finite("offset of the codes", offset);
    }

    /**
     * Prepares the rescaling from one quantization to another.
     *
     * @throws IllegalArgumentException if a scale is not positive and finite, their ratio or the
     *     offset leaves binary32, or the range is empty
     */
    public static ConcatRescale of(
            float inScale, int inZeroPoint, float outScale, int outZeroPoint, int min, int max) {
        Scales.positive("input scale", inScale);
        float inverse = 1 / Scales.positive("output scale", outScale);
        float factor = inScale * inverse;
        return new ConcatRescale(factor, -inZeroPoint * factor, outZeroPoint, min, max);
    }

    /** Returns the output code of an input code. */
    public int apply(int q) {
        float scaled = q * factor;
        int steps = (int) Rounding.halfAwayFromZero((double) (scaled + offset));
        return FixedPoint.clamp(steps, min - zeroPoint, max - zeroPoint) + zeroPoint;
    }
}
