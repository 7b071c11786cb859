package quern.reference;

import java.util.Optional;
import quern.error.InvalidGraphException;
import quern.fixedpoint.AccumulatorBound;
import quern.graph.Node;
import quern.op.TypeRules;
import quern.op.nn.DepthwiseConv2d;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Proves, before anything runs, that the accumulators of a quantized node cannot overflow: int32
 * ones of 8-bit inputs, and those of S16 inputs, which have 48 bits of a {@code long}.
 *
 * <p>The bound of an output channel is {@code |bias| + max|x - Zx| * sum|w - Zw|} with {@code x}
 * over every value of the input's element type, so it holds for any input and for every partial sum
 * in any order of addition.
 */
public final class AccumulatorProof {
    private static final int LARGEST_CODE = 255;
    private static final int LARGEST_WIDE_CODE = 1 << 15;

    /** The bound of an accumulator of S16 inputs. */
    private static final long LARGEST_WIDE = (1L << 47) - 1;

    private AccumulatorProof() {}

    /**
     * Throws {@link InvalidGraphException}, naming the node and the channel, unless the accumulator
     * of every output channel of a convolution, depthwise convolution or fully connected node fits
     * int32, or for an S16 input stays below {@code 2^47} in magnitude.
     *
     * @param input type of the quantized input
     * @param weights quantized per tensor or per output channel
     * @param bias S32 or S64, in units of the accumulator, one an output channel
     */
    public static void require(Node node, TensorType input, Tensor weights, Optional<Tensor> bias) {
        int axis = node.op() instanceof DepthwiseConv2d ? 3 : 0;
        long[] bounds = bounds(input, weights, axis, bias);
        for (int c = 0; c < bounds.length; c++) {
            boolean wide = TypeRules.isWide(input);
            if (wide ? bounds[c] > LARGEST_WIDE : !AccumulatorBound.fitsInt32(bounds[c])) {
                throw new InvalidGraphException(
                        node.name(),
                        "the accumulator of output channel "
                                + c
                                + " may reach "
                                + bounds[c]
                                + ", which "
                                + (wide ? "48 bits do" : "int32 does")
                                + " not hold; split the layer or leave it in float");
            }
        }
    }

    /**
     * The largest magnitude that the accumulator of each output channel may reach, saturated to
     * {@code Long.MAX_VALUE}.
     *
     * @param axis the axis of {@code weights} that counts output channels
     */
    public static long[] bounds(TensorType input, Tensor weights, int axis, Optional<Tensor> bias) {
        int inner = 1;
        for (int i = axis + 1; i < weights.shape().rank(); i++) {
            inner *= weights.shape().dim(i);
        }
        long[] sums = new long[weights.shape().dim(axis)];
        for (int i = 0; i < weights.elements(); i++) {
            int c = i / inner % sums.length;
            sums[c] += Math.abs(weights.integer(i) - weights.type().zeroPoint(c));
        }
        int bits = input.dtype().bits();
        int largest =
                AccumulatorBound.inputMaxAbs(
                        (int) input.dtype().min(bits),
                        (int) input.dtype().max(bits),
                        input.perTensor("the input").zeroPoint());
        long[] bounds = new long[sums.length];
        for (int c = 0; c < bounds.length; c++) {
            long b = bias.isPresent() ? bias.get().integer(c) : 0;
            bounds[c] = AccumulatorBound.of(largest, sums[c], b);
        }
        return bounds;
    }

    /**
     * Throws {@link InvalidGraphException} unless int32 holds every sum of {@code count} 8-bit
     * codes, raw or with their zero point subtracted.
     */
    public static void requireSum(Node node, long count) {
        requireSum(node, count, LARGEST_CODE);
    }

    /** The same for codes of a type of at most 16 bits. */
    public static void requireSum(Node node, TensorType codes, long count) {
        requireSum(node, count, TypeRules.isWide(codes) ? LARGEST_WIDE_CODE : LARGEST_CODE);
    }

    private static void requireSum(Node node, long count, int largest) {
        if (count > Integer.MAX_VALUE / largest) {
            throw new InvalidGraphException(
                    node.name(),
                    "a sum over "
                            + count
                            + " codes may be larger than int32 holds; reduce in several steps or leave it in float");
        }
    }

    /**
     * Throws {@link InvalidGraphException} unless int32 holds every sum of {@code count} products
     * of two 8-bit codes with their zero points subtracted.
     */
    public static void requireProducts(Node node, long count) {
        if (count > Integer.MAX_VALUE / (LARGEST_CODE * LARGEST_CODE)) {
            throw new InvalidGraphException(
                    node.name(),
                    "a sum of "
                            + count
                            + " products may be larger than int32 holds; split the product or leave it in float");
        }
    }

    /**
     * Throws {@link InvalidGraphException} unless the accumulator of operands of this type holds
     * every sum of {@code count} products of two of their codes, zero points subtracted.
     */
    public static void requireProducts(Node node, TensorType codes, long count) {
        if (!TypeRules.isWide(codes)) {
            requireProducts(node, count);
        } else if (count > LARGEST_WIDE / ((long) LARGEST_WIDE_CODE * LARGEST_WIDE_CODE)) {
            throw new InvalidGraphException(
                    node.name(),
                    "a sum of "
                            + count
                            + " products may be larger than 48 bits hold; split the product or leave it in float");
        }
    }
}
