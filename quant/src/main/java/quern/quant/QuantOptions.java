package quern.quant;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import quern.fixedpoint.RoundingMode;
import quern.graph.Graph;
import quern.numeric.ShortestDecimal;
import quern.quant.affine.AffineScheme;
import quern.quant.calibration.RangeMethod;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * What a quantized graph is to be. {@link #DEFAULT} is what loses the least, {@link #PLAIN} the
 * TFLite 8-bit specification, {@link #builder} makes others.
 *
 * @param scheme what is quantized; of the other options, those about activations, ranges and repair
 *     count for {@link Scheme#STATIC} alone
 * @param weightBits 2 to 8; up to 4 bits are stored packed, two weights a byte
 * @param weightBlock weights that are only stored as codes have one scale for each run of so many
 *     inputs of an output channel, where it has so many; 0 for {@code perChannel}
 * @param layerBits bits of the weights of single layers by the name of their node, 2 to 8, where
 *     they are others than {@code weightBits} and {@code fineEdges} say
 * @param fineEdges weights of first and last layers have 8 bits where those of others have 4 or
 *     fewer, see {@link quern.quant.rewrite.EdgeLayers}
 * @param perChannel one weight scale for each output channel, not one for the tensor
 * @param symmetricWeights weights have zero point 0 and leave out the lowest code
 * @param symmetricActivations activations have zero point 0, except where an operator fixes them
 * @param unsignedActivations activations are U8, each code 128 more than that of S8; ONNX Runtime
 *     is fast with these only
 * @param wideActivations activations are S16 with zero point 0 (16x8), and biases S64; operators
 *     without a form for those stay in float
 * @param ranges how activation ranges are chosen from the samples
 * @param rounding of every node of the result
 * @param keepFloat names of nodes (of their first outputs, after simplification) that stay in
 *     float, or patterns of names, in which {@code *} stands for any characters
 * @param inputs scale and zero point of inputs by name, where they are known beforehand, as for
 *     samples that are stored as codes; other inputs get them from the samples
 * @param floatInputs the graph takes F32 and quantizes it itself
 * @param floatOutputs the graph returns F32
 * @param guarded nodes that are known to suffer stay in float: see {@link
 *     quern.quant.sensitivity.Guards}
 * @param compensated weights are rounded so that they make up for each other's errors, see {@link
 *     quern.quant.repair.CompensatedRounding}; else each to the nearest code
 * @param biasCorrection biases make up for what rounding weights does to the means of channels
 * @param keptShare the part of the values that may stay in float because they dominate the error of
 *     the outputs; 0 to 1
 * @param equalized factors of channels move between layers before anything is learned: see {@link
 *     quern.quant.repair.Equalization} and {@link quern.quant.repair.BiasAbsorption}
 * @param adaptive weights are rounded by {@link quern.quant.repair.AdaptiveRounding} (AdaRound), in
 *     the place of {@code compensated}
 * @param smoothed factors of channels move from activations to the weights of fully connected
 *     layers: see {@link quern.quant.repair.SmoothedProducts}
 */
public record QuantOptions(
        Scheme scheme,
        int weightBits,
        int weightBlock,
        Map<String, Integer> layerBits,
        boolean fineEdges,
        boolean perChannel,
        boolean symmetricWeights,
        boolean symmetricActivations,
        boolean unsignedActivations,
        boolean wideActivations,
        RangeMethod ranges,
        RoundingMode rounding,
        Set<String> keepFloat,
        Map<String, Quant.PerTensor> inputs,
        boolean floatInputs,
        boolean floatOutputs,
        boolean guarded,
        boolean compensated,
        boolean biasCorrection,
        double keptShare,
        boolean equalized,
        boolean adaptive,
        boolean smoothed) {
    /**
     * As the TFLite 8-bit specification and nothing more: weights per channel and symmetric,
     * activations asymmetric; smallest and largest values as ranges; rounding {@code double}; codes
     * in and out.
     */
    public static final QuantOptions PLAIN =
            new QuantOptions(
                    Scheme.STATIC,
                    8,
                    0,
                    Map.of(),
                    false,
                    true,
                    true,
                    false,
                    false,
                    false,
                    new RangeMethod.MinMax(),
                    RoundingMode.DOUBLE,
                    Set.of(),
                    Map.of(),
                    false,
                    false,
                    false,
                    false,
                    false,
                    0,
                    false,
                    false,
                    false);

    /**
     * {@link #PLAIN} with fine edges, ranges of the least squared error, bias correction, guards,
     * and up to 5 % of the values in float.
     */
    public static final QuantOptions DEFAULT =
            PLAIN.toBuilder()
                    .fineEdges(true)
                    .ranges(new RangeMethod.MeanSquared())
                    .guarded(true)
                    .compensated(true)
                    .biasCorrection(true)
                    .keptShare(0.05)
                    .build();

    public QuantOptions {
        if (weightBits < 2 || weightBits > 8) {
            throw new IllegalArgumentException("weights have 2 to 8 bits, not " + weightBits);
        }
        if (weightBlock < 0 || weightBlock != 0 && scheme != Scheme.WEIGHT_ONLY) {
            throw new IllegalArgumentException(
                    weightBlock < 0
                            ? "a block of weights cannot have " + weightBlock
                            : "only weights that are not computed with as codes have a scale a block");
        }
        if (adaptive && weightBlock != 0) {
            throw new IllegalArgumentException(
                    "adaptive rounding needs one scale a channel, not one a block of weights");
        }
        if (!(keptShare >= 0 && keptShare <= 1)) {
            throw new IllegalArgumentException(
                    "the share of values that may stay in float is from 0 to 1, not " + keptShare);
        }
        if (wideActivations && (unsignedActivations || !inputs.isEmpty())) {
            throw new IllegalArgumentException(
                    "activations of 16 bits are signed and take no codes of 8 bits");
        }
        layerBits.forEach(
                (name, bits) -> {
                    if (bits < 2 || bits > 8) {
                        throw new IllegalArgumentException(
                                "weights have 2 to 8 bits, not " + bits + " as of " + name);
                    }
                });
        layerBits = Map.copyOf(layerBits);
        keepFloat = Set.copyOf(keepFloat);
        inputs = Map.copyOf(inputs);
        inputs.forEach((name, q) -> new TensorType(DType.S8, Shape.of(), q));
    }

    /**
     * {@link #DEFAULT} in the rounding mode of a model; U8 activations if it is that of ONNX
     * Runtime, which computes in integers with these.
     */
    public static QuantOptions of(Graph model) {
        return builder()
                .rounding(model.rounding())
                .unsignedActivations(prefersUnsigned(model.rounding()))
                .build();
    }

    /** Whether the runtime whose rounding this is computes in integers on U8 activations alone. */
    public static boolean prefersUnsigned(RoundingMode rounding) {
        return rounding == RoundingMode.FLOAT_EVEN || rounding == RoundingMode.ONNX_REF;
    }

    /** The codes of weights. */
    public AffineScheme weightScheme() {
        return weightScheme(weightBits);
    }

    /** The codes of weights of so many bits. */
    public AffineScheme weightScheme(int bits) {
        return new AffineScheme(bits <= 4 ? DType.S4 : DType.S8, bits, symmetricWeights);
    }

    /** The codes of activations before they become U8: S8, or S16. */
    public AffineScheme activationScheme() {
        if (wideActivations) {
            return AffineScheme.S16_SYMMETRIC;
        }
        return symmetricActivations ? AffineScheme.S8_SYMMETRIC : AffineScheme.S8_ASYMMETRIC;
    }

    /** A builder that begins with {@link #DEFAULT}. */
    public static QuantOptionsBuilder builder() {
        return new QuantOptionsBuilder(DEFAULT);
    }

    /** A builder that begins with these options. */
    public QuantOptionsBuilder toBuilder() {
        return new QuantOptionsBuilder(this);
    }

    private String weights() {
        if (scheme == Scheme.FLOAT16 || scheme == Scheme.BFLOAT16) {
            return "weights=" + (scheme == Scheme.FLOAT16 ? "float16" : "bfloat16");
        }
        String scales = perChannel ? " per-channel" : " per-tensor";
        return "weights="
                + weightBits
                + (fineEdges && weightBits <= 4 ? " (8 in first and last layers)" : "")
                + (layerBits.isEmpty() ? "" : ", of layers " + new TreeMap<>(layerBits))
                + (weightBlock == 0 ? scales : " per-block " + weightBlock)
                + (symmetricWeights ? " symmetric" : " asymmetric");
    }

    private String activations() {
        if (wideActivations) {
            return "; activations=16 symmetric";
        }
        return (unsignedActivations ? "; activations=u8" : "; activations=8")
                + (symmetricActivations ? " symmetric" : " asymmetric");
    }

    private String repairs() {
        return (compensated && !adaptive ? "; compensated rounding" : "")
                + (adaptive ? "; adaptive rounding" : "")
                + (equalized ? "; equalized" : "")
                + (smoothed ? "; smoothed products" : "")
                + (biasCorrection ? "; bias correction" : "");
    }

    private String kept() {
        return keepFloat.isEmpty() ? "" : "; keep-float=" + new TreeSet<>(keepFloat);
    }

    /** One line for a model's metadata; equal options give equal text. */
    public String describe() {
        if (scheme != Scheme.STATIC) {
            return weights()
                    + (scheme == Scheme.DYNAMIC ? "; activations=dynamic" : "; activations=float")
                    + repairs()
                    + kept();
        }
        return weights()
                + activations()
                + "; ranges="
                + ranges.label()
                + "; rounding="
                + rounding.label()
                + (inputs.isEmpty() ? "" : "; inputs given")
                + (floatInputs ? "; float inputs" : "")
                + (floatOutputs ? "; float outputs" : "")
                + (guarded ? "; guards" : "")
                + repairs()
                + (keptShare == 0 || wideActivations
                        ? ""
                        : "; kept share " + ShortestDecimal.print((float) keptShare))
                + kept();
    }
}
