package quern.cli.command;

import picocli.CommandLine.Option;
import quern.quant.QuantOptionsBuilder;
import quern.quant.Scheme;

/** The options of a command that say what becomes codes, and which, as a picocli mixin. */
final class SchemeOptions {
    private static final int FEW_BITS = 4;
    private static final int FEW_BITS_BLOCK = 32;

    private enum Weights {
        symmetric,
        asymmetric,
        s8,
        s4,
        f16,
        bf16
    }

    private enum Activations {
        symmetric,
        asymmetric,
        s8,
        u8,
        s16,
        dynamic,
        f32
    }

    @Option(
            names = "--weight-bits",
            paramLabel = "2..8",
            description = "bits of a weight (default: 8)")
    private Integer bits;

    @Option(
            names = "--per-tensor",
            description = "one scale for each weight tensor, not for each output channel")
    private boolean perTensor;

    @Option(
            names = "--weight-block",
            paramLabel = "N",
            description =
                    "with --activations f32: one scale for N inputs of an output channel, 0 for one"
                            + " a channel (default: 32 for weights of up to 4 bits, else 0)")
    private Integer block;

    @Option(
            names = "--no-fine-edges",
            negatable = true,
            description =
                    "whether weights of first and last layers have 8 bits where others have 4 or"
                            + " fewer (default: --fine-edges)")
    private boolean fineEdges = true;

    @Option(
            names = "--weights",
            paramLabel = "symmetric|asymmetric|s8|s4|f16|bf16",
            description =
                    "zero points of weights, or their type: int8, int4, or 16-bit floats that are"
                            + " made float32 when the model is loaded (default: symmetric, s8)")
    private Weights weights = Weights.symmetric;

    @Option(
            names = "--activations",
            paramLabel = "symmetric|asymmetric|s8|u8|s16|dynamic|f32",
            description =
                    "codes of activations: symmetric int8, asymmetric int8 (s8) or uint8 (u8),"
                            + " symmetric int16 (s16);"
                            + " dynamic: uint8 by the numbers of each run, in layers with weights;"
                            + " f32: none, only weights are stored as codes; the last two need no"
                            + " --calibrate (default: u8 where rounding is that of ONNX, else s8)")
    private Activations activations = Activations.asymmetric;

    SchemeOptions() {}

    /** Whether nothing was said about the codes of activations. */
    boolean isUsual() {
        return activations == Activations.asymmetric;
    }

    /** Whether activations are to be uint8. */
    boolean isUnsigned() {
        return activations == Activations.u8;
    }

    /** Adds these options to others. */
    QuantOptionsBuilder to(QuantOptionsBuilder options) {
        Scheme scheme = scheme();
        if (bits != null && weights.compareTo(Weights.asymmetric) > 0) {
            throw new IllegalArgumentException("--weights " + weights + " says the bits already");
        }
        int width = weights == Weights.s4 ? FEW_BITS : bits == null ? 8 : bits;
        int usual = scheme == Scheme.WEIGHT_ONLY && width <= FEW_BITS ? FEW_BITS_BLOCK : 0;
        return options.scheme(scheme)
                .weightBits(width)
                .weightBlock(block == null ? usual : block)
                .fineEdges(fineEdges)
                .perChannel(!perTensor)
                .symmetricWeights(weights != Weights.asymmetric)
                .wideActivations(activations == Activations.s16)
                .symmetricActivations(activations == Activations.symmetric);
    }

    private Scheme scheme() {
        boolean half = weights == Weights.f16 || weights == Weights.bf16;
        if (half && !isUsual() && activations != Activations.f32) {
            throw new IllegalArgumentException(
                    "with --weights " + weights + " activations are f32, not " + activations);
        } else if (half) {
            return weights == Weights.f16 ? Scheme.FLOAT16 : Scheme.BFLOAT16;
        } else if (activations == Activations.dynamic) {
            return Scheme.DYNAMIC;
        }
        return activations == Activations.f32 ? Scheme.WEIGHT_ONLY : Scheme.STATIC;
    }
}
