package quern.fixedpoint;

/**
 * The output stage of accumulating kernels (convolution, depthwise, matrix multiplication, fully
 * connected): an int32 accumulator at scale {@code inScale * filterScale[c]} becomes an output
 * code.
 *
 * <ul>
 *   <li>double, single: {@code clamp(MBQM(acc, M[c]) + Z, min, max)} with {@code M[c]} the {@link
 *       Multiplier} of {@code inScale * filterScale[c] / outScale}
 *   <li>float-even, xnnpack: {@code rint(clamp(f32((float) acc * m[c]), min - Z, max - Z)) + Z}
 *       with {@code m[c] = f32(f32(inScale * filterScale[c]) / outScale)}
 *   <li>onnx-ref, in binary64: {@code clamp(rint(acc * (inScale * filterScale[c] / outScale) + Z),
 *       min, max)}
 * </ul>
 *
 * <p>The bias is part of the accumulator. A requantizer is per tensor (one factor for every
 * channel) or per channel. Immutable; for any number of threads. Kernels that copy its factors find
 * them by element.
 */
public final class Requantizer {
    private static final int[] NO_INTS = {};
    private static final float[] NO_FLOATS = {};
    private static final double[] NO_DOUBLES = {};

    private final RoundingMode mode;
    private final int[] mantissas;
    private final int[] shifts;
    private final float[] scales;
    private final double[] factors;
    private final boolean perChannel;
    private final int zeroPoint;
    private final int min;
    private final int max;

    private Requantizer(
            RoundingMode mode,
            int[] mantissas,
            int[] shifts,
            float[] scales,
            double[] factors,
            int zeroPoint,
            int min,
            int max) {
        Scales.range(min, max);
        this.mode = mode;
        this.mantissas = mantissas;
        this.shifts = shifts;
        this.scales = scales;
        this.factors = factors;
        this.perChannel = mantissas.length + scales.length + factors.length > 1;
        this.zeroPoint = zeroPoint;
        this.min = min;
        this.max = max;
    }

    /**
     * For convolution and depthwise convolution: in the fixed-point modes {@code (double) inScale *
     * filterScale[c] / outScale}, from left to right in binary64.
     *
     * @param filterScales one, or one a channel; at least 0; copied
     * @param min the smallest code of the output, see {@link ActivationRange}
     * @throws IllegalArgumentException if a scale is not positive and finite (filter: at least 0),
     *     a factor overflows binary32 in float-even or xnnpack, or the range is empty
     */
    public static Requantizer ofConv(
            float inScale,
            float[] filterScales,
            float outScale,
            int outZeroPoint,
            int min,
            int max,
            RoundingMode mode) {
        return ofScales(inScale, filterScales, outScale, outZeroPoint, min, max, mode, false);
    }

    /**
     * For fully connected, matrix multiplication and the convolutions of legacy uint8 models: with
     * one filter scale the product {@code inScale * filterScale} is taken in binary32, then divided
     * in binary64; with several it is as in {@link #ofConv}.
     *
     * @throws IllegalArgumentException as {@link #ofConv}, and if the binary32 product overflows
     */
    public static Requantizer ofFullyConnected(
            float inScale,
            float[] filterScales,
            float outScale,
            int outZeroPoint,
            int min,
            int max,
            RoundingMode mode) {
        boolean binary32Product = filterScales.length == 1;
        return ofScales(
                inScale, filterScales, outScale, outZeroPoint, min, max, mode, binary32Product);
    }

    private static Requantizer ofScales(
            float inScale,
            float[] filterScales,
            float outScale,
            int outZeroPoint,
            int min,
            int max,
            RoundingMode mode,
            boolean binary32Product) {
        Scales.positive("input scale", inScale);
        Scales.positive("output scale", outScale);
        int channels = filterScales.length;
        if (channels == 0) {
            throw new IllegalArgumentException("a requantizer needs at least one filter scale");
        }
        for (int c = 0; c < channels; c++) {
            Scales.notNegative("filter scale of channel " + c, filterScales[c]);
        }
        return switch (mode) {
            case DOUBLE, SINGLE -> {
                int[] mantissas = new int[channels];
                int[] shifts = new int[channels];
                for (int c = 0; c < channels; c++) {
                    double product =
                            binary32Product
                                    ? inScale * filterScales[c]
                                    : (double) inScale * (double) filterScales[c];
                    Multiplier multiplier = Multiplier.of(product / (double) outScale, mode);
                    mantissas[c] = multiplier.mantissa();
                    shifts[c] = multiplier.shift();
                }
                yield new Requantizer(
                        mode, mantissas, shifts, NO_FLOATS, NO_DOUBLES, outZeroPoint, min, max);
            }
            case FLOAT_EVEN, XNNPACK -> {
                float[] scales = new float[channels];
                for (int c = 0; c < channels; c++) {
                    float product = inScale * filterScales[c];
                    scales[c] = Scales.finite("factor of channel " + c, product / outScale);
                }
                yield new Requantizer(
                        mode, NO_INTS, NO_INTS, scales, NO_DOUBLES, outZeroPoint, min, max);
            }
            case ONNX_REF -> {
                double[] factors = new double[channels];
                for (int c = 0; c < channels; c++) {
                    factors[c] = (double) inScale * filterScales[c] / outScale;
                }
                yield new Requantizer(
                        mode, NO_INTS, NO_INTS, NO_FLOATS, factors, outZeroPoint, min, max);
            }
        };
    }

