package quern.runtime.micro;

import java.util.Optional;

/**
 * The inner loops that kernels are made of. Every implementation computes the same bits; they
 * differ in speed alone. Stateless, for any number of threads; nothing is allocated and nothing is
 * checked: callers pass offsets and counts that lie in the arrays.
 *
 * <p>Conventions: {@code x} with {@code xOffset} are inputs, {@code y} with {@code yOffset} outputs
 * and {@code n} the number of elements. Accumulator rows ({@code acc}) and weight rows ({@code
 * w[i]}) are arrays of their own that begin at index 0. The code of a byte {@code b} is {@code b &
 * mask}: a mask of -1 reads S8, a mask of 255 reads U8. {@code fma} is {@link
 * quern.numeric.Fma#fma}.
 */
public interface Microkernels {
    /** The name of the tier. */
    String tier();

    /** Products over windows, if the tier has them. */
    default Optional<Products> products() {
        return Optional.empty();
    }

    /**
     * One row of a matrix times a panel of weights, in binary32: for {@code i} from 0 to {@code
     * count - 1} in this order, {@code acc[c] = fma(x[xOffset + i], w[row + i][c], acc[c])} for
     * each {@code c < n}.
     */
    void gemvF32(float[] x, int xOffset, int count, float[][] w, int row, float[] acc, int n);

    /**
     * One row of a matrix of codes times a panel of weights: {@code acc[c] += sum over i < count of
     * ((x[xOffset + i] & mask) - zero) * w[row + i][c]} for each {@code c < n}.
     *
     * <p>Exact: the caller has proved that no partial sum leaves int32. Weights are codes minus
     * their zero point, -255 to 255.
     */
    void gemvS8S32(
            byte[] x,
            int xOffset,
            int count,
            int mask,
            int zero,
            int[][] w,
            int row,
            int[] acc,
            int n);

    /**
     * Element by element over taps, in binary32: for {@code t} from 0 to {@code taps - 1} in this
     * order, {@code acc[i] = fma(x[first + t][i], w[row + t][i], acc[i])} for each {@code i < n}.
     * The arrays {@code x[t]} are none of {@code acc}.
     */
    void depthwiseF32(float[][] x, int first, int taps, float[][] w, int row, float[] acc, int n);

    /**
     * Element by element over taps: {@code acc[i] += sum over t < taps of x[first + t][i] * w[row +
     * t][i]} for each {@code i < n}. Exact as {@link #gemvS8S32}.
     */
    void depthwiseS32(int[][] x, int first, int taps, int[][] w, int row, int[] acc, int n);

    /** {@code y[yOffset + i] = (x[xOffset + i] & mask) - zero}. */
    void widenS8S32(byte[] x, int xOffset, int mask, int zero, int[] y, int yOffset, int n);

    /** {@code y[yOffset + i] = (x[xOffset + i] & mask) - zero} as a number of binary32. */
    void widenS8F32(byte[] x, int xOffset, int mask, int zero, float[] y, int yOffset, int n);

    /** {@code acc[i] += (int) x[xOffset + i]}; the numbers are whole and below 2^24. */
    void addWholeS32(float[] x, int xOffset, int[] acc, int n);

    /**
     * Accumulators to codes with two roundings: with {@code c = channel + i * step} and {@code v =
     * (acc[i] * mantissa[c] + 2^30) >> 31}, {@code y[yOffset + i] = clamp(v / 2^right[c], min -
     * zero, max - zero) + zero}, the quotient rounded to nearest, ties away from zero. It is {@link
     * quern.fixedpoint.FixedPoint#multiplyByQuantizedMultiplierDouble} for factors below 1/2.
     *
     * @param acc what it holds afterwards is not defined
     * @param mantissa not negative
     * @param right 1 to 31
     * @param step 1 for a factor each, 0 for one factor
     */
    void requantizeDouble(
            int[] acc,
            int n,
            int[] mantissa,
            int[] right,
            int channel,
            int step,
            int zero,
            int min,
            int max,
            byte[] y,
            int yOffset);

    /**
     * Accumulators to codes with one rounding: with {@code c = channel + i * step}, {@code
     * y[yOffset + i] = clamp((int) ((acc[i] * mantissa[c] + 2^(right[c] - 1)) >> right[c]), min -
     * zero, max - zero) + zero} in 64 bits. It is {@link
     * quern.fixedpoint.FixedPoint#multiplyByQuantizedMultiplierSingle}.
     *
     * @param mantissa not negative
     * @param right 1 to 62
     * @param step 1 for a factor each, 0 for one factor
     */
    void requantizeSingle(
            int[] acc,
            int n,
            int[] mantissa,
            int[] right,
            int channel,
            int step,
            int zero,
            int min,
            int max,
            byte[] y,
            int yOffset);

