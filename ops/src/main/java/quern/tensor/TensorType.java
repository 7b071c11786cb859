package quern.tensor;

import quern.error.ShapeException;
import quern.numeric.ShortestDecimal;

/**
 * What a value is: element type, shape and quantization. Quantization is part of the type.
 *
 * <p>The quantization must fit: only integer types of at most 32 bits (not U32) carry one, its bits
 * are between 2 and the width of the type, zero points lie in the code range and a per-channel one
 * has as many scales as the axis has indices.
 */
public record TensorType(DType dtype, Shape shape, Quant quant) {
    public TensorType {
        if (quant.isQuantized()) {
            check(dtype, shape, quant);
        }
    }

    /** A type without quantization. */
    public static TensorType of(DType dtype, Shape shape) {
        return new TensorType(dtype, shape, Quant.NONE);
    }

    /** A float32 type. */
    public static TensorType f32(int... dims) {
        return of(DType.F32, Shape.of(dims));
    }

    /** An int8 type with one scale and zero point. */
    public static TensorType s8(float scale, int zeroPoint, int... dims) {
        return new TensorType(DType.S8, Shape.of(dims), Quant.perTensor(scale, zeroPoint));
    }

    public boolean isQuantized() {
        return quant.isQuantized();
    }

    /** The per-tensor quantization, or a {@link ShapeException} that names {@code what}. */
    public Quant.PerTensor perTensor(String what) {
        if (quant instanceof Quant.PerTensor p) {
            return p;
        }
        throw new ShapeException(
                what + " must be quantized with one scale and zero point, but its type is " + this);
    }

    /** The smallest code: that of the element type narrowed to the quantization's bits. */
    public int codeMin() {
        return (int) dtype.min(codeBits());
    }

    /** The largest code: that of the element type narrowed to the quantization's bits. */
    public int codeMax() {
        return (int) dtype.max(codeBits());
    }

    private int codeBits() {
        return quant.isQuantized() ? quant.bitWidth() : Math.min(dtype.bits(), 32);
    }

    public TensorType withShape(Shape other) {
        return new TensorType(dtype, other, quant);
    }

    public TensorType withQuant(Quant other) {
        return new TensorType(dtype, shape, other);
    }

    /** Number of scales along the channel axis: 1 for per-tensor quantization. */
    public int channels() {
        return quant instanceof Quant.PerChannel p ? p.scales().size() : 1;
    }

    /** Scale of channel {@code c} (any {@code c} for per-tensor quantization). */
    public float scale(int c) {
        if (quant instanceof Quant.PerChannel p) {
            return p.scales().at(c);
        }
        return perTensor("a tensor").scale();
    }

    /** Zero point of channel {@code c} (any {@code c} for per-tensor quantization). */
    public int zeroPoint(int c) {
        if (quant instanceof Quant.PerChannel p) {
            return p.zeroPoints().at(c);
        }
        return perTensor("a tensor").zeroPoint();
    }

    private static void check(DType dtype, Shape shape, Quant quant) {
        if (!dtype.isInteger() || dtype.bits() > 32 || dtype == DType.U32) {
            throw new ShapeException("type " + dtype + " cannot be quantized");
        }
        if (quant.bitWidth() < 2 || quant.bitWidth() > dtype.bits()) {
            throw new ShapeException(
                    quant.bitWidth() + " bits of quantization do not fit type " + dtype);
        }
        long min = dtype.min(quant.bitWidth());
        long max = dtype.max(quant.bitWidth());
        if (quant instanceof Quant.PerTensor p) {
            checkZero(p.zeroPoint(), min, max);
        } else if (quant instanceof Quant.PerChannel p) {
            int axis = shape.axis(p.axis());
            if (p.axis() < 0 || (!shape.isSymbolic(axis) && shape.dim(axis) != p.scales().size())) {
                throw new ShapeException(
                        p.scales().size()
                                + " scales along axis "
                                + p.axis()
                                + " do not fit shape "
                                + shape);
            }
            p.zeroPoints().stream().forEach(z -> checkZero(z, min, max));
        } else if (quant instanceof Quant.PerBlock p) {
            checkBlocks(shape, p);
            p.zeroPoints().stream().forEach(z -> checkZero(z, min, max));
        }
    }

    private static void checkBlocks(Shape shape, Quant.PerBlock p) {
        int axis = shape.axis(p.axis());
        long blocks = 1;
        for (int i = 0; i < shape.rank(); i++) {
            int d = shape.dim(i);
            blocks *= i == axis ? ((long) d + p.blockSize() - 1) / p.blockSize() : d;
            if (blocks > Integer.MAX_VALUE) {
                throw new ShapeException("a tensor of shape " + shape + " has too many blocks");
            }
        }
        if (p.axis() < 0 || blocks != p.scales().size()) {
            throw new ShapeException(
                    p.scales().size()
                            + " block scales do not fit shape "
                            + shape
                            + ", which has "
                            + blocks
                            + " blocks");
        }
    }

    private static void checkZero(int zero, long min, long max) {
        if (zero < min || zero > max) {
            throw new ShapeException(
                    "zero point " + zero + " is outside the code range " + min + ".." + max);
        }
    }

    /** One line: {@code S8[1,49,10,1] scale=0.5 zero=3}; many scales are counted, not listed. */
    @Override
    public String toString() {
        String t = dtype + shape.toString();
        if (quant instanceof Quant.PerTensor p) {
            return t
                    + " scale="
                    + ShortestDecimal.print(p.scale())
                    + " zero="
                    + p.zeroPoint()
                    + bitsText(p.bits());
        } else if (quant instanceof Quant.PerChannel p) {
            return t
                    + " axis="
                    + p.axis()
                    + " with "
                    + p.scales().size()
                    + " scales"
                    + bitsText(p.bits());
        } else if (quant instanceof Quant.PerBlock p) {
            return t
                    + " axis="
                    + p.axis()
                    + " block="
                    + p.blockSize()
                    + " with "
                    + p.scales().size()
                    + " scales"
                    + bitsText(p.bits());
        }
        return t;
    }

    private String bitsText(int bits) {
        return bits == dtype.bits() ? "" : " bits=" + bits;
    }
}
