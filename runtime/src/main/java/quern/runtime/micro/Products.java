package quern.runtime.micro;

/**
 * Sums of products over windows for many pixels at one time: what convolutions, fully connected
 * layers and matrix products are made of where a tier has registers for a tile of results. As with
 * {@link Microkernels}, every implementation computes the same bits, allocates nothing and checks
 * nothing.
 *
 * <p>Weights are packed in panels of {@code width} neighbouring output channels, a multiple of 16
 * and at most 64, of which {@code n} are written; the weights of the others are zero.
 */
public interface Products {
    /** The widest panel. */
    int WIDEST = 64;

    /** Panels are so many channels wide, or a multiple. */
    int NARROWEST = 16;

    /** Codes of 8 bits that meet their weights at one time. */
    int GROUP = 4;

    /** Whether {@link #gemmS8S32} is there; else codes are multiplied as float32 numbers. */
    boolean hasCodes();

    /**
     * A panel over pixels {@code first} to {@code first + count - 1} in binary32. For each of them
     * and each channel {@code c < n}: {@code acc = bias[biasOffset + c]}; for {@code k} from 0 to
     * {@code taps.length - 1} in this order {@code acc = fma(x[xOffset + from[p] + taps[k]],
     * w[wOffset + k * width + c], acc)}; then {@code y[yOffset + to[p] + c] = min(max(acc, low),
     * high)} as {@link Microkernels#clampF32} does.
     *
     * @param bias readable for {@code width} channels
     */
    void gemmF32(
            Walk walk,
            int first,
            int count,
            float[] x,
            int xOffset,
            float[] w,
            int wOffset,
            int width,
            float[] bias,
            int biasOffset,
            float low,
            float high,
            float[] y,
            int yOffset,
            int n);

    /**
     * A panel over pixels in int32. For pixel {@code first + i}, {@code i < count}, and channel
     * {@code c < width}: {@code acc[i * width + c] = bias[biasOffset + c] +} the sum over taps
     * {@code k} and {@code j < 4} of {@code u(x[xOffset + from[p] + taps[k] + j]) * w[wOffset + (k
     * * width + c) * 4 + j]}, where {@code u(b) = (b & 255) ^ flip}. What leaves int32 wraps.
     *
     * @param x readable for four elements at each tap
     * @param flip 0 for U8, 128 for S8
     * @param bias readable for {@code width} channels
     */
    void gemmS8S32(
            Walk walk,
            int first,
            int count,
            byte[] x,
            int xOffset,
            int flip,
            byte[] w,
            int wOffset,
            int width,
            int[] bias,
            int biasOffset,
            int[] acc);

    /**
     * A window for each channel in binary32. For pixels {@code first} to {@code first + count - 1}
     * and {@code c < n}: {@code acc = bias[c]}; for {@code k} in order {@code acc = fma(x[xOffset +
     * from[p] + taps[k] + c], w[k * n + c], acc)}; then {@code y[yOffset + to[p] + c] =
     * min(max(acc, low), high)}.
     */
    void depthwiseF32(
            Walk walk,
            int first,
            int count,
            float[] x,
            int xOffset,
            float[] w,
            float[] bias,
            float low,
            float high,
            float[] y,
            int yOffset,
            int n);
}
