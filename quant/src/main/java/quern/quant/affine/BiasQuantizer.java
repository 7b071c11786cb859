package quern.quant.affine;

import quern.op.TypeRules;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Real biases to integers: {@code rint(b[c] / ((double) inputScale * weightScale[c]))}, zero point
 * 0; int32 for inputs of 8 bits, int64 below {@code 2^46} for those of 16.
 */
public final class BiasQuantizer {
    private static final double MOST_WIDE = 1L << 46;

    private BiasQuantizer() {}

    /**
     * The bias for an input of some type.
     *
     * @param bias F32 [channels]
     * @param input type of the quantized input
     * @param weights the type of the quantized weights, which has the scales
     * @throws IllegalArgumentException if a channel's bias does not fit; the message names the
     *     channel
     */
    public static Tensor quantize(Tensor bias, TensorType input, TensorType weights) {
        if (!TypeRules.isWide(input)) {
            return quantize(bias, input.scale(0), weights);
        }
        long[] codes = new long[bias.elements()];
        for (int c = 0; c < codes.length; c++) {
            double code = Math.rint(bias.real(c) / ((double) input.scale(0) * weights.scale(c)));
            if (!(Math.abs(code) <= MOST_WIDE)) {
                throw new IllegalArgumentException(
                        "the bias " + bias.real(c) + " of channel " + c + " does not fit 47 bits");
            }
            codes[c] = (long) code;
        }
        TensorType type = TensorType.of(DType.S64, Shape.of(codes.length));
        return Tensor.view(type, codes, 0);
    }

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