    /**
     * Accumulators to codes by a binary32 factor: {@code y[yOffset + i] = clamp(rint((float) acc[i]
     * * scale[channel + i * step]), min - zero, max - zero) + zero}, ties to even.
     */
    void requantizeFloatEven(
            int[] acc,
            int n,
            float[] scale,
            int channel,
            int step,
            int zero,
            int min,
            int max,
            byte[] y,
            int yOffset);

    /**
     * Accumulators of pixels to codes: for {@code i < count} and {@code c < n}, {@code y[yOffset +
     * to[first + i] + c]} is the code of {@code acc[i * width + c]} with the factors of channel
     * {@code channel + c}.
     *
     * @param acc what it holds afterwards is not defined
     */
    void codes(
            int[] acc,
            int width,
            Factors factors,
            int channel,
            Walk walk,
            int first,
            int count,
            byte[] y,
            int yOffset,
            int n);

    /**
     * {@code y[yOffset + i] = min(max(x[xOffset + i], low), high)}; NaN stays NaN, and a zero bound
     * turns -0 into +0 as {@link Math#max} and {@link Math#min} do. {@code x} and {@code y} may be
     * one array at one offset.
     */
    void clampF32(float[] x, int xOffset, float low, float high, float[] y, int yOffset, int n);

    /**
     * {@code y[yOffset + i] = a[aOffset + i * aStep] + b[bOffset + i * bStep]}; steps are 0 or 1.
     */
    void addF32(
            float[] a,
            int aOffset,
            int aStep,
            float[] b,
            int bOffset,
            int bStep,
            float[] y,
            int yOffset,
            int n);

    /**
     * {@code y[yOffset + i] = a[aOffset + i * aStep] * b[bOffset + i * bStep]}; steps are 0 or 1.
     */
    void mulF32(
            float[] a,
            int aOffset,
            int aStep,
            float[] b,
            int bOffset,
            int bStep,
            float[] y,
            int yOffset,
            int n);

    /**
     * {@code acc[i] = aTerms[a] + bTerms[b]}, the bytes {@code a[aOffset + i * aStep]} and {@code
     * b[bOffset + i * bStep]} read as unsigned; steps are 0 or 1.
     *
     * @param aTerms 256 terms, of which no two sum up beyond int32
     */
    void addS8S32(
            byte[] a,
            int aOffset,
            int aStep,
            int[] aTerms,
            byte[] b,
            int bOffset,
            int bStep,
            int[] bTerms,
            int[] acc,
            int n);

    /** {@code acc[i] = aTerms[a] * bTerms[b]}; otherwise as {@link #addS8S32}. */
    void mulS8S32(
            byte[] a,
            int aOffset,
            int aStep,
            int[] aTerms,
            byte[] b,
            int bOffset,
            int bStep,
            int[] bTerms,
            int[] acc,
            int n);

    /**
     * {@code y[yOffset + i] = clamp(rint(fma(a & aMask, aRatio, fma(b & bMask, bRatio, constant))),
     * min, max)} in binary32, ties to even; steps as in {@link #addS8S32}.
     */
    void addS8FloatEven(
            byte[] a,
            int aOffset,
            int aStep,
            int aMask,
            float aRatio,
            byte[] b,
            int bOffset,
            int bStep,
            int bMask,
            float bRatio,
            float constant,
            int min,
            int max,
            byte[] y,
            int yOffset,
            int n);

    /**
     * {@code y[yOffset + i] = clamp(rint((float) acc[i] * ratio + zero), min, max)}, each operation
     * rounded to binary32, ties to even.
     */
    void requantizeZeroInside(
            int[] acc, int n, float ratio, int zero, int min, int max, byte[] y, int yOffset);

    /**
     * Chosen elements of each row: {@code y[yOffset + r * places.length + i] = x[xOffset + r * step
     * + places[i]]} for {@code r < rows}.
     */
    void gatherF32(
            float[] x, int xOffset, int step, int[] places, float[] y, int yOffset, int rows);

    /** Every {@code step}th element: {@code y[yOffset + i] = x[xOffset + i * step]}. */
    void everyF32(float[] x, int xOffset, int step, float[] y, int yOffset, int n);

