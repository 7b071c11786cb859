package quern.cases;

import quern.tensor.DType;
import quern.tensor.Floats;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/** Random quantized types. */
final class Types {
    private Types() {}

    /** S8 or U8, rarely narrowed, with a scale near {@code scale}. */
    static TensorType activation(Draw d, Shape shape, double scale) {
        DType dtype = d.chance(75) ? DType.S8 : DType.U8;
        return perTensor(d, dtype, shape, scale, d.chance(90) ? 8 : d.between(2, 7));
    }

    /** The same, or S16 with zero point 0 and a scale near a 256th of {@code scale}. */
    static TensorType activation16(Draw d, Shape shape, double scale) {
        return d.chance(25) ? wide(d, shape, scale / 256) : activation(d, shape, scale);
    }

    /** S16, rarely narrowed, with zero point 0 and a scale near {@code scale}. */
    static TensorType wide(Draw d, Shape shape, double scale) {
        int bits = d.chance(90) ? 16 : d.between(9, 15);
        return new TensorType(DType.S16, shape, new Quant.PerTensor(d.scale(scale), 0, bits));
    }

    /** {@link #output} with a 256th of the scale for S16. */
    static TensorType output16(Draw d, TensorType inferred, double scale) {
        return output(d, inferred, inferred.dtype() == DType.S16 ? scale / 256 : scale);
    }

    /** An output of operators that requantize: mostly of the inferred element type. */
    static TensorType output(Draw d, TensorType inferred, double scale) {
        if (inferred.dtype() == DType.S16) {
            return wide(d, inferred.shape(), scale);
        }
        DType dtype = d.chance(85) ? inferred.dtype() : d.pick(DType.S8, DType.U8);
        int bits = d.chance(90) ? 8 : d.between(2, 7);
        return perTensor(d, dtype, inferred.shape(), scale, bits);
    }

    /** One scale near {@code scale}; the zero point is often an end of the range or 0. */
    static TensorType perTensor(Draw d, DType dtype, Shape shape, double scale, int bits) {
        Quant q = new Quant.PerTensor(d.scale(scale), zeroPoint(d, dtype, bits), bits);
        return new TensorType(dtype, shape, q);
    }

    /**
     * Weights: S8, S8 narrowed to 4 bits, packed S4, or unsigned; per tensor or along {@code axis};
     * symmetric or not.
     */
    static TensorType weights(Draw d, Shape shape, int axis) {
        DType dtype = d.pick(DType.S8, DType.S8, DType.S8, DType.S8, DType.U8, DType.S4, DType.U4);
        int bits = dtype == DType.S8 && d.chance(30) ? d.pick(2, 3, 4, 4, 5) : dtype.bits();
        return weights(d, dtype, bits, shape, axis, d.chance(60), d.chance(50));
    }

    /** Weights of the given kind; unsigned ones have their zero point anywhere. */
    static TensorType weights(
            Draw d,
            DType dtype,
            int bits,
            Shape shape,
            int axis,
            boolean perChannel,
            boolean symmetric) {
        boolean zero = symmetric && dtype.isSigned();
        int channels = shape.dim(axis);
        if (!perChannel || channels == 0) {
            int z = zero ? 0 : zeroPoint(d, dtype, bits);
            return new TensorType(dtype, shape, new Quant.PerTensor(d.scale(0.01), z, bits));
        }
        float[] scales = new float[channels];
        int[] zeros = new int[channels];
        for (int c = 0; c < channels; c++) {
            scales[c] = d.scale(0.01);
            zeros[c] = zero ? 0 : zeroPoint(d, dtype, bits);
        }
        Quant q = new Quant.PerChannel(axis, Floats.of(scales), Ints.of(zeros), bits);
        return new TensorType(dtype, shape, q);
    }

    private static int zeroPoint(Draw d, DType dtype, int bits) {
        int min = (int) dtype.min(bits);
        int max = (int) dtype.max(bits);
        return d.chance(20) ? d.pick(min, max, Math.max(min, 0)) : d.between(min, max);
    }
}
