package quern.quant.affine;

import quern.fixedpoint.Rounding;
import quern.tensor.DType;
import quern.tensor.Quant;

/**
 * Which codes stand for the real numbers of a tensor, and how scale and zero point follow from a
 * range: {@code real = scale * (code - zeroPoint)}.
 *
 * <ul>
 *   <li>asymmetric: all codes of {@code bits} bits; {@code scale = (max - min) / (qmax - qmin)},
 *       {@code zeroPoint = round(qmin - min / scale)}, ties away from zero;
 *   <li>symmetric: the zero point is the middle code (0 for signed types) and the code below its
 *       mirror image is left out, so that codes are {@code -(2^(bits-1) - 1) .. 2^(bits-1) - 1};
 *       {@code scale = max(|min|, |max|) / (2^(bits-1) - 1)}.
 * </ul>
 *
 * <p>A range is first extended to hold 0, which then has an exact code. The scale is computed in
 * binary64 and rounded once to binary32. The formulas are those of the TFLite quantization
 * specification and of gemmlowp's quantization example.
 *
 * @param dtype a signed or unsigned integer type of at most 16 bits that holds the codes
 * @param bits 2 to 16, at most those of the type
 * @param symmetric whether the zero point is fixed in the middle
 */
public record AffineScheme(DType dtype, int bits, boolean symmetric) {
    /** 8-bit activations: S8, all codes. */
    public static final AffineScheme S8_ASYMMETRIC = new AffineScheme(DType.S8, 8, false);

    /** 8-bit weights: S8, codes -127 to 127. */
    public static final AffineScheme S8_SYMMETRIC = new AffineScheme(DType.S8, 8, true);

    /** 16-bit activations: S16, codes -32767 to 32767. */
    public static final AffineScheme S16_SYMMETRIC = new AffineScheme(DType.S16, 16, true);

    private static final double WIDEST = Float.MAX_VALUE / 2;

    public AffineScheme {
        if (!dtype.isInteger() || dtype.bits() > 16 || bits < 2 || bits > dtype.bits()) {
            throw new IllegalArgumentException(
                    bits + " bits in type " + dtype + "; codes are integers of 2 to 16 bits");
        }
    }

    /** The smallest code in use. */
    public int min() {
        return (int) dtype.min(bits) + (symmetric ? 1 : 0);
    }

    /** The largest code in use. */
    public int max() {
        return (int) dtype.max(bits);
    }

    /** Scale and zero point for a range; scale 1 for the range that holds only 0. */
    public Quant.PerTensor parameters(Range range) {
        return parameters(range, 0);
    }

    /**
     * Scale and zero point for a range, with a scale of at least {@code minScale} and never below
     * the smallest normal binary32 number.
     *
     * @throws IllegalArgumentException if the range is wider than half the largest binary32 number,
     *     so that codes could stand for infinity, or if {@code minScale} is not below that
     */
    public Quant.PerTensor parameters(Range range, double minScale) {
        Range r = range.withZero();
        double width = symmetric ? 2 * r.magnitude() : r.max() - r.min();
        if (!(width <= WIDEST)) {
            throw new IllegalArgumentException(
                    "range " + r.min() + ".." + r.max() + " is too wide for binary32 scales");
        }
        if (!(minScale >= 0 && minScale <= WIDEST)) {
            throw new IllegalArgumentException("smallest scale " + minScale + " is out of bounds");
        }
        double exact = width == 0 ? (minScale == 0 ? 1 : minScale) : width / (max() - min());
        float scale = (float) Math.max(exact, Math.max(minScale, Float.MIN_NORMAL));
        return new Quant.PerTensor(scale, zeroPoint(r, scale), bits);
    }

    private int zeroPoint(Range r, float scale) {
        if (symmetric) {
            return (min() + max()) / 2;
        }
        double z = Rounding.halfAwayFromZero(min() - r.min() / scale);
        return (int) Math.max(min(), Math.min(max(), z));
    }
}
