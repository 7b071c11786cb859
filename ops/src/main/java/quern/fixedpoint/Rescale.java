package quern.fixedpoint;

/**
 * From the codes of one quantization to those of another (QUANTIZE with an integer input).
 *
 * <ul>
 *   <li>double, single: {@code clamp(MBQM(q - Zin, inScale / outScale) + Zout)}, the ratio in
 *       binary64; what a left shift moves beyond 32 bits saturates
 *   <li>the other modes: dequantize, then quantize with ties to even
 * </ul>
 *
 * <p>Immutable; for any number of threads.
 */
public final class Rescale {
    private final RoundingMode mode;
    private final Multiplier multiplier;
    private final float inScale;
    private final int inZeroPoint;
    private final float outScale;
    private final int outZeroPoint;
    private final int min;
    private final int max;

    private Rescale(
            float inScale,
            int inZeroPoint,
            float outScale,
            int outZeroPoint,
            int min,
            int max,
            RoundingMode mode) {
        Scales.range(min, max);
        this.inScale = Scales.positive("input scale", inScale);
        this.outScale = Scales.positive("output scale", outScale);
        this.mode = mode;
        this.inZeroPoint = inZeroPoint;
        this.outZeroPoint = outZeroPoint;
        this.min = min;
        this.max = max;
        this.multiplier =
                mode.isFixedPoint()
                        ? Multiplier.of((double) inScale / outScale, mode)
                        : new Multiplier(0, 0);
    }

    /**
     * Prepares the rescaling from one quantization to another.
     *
     * @param min the smallest output code
     * @throws IllegalArgumentException if a scale is not positive and finite, or the range is empty
     */
    public static Rescale of(
            float inScale,
            int inZeroPoint,
            float outScale,
            int outZeroPoint,
            int min,
            int max,
            RoundingMode mode) {
        return new Rescale(inScale, inZeroPoint, outScale, outZeroPoint, min, max, mode);
    }

    /** Returns the output code of an input code. */
    public int apply(int q) {
        if (!mode.isFixedPoint()) {
            float real = Quantization.dequantize(q, inScale, inZeroPoint);
            return Quantization.quantizeHalfEven(real, outScale, outZeroPoint, min, max);
        }
        int centred = FixedPoint.saturate((long) q - inZeroPoint);
        long steps = FixedPoint.saturatingMultiplyByQuantizedMultiplier(centred, multiplier, mode);
        return (int) Math.min(Math.max(steps + outZeroPoint, min), max);
    }

    public RoundingMode mode() {
        return mode;
    }

    /** Returns the multiplier of the fixed-point modes; else (0, 0). */
    public Multiplier multiplier() {
        return multiplier;
    }
}