    /** Every {@code step}th element: {@code y[yOffset + i] = x[xOffset + i * step]}. */
    void everyS8(byte[] x, int xOffset, int step, byte[] y, int yOffset, int n);

    /** {@code y[yOffset + i] = table[x[xOffset + i]]}, the byte read as unsigned. */
    void lookupS8(byte[] x, int xOffset, byte[] table, byte[] y, int yOffset, int n);

    /** {@code y[yOffset + i] = table[x[xOffset + i]]}, the byte read as unsigned. */
    void lookupS8F32(byte[] x, int xOffset, float[] table, float[] y, int yOffset, int n);

    /** {@code acc[c] += x[xOffset + c]} for each {@code c < n}. */
    void sumF32(float[] x, int xOffset, float[] acc, int n);

    /** {@code acc[c] += x[xOffset + c] & mask} for each {@code c < n}. */
    void sumS8S32(byte[] x, int xOffset, int mask, int[] acc, int n);

    /** {@code acc[c] = max(acc[c], x[xOffset + c])} for each {@code c < n}, as {@link Math#max}. */
    void maxF32(float[] x, int xOffset, float[] acc, int n);

    /**
     * {@code y[yOffset + c]} becomes the larger code of itself and {@code x[xOffset + c]} for each
     * {@code c < n}.
     *
     * @param flip 0 for S8, 128 for U8
     */
    void maxS8(byte[] x, int xOffset, int flip, byte[] y, int yOffset, int n);

    /**
     * Numbers to codes: {@code y[yOffset + i] = clamp(rint(x[xOffset + i] / scale), min - zero, max
     * - zero) + zero}, the quotient in binary32, ties to even; NaN gives {@code min}.
     */
    void quantizeF32S8(
            float[] x,
            int xOffset,
            float scale,
            int zero,
            int min,
            int max,
            byte[] y,
            int yOffset,
            int n);

    /** The least of 0 and {@code n} numbers; NaN and -0 do not count. */
    float leastF32(float[] x, int xOffset, int n);

    /** The largest of 0 and {@code n} numbers; NaN and -0 do not count. */
    float largestF32(float[] x, int xOffset, int n);

    /**
     * {@code y[yOffset + i]} is {@link quern.numeric.Sigmoidf#sigmoid} of {@code x[xOffset + i]}.
     */
    void sigmoidF32(float[] x, int xOffset, float[] y, int yOffset, int n);

    /**
     * {@code y[yOffset + i] = exp((x[xOffset + i] - first) * second)} by {@link
     * quern.numeric.Expf}.
     */
    void expF32(float[] x, int xOffset, float first, float second, float[] y, int yOffset, int n);

    /** {@code y[yOffset + i]} is {@link quern.numeric.Tanhf#tanh} of {@code x[xOffset + i]}. */
    void tanhF32(float[] x, int xOffset, float[] y, int yOffset, int n);

    /** {@code y[yOffset + i]} is {@link quern.numeric.Erff#gelu} of {@code x[xOffset + i]}. */
    void geluF32(float[] x, int xOffset, float[] y, int yOffset, int n);

    /**
     * {@code y[yOffset + i] = v * sigmoid(v)} for {@code v = x[xOffset + i]}, by {@link
     * quern.numeric.Sigmoidf}. {@code x} and {@code y} may be one array at one offset.
     */
    void siluF32(float[] x, int xOffset, float[] y, int yOffset, int n);

    /**
     * One layer normalization: with {@code mean} and {@code v} the {@link quern.numeric.TreeSum} of
     * the elements and that of the squares of their distances from the mean, each divided by {@code
     * n}, and {@code s = 1 / sqrt(v + epsilon)}, {@code y[yOffset + i] = (x[xOffset + i] - mean) *
     * s * scale[scaleOffset + i] + offset[offsetOffset + i]} from left to right.
     */
    void layerNormF32(
            float[] x,
            int xOffset,
            int n,
            float epsilon,
            float[] scale,
            int scaleOffset,
            float[] offset,
            int offsetOffset,
            float[] y,
            int yOffset);

    /**
     * One softmax: with {@code e[i] = exp((x[xOffset + i * stride] - max) * beta)} by {@link
     * quern.numeric.Expf} and {@code s} their {@link quern.numeric.TreeSum}, {@code y[yOffset + i *
     * stride] = e[i] / s}. {@code x} and {@code y} do not overlap.
     */
    void softmaxF32(float[] x, int xOffset, int stride, int n, float beta, float[] y, int yOffset);
}
