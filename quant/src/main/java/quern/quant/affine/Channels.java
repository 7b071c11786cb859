package quern.quant.affine;

import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * To which channel the elements of a row-major tensor belong.
 *
 * @param count number of channels
 * @param inner elements from one index along the channel axis to the next
 */
public record Channels(int count, int inner) {
    /** One channel for all elements. */
    private static final Channels ONE = new Channels(1, 1);

    /** Channels along an axis of a static shape. */
    public static Channels along(Shape shape, int axis) {
        int inner = 1;
        for (int i = axis + 1; i < shape.rank(); i++) {
            inner *= shape.dim(i);
        }
        return new Channels(shape.dim(axis), inner);
    }

    /**
     * Channels of a quantized type: those of its scales.
     *
     * @throws IllegalArgumentException if it has neither one scale nor one a channel
     */
    public static Channels of(TensorType type) {
        if (type.quant() instanceof Quant.PerTensor) {
            return ONE;
        } else if (type.quant() instanceof Quant.PerChannel p) {
            return along(type.shape(), p.axis());
        }
        throw new IllegalArgumentException(
                "codes need one scale or one a channel, but their type is " + type);
    }

    /** The channel of element {@code i}. */
    public int of(int i) {
        return count == 1 ? 0 : i / inner % count;
    }
}
