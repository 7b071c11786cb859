package quern.rewrite;

import quern.tensor.Quant;
import quern.tensor.TensorType;

/** Which codes come back unchanged when they are made real and quantized again. */
final class ExactCodes {
    private static final float MIN_SCALE = 0x1p-100f;
    private static final float MAX_SCALE = 0x1p100f;

    private ExactCodes() {}

    /**
     * Whether {@code quantize(dequantize(q)) = q} for each code of the type, in every rounding
     * mode.
     *
     * <p>With {@code k = q - zeroPoint}, {@code |k| < 2^16}, a product and a division in binary32
     * give {@code k} with a relative error below {@code 2^-22}, which is less than a half away from
     * {@code k}, if neither leaves the normal range. The fixed-point modes multiply {@code k} by
     * exactly 1.
     */
    static boolean survive(TensorType type) {
        return type.quant() instanceof Quant.PerTensor q
                && type.dtype().bits() <= 16
                && q.scale() >= MIN_SCALE
                && q.scale() <= MAX_SCALE;
    }

    /**
     * The same for each code that the element type can hold: a code outside a range narrowed by the
     * quantization's bits would be clamped.
     */
    static boolean surviveUnclamped(TensorType type) {
        return survive(type) && type.quant().bitWidth() == type.dtype().bits();
    }
}
