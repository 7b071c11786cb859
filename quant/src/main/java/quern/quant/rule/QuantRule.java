package quern.quant.rule;

import quern.tensor.Quant;

/** How the nodes of an operator are quantized. */
public sealed interface QuantRule {
    /**
     * Input 0 is an activation, input 1 are weights with output channels along {@code channelAxis},
     * input 2 is an optional bias that becomes int32; the output has its own range.
     *
     * <p>Constant weights become codes once; weights that are computed are an activation with one
     * scale. A bias must be a constant.
     */
    record Weighted(int channelAxis) implements QuantRule {}

    /** Every input is an activation with its own range, and so is the output. */
    record OwnRange() implements QuantRule {}

    /**
     * All inputs and the output have one scale and zero point; integers among the inputs, such as
     * indices, stay as they are.
     *
     * @param saturating the operator clamps, and clamping to the codes of the output's range does
     *     no harm: the input needs no codes outside of it
     */
    record SameRange(boolean saturating) implements QuantRule {}

    /**
     * The input has its own range, the output always this 8-bit scale and zero point, or 1/32768
     * and 0 for codes of 16 bits.
     */
    record FixedOutput(float scale, int zeroPoint) implements QuantRule {
        /** The output's quantization in codes of 8 or 16 bits. */
        public Quant.PerTensor quant(int bits) {
            return bits == 16
                    ? new Quant.PerTensor(1f / 32768, 0, 16)
                    : new Quant.PerTensor(scale, zeroPoint, 8);
        }
    }

    /** The node stays in float; {@code why} is a clause that a report prints. */
    record KeepFloat(String why) implements QuantRule {}

    /** See {@link Weighted}. */
    static QuantRule weighted(int channelAxis) {
        return new Weighted(channelAxis);
    }

    /** See {@link OwnRange}. */
    static QuantRule ownRange() {
        return new OwnRange();
    }

    /** See {@link SameRange}; not saturating. */
    static QuantRule sameRange() {
        return new SameRange(false);
    }

    /** See {@link SameRange}; saturating. */
    static QuantRule clamp() {
        return new SameRange(true);
    }

    /** See {@link FixedOutput}. */
    static QuantRule fixedOutput(float scale, int zeroPoint) {
        return new FixedOutput(scale, zeroPoint);
    }

    /** See {@link KeepFloat}. */
    static QuantRule keepFloat(String why) {
        return new KeepFloat(why);
    }
}
