package quern.quant.affine;

import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Real biases to int32: {@code rint(b[c] / ((double) inputScale * weightScale[c]))}, zero point 0.
 */
public final class BiasQuantizer {
    private BiasQuantizer() {}

    /**
     * The int32 bias.
     *
     * @param bias F32 [channels]
     * @param weights the type of the quantized weights, which has the scales
     * @throws IllegalArgumentException if a channel's bias does not fit int32; the message names
     *     the channel
     */
    public static Tensor quantize(Tensor bias, float inputScale, TensorType weights) {
        int[] codes = new int[bias.elements()];
        for (int c = 0; c < codes.length; c++) {
            double code = Math.rint(bias.real(c) / ((double) inputScale * weights.scale(c)));
            if (!(Math.abs(code) <= Integer.MAX_VALUE)) {
                throw new IllegalArgumentException(
                        "the bias "
                                + bias.real(c)
                                + " of channel "
                                + c
                                + " does not fit int32 in units of input scale "
                                + inputScale
                                + " times weight scale "
                                + weights.scale(c));
            }
            codes[c] = (int) code;
        }
        return Tensor.of(Shape.of(codes.length), codes);
    }
}
