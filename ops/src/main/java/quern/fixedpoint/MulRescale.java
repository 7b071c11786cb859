package quern.fixedpoint;

/**
 * Quantized multiplication of 8-bit codes, or of 16-bit codes with zero point 0, for which a
 * multiplier that shifts to the left saturates.
 *
 * <ul>
 *   <li>double, single: {@code clamp(MBQM((a - Za) * (b - Zb), sa * sb / so) + Zo)}, the factor in
 *       binary64 from left to right
 *   <li>float-even, onnx-ref, all in binary32: {@code r = (sa * sb) / so}, {@code clamp(rint((a -
 *       Za) * (b - Zb) * r + Zo))} with a rounding after each operation; the zero point stands
 *       inside the rounding to an integer
 *   <li>xnnpack, with the same {@code r}: {@code clamp(rint((a - Za) * (b - Zb) * r) + Zo)}
 * </ul>
 *
 * <p>Immutable; for any number of threads.
 */
public final class MulRescale {
    private final RoundingMode mode;
    private final boolean wide;
    private final int zeroA;
    private final int zeroB;
    private final int zeroOut;
    private final int min;
    private final int max;
    private final Multiplier multiplier;
    private final float ratio;

    private MulRescale(
            float scaleA,
            int zeroA,
            float scaleB,
            int zeroB,
            float scaleOut,
            int zeroOut,
            int min,
            int max,
            RoundingMode mode,
            boolean wide) {
        Scales.range(min, max);
        Scales.positive("scale of the first input", scaleA);
        Scales.positive("scale of the second input", scaleB);
        Scales.positive("output scale", scaleOut);
        this.mode = mode;
        this.wide = wide;
        this.zeroA = zeroA;
        this.zeroB = zeroB;
        this.zeroOut = zeroOut;
        this.min = min;
        this.max = max;
        if (mode.isFixedPoint()) {
            multiplier = Multiplier.of((double) scaleA * scaleB / scaleOut, mode);
            ratio = 0;
        } else {
            multiplier = new Multiplier(0, 0);
            float product = scaleA * scaleB;
            ratio = Scales.finite("ratio of the scales", product / scaleOut);
        }
    }

    /**
     * Prepares the multiplication of two tensors for their scales and zero points.
     *
     * @param min the smallest output code, see {@link ActivationRange}
     * @throws IllegalArgumentException if a scale is not positive and finite, the ratio overflows
     *     binary32, or the range is empty
     */
    public static MulRescale of(
            float scaleA,
            int zeroA,
            float scaleB,
            int zeroB,
            float scaleOut,
            int zeroOut,
            int min,
            int max,
            RoundingMode mode) {
        return new MulRescale(
                scaleA, zeroA, scaleB, zeroB, scaleOut, zeroOut, min, max, mode, false);
    }

    /** The same for 16-bit codes with zero point 0. */
    public static MulRescale ofInt16(
            float scaleA,
            int zeroA,
            float scaleB,
            int zeroB,
            float scaleOut,
            int zeroOut,
            int min,
            int max,
            RoundingMode mode) {
        return new MulRescale(
                scaleA, zeroA, scaleB, zeroB, scaleOut, zeroOut, min, max, mode, true);
    }

    /** Returns the output code of two input codes. */
    public int apply(int a, int b) {
        int product = (a - zeroA) * (b - zeroB);
        float scaled = product * ratio;
        if (zeroInside()) {
            float v = scaled + zeroOut;
            return FixedPoint.clamp((int) Math.rint(v), min, max);
        }
        int steps =
                !mode.isFixedPoint()
                        ? (int) Math.rint(scaled)
                        : wide
                                ? FixedPoint.saturatingMultiplyByQuantizedMultiplier(
                                        product, multiplier, mode)
                                : FixedPoint.multiplyByQuantizedMultiplier(
                                        product, multiplier, mode);
        return FixedPoint.clamp(steps, min - zeroOut, max - zeroOut) + zeroOut;
    }

    /** Returns whether the zero point of the output stands inside the rounding to an integer. */
    public boolean zeroInside() {
        return mode == RoundingMode.FLOAT_EVEN || mode == RoundingMode.ONNX_REF;
    }

    public RoundingMode mode() {
        return mode;
    }

    public int zeroA() {
        return zeroA;
    }

    public int zeroB() {
        return zeroB;
    }

    public int zeroOut() {
        return zeroOut;
    }

    public int min() {
        return min;
    }

    public int max() {
        return max;
    }

    /** Returns the factor of the fixed-point modes, else (0, 0). */
    public Multiplier multiplier() {
        return multiplier;
    }

    /** Returns {@code r}, 0 in the fixed-point modes. */
    public float ratio() {
        return ratio;
    }
}
