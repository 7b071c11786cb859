package quern.quant.affine;

import quern.fixedpoint.Quantization;
import quern.tensor.Floats;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Real weights to codes with one scale and zero point for each run of elements along the last axis,
 * by the smallest and largest of them. The last run of a row may be shorter.
 */
public final class BlockQuantizer {
    private final AffineScheme scheme;
    private final int blockSize;

    /**
     * @param scheme type, bits and symmetry of the codes
     * @param blockSize elements of a run, positive
     */
    public BlockQuantizer(AffineScheme scheme, int blockSize) {
        this.scheme = scheme;
        this.blockSize = blockSize;
    }

    /**
     * Codes of F32 weights, to nearest, ties to even.
     *
     * @throws IllegalArgumentException if a weight is NaN or infinite
     */
    public Tensor quantize(Tensor weights) {
        int axis = weights.shape().rank() - 1;
        int row = weights.shape().dim(axis);
        int blocks = (row + blockSize - 1) / blockSize;
        int rows = row == 0 ? 0 : weights.elements() / row;
        float[] scales = new float[rows * blocks];
        int[] zeros = new int[rows * blocks];
        for (int b = 0; b < scales.length; b++) {
            int from = b / blocks * row + b % blocks * blockSize;
            int to = Math.min(from + blockSize, (b / blocks + 1) * row);
            Quant.PerTensor q = scheme.parameters(range(weights, from, to));
            scales[b] = q.scale();
            zeros[b] = q.zeroPoint();
        }
        Quant quant =
                new Quant.PerBlock(
                        axis, blockSize, Floats.of(scales), Ints.of(zeros), scheme.bits());
        Tensor codes = Tensor.zeros(new TensorType(scheme.dtype(), weights.shape(), quant));
        for (int i = 0; i < weights.elements(); i++) {
            int b = i / row * blocks + i % row / blockSize;
            codes.setInteger(
                    i,
                    Quantization.quantizeHalfEven(
                            weights.real(i), scales[b], zeros[b], scheme.min(), scheme.max()));
        }
        return codes;
    }

    private static Range range(Tensor weights, int from, int to) {
        float min = 0;
        float max = 0;
        for (int i = from; i < to; i++) {
            float w = weights.real(i);
            if (!(Math.abs(w) <= Float.MAX_VALUE)) {
                throw new IllegalArgumentException("weight " + i + " is " + w);
            }
            min = Math.min(min, w);
            max = Math.max(max, w);
        }
        return new Range(min, max);
    }
}
