package quern.tensor;

import quern.error.ShapeException;

/**
 * How codes of a tensor stand for real numbers: {@code real = scale * (code - zeroPoint)}.
 *
 * <p>{@code bits} narrows the code range below the element type's own width (a 4-bit weight may be
 * held in S8). Scales are positive and finite; zero points lie in the code range of the element
 * type, which {@link TensorType} checks.
 */
public sealed interface Quant {
    /** No quantization: elements are the numbers they hold. */
    Quant NONE = new None();

    /** Tensors without quantization. */
    record None() implements Quant {}

    /** One scale and zero point for the whole tensor. */
    record PerTensor(float scale, int zeroPoint, int bits) implements Quant {
        public PerTensor {
            checkScale(scale);
        }
    }

    /** One scale and zero point for each index along {@code axis}. */
    record PerChannel(int axis, Floats scales, Ints zeroPoints, int bits) implements Quant {
        public PerChannel {
            checkLists(scales, zeroPoints);
        }
    }

    /**
     * One scale and zero point for each run of {@code blockSize} indices along {@code axis}; scales
     * are in row-major order.
     */
    record PerBlock(int axis, int blockSize, Floats scales, Ints zeroPoints, int bits)
            implements Quant {
        public PerBlock {
            checkLists(scales, zeroPoints);
            if (blockSize < 1) {
                throw new ShapeException(
                        "block size " + blockSize + " of a quantization is not positive");
            }
        }
    }

    /** Per-tensor quantization over the full 8 bits. */
    static PerTensor perTensor(float scale, int zeroPoint) {
        return new PerTensor(scale, zeroPoint, 8);
    }

    /** Symmetric per-channel quantization over the full 8 bits (all zero points 0). */
    static PerChannel perChannel(int axis, float[] scales) {
        return new PerChannel(axis, Floats.of(scales), Ints.repeat(0, scales.length), 8);
    }

    /** Bits of a code; 0 for no quantization. */
    default int bitWidth() {
        if (this instanceof PerTensor p) {
            return p.bits();
        } else if (this instanceof PerChannel p) {
            return p.bits();
        } else if (this instanceof PerBlock p) {
            return p.bits();
        }
        return 0;
    }

    /** Whether there is any quantization. */
    default boolean isQuantized() {
        return !(this instanceof None);
    }

    private static void checkScale(float scale) {
        if (!(scale > 0) || Float.isInfinite(scale)) {
            throw new ShapeException(
                    "quantization scale " + scale + " is not a positive finite number");
        }
    }

    private static void checkLists(Floats scales, Ints zeroPoints) {
        if (scales.size() == 0 || scales.size() != zeroPoints.size()) {
            throw new ShapeException(
                    "a quantization has "
                            + scales.size()
                            + " scales and "
                            + zeroPoints.size()
                            + " zero points; it needs as many of each");
        }
        for (int i = 0; i < scales.size(); i++) {
            checkScale(scales.at(i));
        }
    }
}
