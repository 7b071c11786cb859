package quern.quant.affine;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import quern.fixedpoint.AccumulatorBound;
import quern.op.TypeRules;
import quern.reference.AccumulatorProof;
import quern.tensor.Floats;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Real weights to codes with one scale for all, or one for each index of the output channel axis.
 *
 * <p>Scales follow from the smallest and largest weight by {@link AffineScheme}, with two
 * exceptions, both by enlarging the scale of the channel (or of the tensor):
 *
 * <ul>
 *   <li>Weights so small that the int32 bias would pass {@code 2^30}: the scale becomes {@code |b|
 *       / (inputScale * 2^30)} (2^45 for the int64 bias of 16-bit inputs); weights that are all
 *       zero get {@code |b| / (inputScale * 2^20)}. The weights lose digits that the bias drowns
 *       anyway.
 *   <li>Channels whose accumulator could leave int32, for 16-bit inputs 48 bits (see {@link
 *       AccumulatorProof}): the scale is doubled until it cannot.
 * </ul>
 */
public final class WeightQuantizer {
    private static final double MOST_BIAS = 1 << 30;
    private static final double MOST_WIDE_BIAS = 1L << 45;
    private static final long MOST_WIDE_SUM = (1L << 47) - 1;
    private static final double ZERO_WEIGHTS_BIAS = 1 << 20;

    private final AffineScheme scheme;
    private final boolean perChannel;
    private final Map<String, AffineScheme> special;
    private final int block;

    /**
     * @param scheme type, bits and symmetry of the codes
     * @param perChannel whether each output channel has its own scale
     */
    public WeightQuantizer(AffineScheme scheme, boolean perChannel) {
        this(scheme, perChannel, Map.of(), 0);
    }

    /**
     * The same with other codes in some layers.
     *
     * @param special type, bits and symmetry of their codes, by the name of their nodes
     * @param block elements along the last axis that share a scale, where it is not that of the
     *     output channels and no shorter; 0 for scales of channels or of the tensor
     */
    public WeightQuantizer(
            AffineScheme scheme, boolean perChannel, Map<String, AffineScheme> special, int block) {
        this.scheme = scheme;
        this.perChannel = perChannel;
        this.special = Map.copyOf(special);
        this.block = block;
    }

    /** The one for the layer of a node. */
    public WeightQuantizer of(String node) {
        return special.containsKey(node)
                ? new WeightQuantizer(special.get(node), perChannel, Map.of(), block)
                : this;
    }

    /** The codes that weights may have. */
    public AffineScheme scheme() {
        return scheme;
    }

    /**
     * Codes of weights without regard to bias and accumulator.
     *
     * @param weights F32
     * @param axis of the output channels
     * @throws IllegalArgumentException if a weight is NaN or infinite
     */
    public Tensor quantizeWeights(Tensor weights, int axis) {
        int last = weights.shape().rank() - 1;
        if (block > 0 && axis != last && weights.shape().dim(last) >= block) {
            return new BlockQuantizer(scheme, block).quantize(weights);
        }
        Range[] ranges = ranges(weights, axis);
        return Codes.quantize(weights, scheme, quant(ranges, new double[ranges.length], axis));
    }

    /**
     * Codes of weights and bias of a node.
     *
     * @param weights F32
     * @param rounded codes of them that were chosen beforehand, which are taken if their scales can
     *     stay
     * @param bias F32 [channels], if any
     * @param axis of the output channels
     * @param input type of the node's quantized input
     * @throws IllegalArgumentException if a weight or bias is NaN or infinite, or no scale is large
     *     enough
     */
    public QuantizedWeights quantize(
            Tensor weights,
            Optional<Tensor> rounded,
            Optional<Tensor> bias,
            int axis,
            TensorType input) {
        Range[] ranges = ranges(weights, axis);
        double[] smallest = smallestScales(ranges, bias, input);
        while (true) {
            Quant quant = quant(ranges, smallest, axis);
            Tensor codes =
                    rounded.filter(r -> r.type().quant().equals(quant))
                            .orElseGet(() -> Codes.quantize(weights, scheme, quant));
            Optional<Tensor> units = bias.map(b -> BiasQuantizer.quantize(b, input, codes.type()));
            if (!enlarge(smallest, codes, units, axis, input)) {
                return new QuantizedWeights(codes, units);
            }
        }
    }

    private Range[] ranges(Tensor weights, int axis) {
        Extremes.firstNotFinite(weights)
                .ifPresent(
                        i -> {
                            throw new IllegalArgumentException(
                                    "weight " + i + " is " + weights.real(i));
                        });
        if (perChannel) {
            return Extremes.perChannel(weights, axis);
        }
        return new Range[] {Extremes.of(weights).orElse(Range.ZERO)};
    }

    private double[] smallestScales(Range[] ranges, Optional<Tensor> bias, TensorType input) {
        float inputScale = input.scale(0);
        double mostBias = TypeRules.isWide(input) ? MOST_WIDE_BIAS : MOST_BIAS;
        double[] smallest = new double[ranges.length];
        for (int c = 0; c < bias.map(Tensor::elements).orElse(0); c++) {
            int g = perChannel ? c : 0;
            double most = ranges[g].magnitude() == 0 ? ZERO_WEIGHTS_BIAS : mostBias;
            double b = bias.get().real(c);
            if (!Double.isFinite(b)) {
                throw new IllegalArgumentException("the bias of channel " + c + " is " + b);
            }
            smallest[g] = Math.max(smallest[g], Math.abs(b) / (inputScale * most));
        }
        return smallest;
    }

    private Quant quant(Range[] ranges, double[] smallest, int axis) {
        float[] scales = new float[ranges.length];
        int[] zeroPoints = new int[ranges.length];
        for (int c = 0; c < ranges.length; c++) {
            Quant.PerTensor q = scheme.parameters(ranges[c], smallest[c]);
            scales[c] = q.scale();
            zeroPoints[c] = q.zeroPoint();
        }
        return scales.length == 1
                ? new Quant.PerTensor(scales[0], zeroPoints[0], scheme.bits())
                : new Quant.PerChannel(axis, Floats.of(scales), Ints.of(zeroPoints), scheme.bits());
    }

    private boolean enlarge(
            double[] smallest, Tensor codes, Optional<Tensor> bias, int axis, TensorType input) {
        long[] bounds = AccumulatorProof.bounds(input, codes, axis, bias);
        double[] before = smallest.clone();
        for (int c = 0; c < bounds.length; c++) {
            boolean fits =
                    TypeRules.isWide(input)
                            ? bounds[c] <= MOST_WIDE_SUM
                            : AccumulatorBound.fitsInt32(bounds[c]);
            if (!fits) {
                smallest[perChannel ? c : 0] = 2.0 * codes.type().scale(c);
            }
        }
        return !Arrays.equals(before, smallest);
    }
}
