package quern.fixedpoint;

/**
 * The last step of a quantized mean over {@code n} codes.
 *
 * <ul>
 *   <li>double, single: {@code clamp(MBQM(sum - n*Zin, m', s') + Zout)}; with (m, s) the multiplier
 *       of {@code inScale / outScale} and {@code k = min(floor(log2 n), 32, 31 + s)}, {@code m' = m
 *       * 2^k / n} truncated and {@code s' = s - k}: the division is part of the multiplier
 *   <li>the other modes: {@code v = f32((float) (sum - n*Zin) * f32(inScale / f32(outScale * n)))},
 *       {@code clamp(rint(v) + Zout)}
 * </ul>
 *
 * <p>Immutable; for any number of threads.
 */
public final class MeanRescale {
    private final RoundingMode mode;
    private final int count;
    private final int inZeroPoint;
    private final int outZeroPoint;
    private final int min;
    private final int max;
    private final Multiplier multiplier;
    private final float factor;

    private MeanRescale(
            float inScale,
            int inZeroPoint,
            float outScale,
            int outZeroPoint,
            int count,
            int min,
            int max,
            RoundingMode mode) {
        Scales.range(min, max);
        Scales.positive("input scale", inScale);
        Scales.positive("output scale", outScale);
        if (count < 1) {
            throw new IllegalArgumentException("mean over " + count + " elements");
        }
        this.mode = mode;
        this.count = count;
        this.inZeroPoint = inZeroPoint;
        this.outZeroPoint = outZeroPoint;
        this.min = min;
        this.max = max;
        if (mode.isFixedPoint()) {
            multiplier = divided(Multiplier.of((double) inScale / outScale, mode), count);
            factor = 0;
        } else {
            multiplier = new Multiplier(0, 0);
            float divisor = outScale * count;
            factor = Scales.finite("factor of the mean", inScale / divisor);
        }
    }

    private static Multiplier divided(Multiplier ratio, int count) {
        int log2 = 31 - Integer.numberOfLeadingZeros(count);
        int left = Math.min(log2, 31 + ratio.shift());
        long mantissa = ((long) ratio.mantissa() << left) / count;
        return new Multiplier((int) mantissa, ratio.shift() - left);
    }

    /**
     * Prepares a mean over {@code count} elements.
     *
     * @param count the number of codes in each sum, at least 1
     * @param min the smallest output code
     * @throws IllegalArgumentException if a scale is not positive and finite, {@code count} is
     *     below 1, or the range is empty
     */
    public static MeanRescale of(
            float inScale,
            int inZeroPoint,
            float outScale,
            int outZeroPoint,
            int count,
            int min,
            int max,
            RoundingMode mode) {
        return new MeanRescale(inScale, inZeroPoint, outScale, outZeroPoint, count, min, max, mode);
    }

    /**
     * Returns the output code of a sum of raw input codes.
     *
     * @param sum fits 32 bits for up to 2^23 codes of 8 bits, 2^16 - 1 of 16 bits
     */
    public int apply(int sum) {
        int centred = sum - count * inZeroPoint;
        int steps =
                mode.isFixedPoint()
                        ? FixedPoint.saturatingMultiplyByQuantizedMultiplier(
                                centred, multiplier, mode)
                        : (int) Math.rint((float) centred * factor);
        return FixedPoint.clamp(steps, min - outZeroPoint, max - outZeroPoint) + outZeroPoint;
    }

    public RoundingMode mode() {
        return mode;
    }

    /** Returns (m', s') of the fixed-point modes, else (0, 0). */
    public Multiplier multiplier() {
        return multiplier;
    }

    /** Returns the binary32 factor of the other modes, 0 in these. */
    public float factor() {
        return factor;
    }
}