    /**
     * From given multipliers, one or one a channel; the arrays are copied.
     *
     * @throws IllegalArgumentException if the arrays differ in length or are empty, a shift is not
     *     one of {@link Multiplier}, or the mode is not a fixed-point one
     */
    public static Requantizer ofMultipliers(
            int[] mantissas, int[] shifts, int outZeroPoint, int min, int max, RoundingMode mode) {
        if (mantissas.length == 0 || mantissas.length != shifts.length) {
            throw new IllegalArgumentException(
                    mantissas.length + " mantissas and " + shifts.length + " shifts");
        }
        int maxShift = Multiplier.maxShift(mode);
        for (int shift : shifts) {
            if (shift < Multiplier.MIN_SHIFT || shift > maxShift) {
                throw new IllegalArgumentException(
                        "shift " + shift + " is not between -31 and " + maxShift);
            }
        }
        return new Requantizer(
                mode,
                mantissas.clone(),
                shifts.clone(),
                NO_FLOATS,
                NO_DOUBLES,
                outZeroPoint,
                min,
                max);
    }

    /** The one that leaves accumulators as they are, for outputs that hold these. */
    public static Requantizer sums() {
        return new Requantizer(
                RoundingMode.ONNX_REF,
                NO_INTS,
                NO_INTS,
                NO_FLOATS,
                new double[] {1},
                0,
                Integer.MIN_VALUE,
                Integer.MAX_VALUE);
    }

    /** Returns whether accumulators stay as they are. */
    public boolean isSums() {
        return min == Integer.MIN_VALUE && max == Integer.MAX_VALUE;
    }

    /**
     * Returns the output code of an accumulator.
     *
     * @param channel the output channel; ignored if there is one factor for all
     */
    public int apply(int acc, int channel) {
        int c = perChannel ? channel : 0;
        if (mode == RoundingMode.ONNX_REF) {
            double code = acc * factors[c] + zeroPoint;
            return FixedPoint.clamp((int) Math.rint(code), min, max);
        }
        int steps =
                switch (mode) {
                    case DOUBLE ->
                            FixedPoint.multiplyByQuantizedMultiplierDouble(
                                    acc, mantissas[c], shifts[c]);
                    case SINGLE ->
                            FixedPoint.multiplyByQuantizedMultiplierSingle(
                                    acc, mantissas[c], shifts[c]);
                    default -> (int) Math.rint((float) acc * scales[c]);
                };
        // Limited before the zero point is added, which could overflow.
        return FixedPoint.clamp(steps, min - zeroPoint, max - zeroPoint) + zeroPoint;
    }

    /**
     * Returns the output code of an accumulator of 16-bit inputs, which is below {@code 2^47} in
     * magnitude. The fixed-point modes multiply by a mantissa of 16 bits with one rounding, {@link
     * FixedPoint#multiplyByQuantizedMultiplierInt64}; or, if the bias has 32 bits, as {@link
     * #apply} does what is left of the accumulator in int32, saturated.
     *
     * @param int32 whether the bias has 32 bits
     */
    public int applyWide(long acc, int channel, boolean int32) {
        int c = perChannel ? channel : 0;
        if (mode == RoundingMode.ONNX_REF) {
            double code = Math.rint(acc * factors[c] + zeroPoint);
            return (int) Math.min(Math.max(code, min), max);
        }
        long steps =
                switch (mode) {
                    case DOUBLE, SINGLE ->
                            int32
                                    ? FixedPoint.saturatingMultiplyByQuantizedMultiplier(
                                            FixedPoint.saturate(acc), mantissas[c], shifts[c], mode)
                                    : FixedPoint.saturatingMultiplyByQuantizedMultiplierInt64(
                                            acc, mantissas[c], shifts[c]);
                    default -> (long) Math.rint((float) acc * scales[c]);
                };
        long limited = Math.min(Math.max(steps, min - zeroPoint), max - zeroPoint);
        return (int) limited + zeroPoint;
    }

    /**
     * Returns the largest magnitude of an accumulator of this channel for which no intermediate
     * result wraps: {@code 2^(31-shift) - 1} for a left shift, else every {@code int}.
     */
    public int safeAccumulator(int channel) {
        return mode.isFixedPoint()
                ? Integer.MAX_VALUE >> Math.max(shift(channel), 0)
                : Integer.MAX_VALUE;
    }

    public RoundingMode mode() {
        return mode;
    }

    /** Returns whether there is a factor for each channel, not one for all. */
    public boolean perChannel() {
        return perChannel;
    }

    /** Returns the Q0.31 mantissa of a channel; fixed-point modes only. */
    public int mantissa(int channel) {
        return mantissas[perChannel ? channel : 0];
    }

    /** Returns the shift of a channel, see {@link Multiplier}; fixed-point modes only. */
    public int shift(int channel) {
        return shifts[perChannel ? channel : 0];
    }

    /** Returns the binary32 factor of a channel; float-even and xnnpack only. */
    public float scale(int channel) {
        return scales[perChannel ? channel : 0];
    }

    /** Returns the binary64 factor of a channel; onnx-ref only. */
    public double factor(int channel) {
        return factors[perChannel ? channel : 0];
    }

    public int zeroPoint() {
        return zeroPoint;
    }

    public int min() {
        return min;
    }

    public int max() {
        return max;
    }
}
