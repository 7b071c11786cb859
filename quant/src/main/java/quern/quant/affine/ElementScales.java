package quern.quant.affine;

import quern.tensor.Floats;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.TensorType;

/** The scale and zero point of each element of codes: of the tensor, its channel or its block. */
public final class ElementScales {
    private final Floats scales;
    private final Ints zeroPoints;
    private final int row;
    private final int blocks;
    private final int size;

    private ElementScales(Floats scales, Ints zeroPoints, int row, int blocks, int size) {
        this.scales = scales;
        this.zeroPoints = zeroPoints;
        this.row = row;
        this.blocks = blocks;
        this.size = size;
    }

    /**
     * Those of a type.
     *
     * @throws IllegalArgumentException if it is not quantized, or in blocks along another axis than
     *     the last
     */
    public static ElementScales of(TensorType type) {
        if (type.quant() instanceof Quant.PerBlock p && p.axis() == type.shape().rank() - 1) {
            int row = type.shape().dim(p.axis());
            int blocks = (row + p.blockSize() - 1) / p.blockSize();
            return new ElementScales(p.scales(), p.zeroPoints(), row, blocks, p.blockSize());
        } else if (type.quant() instanceof Quant.PerChannel p) {
            Channels c = Channels.of(type);
            int all = Math.multiplyExact(c.count(), c.inner());
            return new ElementScales(p.scales(), p.zeroPoints(), all, 0, c.inner());
        } else if (type.quant() instanceof Quant.PerTensor p) {
            return new ElementScales(
                    Floats.of(p.scale()), Ints.of(p.zeroPoint()), Integer.MAX_VALUE, 0, 0);
        }
        throw new IllegalArgumentException("its elements have no scales: " + type);
    }

    private int index(int i) {
        return size == 0 ? 0 : i / row * blocks + i % row / size;
    }

    /** Scale of element {@code i}, counted in row-major order. */
    public float scale(int i) {
        return scales.at(index(i));
    }

    /** Zero point of element {@code i}. */
    public int zeroPoint(int i) {
        return zeroPoints.at(index(i));
    }
}
