package quern.quant;

import java.util.Map;
import java.util.Set;
import quern.fixedpoint.RoundingMode;
import quern.quant.calibration.RangeMethod;
import quern.tensor.Quant;

/** Collects {@link QuantOptions}, which say what each of them means. */
public final class QuantOptionsBuilder {
    private Scheme scheme;
    private int weightBits;
    private int weightBlock;
    private Map<String, Integer> layerBits;
    private boolean fineEdges;
    private boolean perChannel;
    private boolean symmetricWeights;
    private boolean symmetricActivations;
    private boolean unsignedActivations;
    private boolean wideActivations;
    private RangeMethod ranges;
    private RoundingMode rounding;
    private Set<String> keepFloat;
    private Map<String, Quant.PerTensor> inputs;
    private boolean floatInputs;
    private boolean floatOutputs;
    private boolean guarded;
    private boolean compensated;
    private boolean biasCorrection;
    private double keptShare;
    private boolean equalized;
    private boolean adaptive;
    private boolean smoothed;

    QuantOptionsBuilder(QuantOptions from) {
        scheme = from.scheme();
        weightBits = from.weightBits();
        weightBlock = from.weightBlock();
        layerBits = from.layerBits();
        fineEdges = from.fineEdges();
        perChannel = from.perChannel();
        symmetricWeights = from.symmetricWeights();
        symmetricActivations = from.symmetricActivations();
        unsignedActivations = from.unsignedActivations();
        wideActivations = from.wideActivations();
        ranges = from.ranges();
        rounding = from.rounding();
        keepFloat = from.keepFloat();
        inputs = from.inputs();
        floatInputs = from.floatInputs();
        floatOutputs = from.floatOutputs();
        guarded = from.guarded();
        compensated = from.compensated();
        biasCorrection = from.biasCorrection();
        keptShare = from.keptShare();
        equalized = from.equalized();
        adaptive = from.adaptive();
        smoothed = from.smoothed();
    }

    public QuantOptionsBuilder scheme(Scheme value) {
        scheme = value;
        return this;
    }

    public QuantOptionsBuilder weightBits(int value) {
        weightBits = value;
        return this;
    }

    public QuantOptionsBuilder weightBlock(int value) {
        weightBlock = value;
        return this;
    }

    public QuantOptionsBuilder layerBits(Map<String, Integer> value) {
        layerBits = value;
        return this;
    }

    public QuantOptionsBuilder fineEdges(boolean value) {
        fineEdges = value;
        return this;
    }

    public QuantOptionsBuilder perChannel(boolean value) {
        perChannel = value;
        return this;
    }

    public QuantOptionsBuilder symmetricWeights(boolean value) {
        symmetricWeights = value;
        return this;
    }

    public QuantOptionsBuilder symmetricActivations(boolean value) {
        symmetricActivations = value;
        return this;
    }

    public QuantOptionsBuilder unsignedActivations(boolean value) {
        unsignedActivations = value;
        return this;
    }

    public QuantOptionsBuilder wideActivations(boolean value) {
        wideActivations = value;
        return this;
    }

    public QuantOptionsBuilder ranges(RangeMethod value) {
        ranges = value;
        return this;
    }

    public QuantOptionsBuilder rounding(RoundingMode value) {
        rounding = value;
        return this;
    }

    public QuantOptionsBuilder keepFloat(Set<String> value) {
        keepFloat = value;
        return this;
    }

    public QuantOptionsBuilder inputs(Map<String, Quant.PerTensor> value) {
        inputs = value;
        return this;
    }

    public QuantOptionsBuilder floatInputs(boolean value) {
        floatInputs = value;
        return this;
    }

    public QuantOptionsBuilder floatOutputs(boolean value) {
        floatOutputs = value;
        return this;
    }

    public QuantOptionsBuilder guarded(boolean value) {
        guarded = value;
        return this;
    }

    public QuantOptionsBuilder compensated(boolean value) {
        compensated = value;
        return this;
    }

    public QuantOptionsBuilder biasCorrection(boolean value) {
        biasCorrection = value;
        return this;
    }

    public QuantOptionsBuilder keptShare(double value) {
        keptShare = value;
        return this;
    }

    public QuantOptionsBuilder equalized(boolean value) {
        equalized = value;
        return this;
    }

    public QuantOptionsBuilder smoothed(boolean value) {
        smoothed = value;
        return this;
    }

    public QuantOptionsBuilder adaptive(boolean value) {
        adaptive = value;
        return this;
    }

    /**
     * The options.
     *
     * @throws IllegalArgumentException if one is out of bounds
     */
    public QuantOptions build() {
        return new QuantOptions(
                scheme,
                weightBits,
                weightBlock,
                layerBits,
                fineEdges,
                perChannel,
                symmetricWeights,
                symmetricActivations,
                unsignedActivations,
                wideActivations,
                ranges,
                rounding,
                keepFloat,
                inputs,
                floatInputs,
                floatOutputs,
                guarded,
                compensated,
                biasCorrection,
                keptShare,
                equalized,
                adaptive,
                smoothed);
    }
}
